// The pages before a shift: the focus goes to what is new, and a locked device keeps nothing.

import { showColours } from "./colours.js";
import * as store from "./store.js";

const target = document.querySelector("[data-focus]") ?? document.querySelector("[data-step-heading]");
target?.focus({ preventScroll: true });
document.querySelector(".error-summary")?.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const control = link && document.getElementById(link.hash.slice(1));
  if (!control) return;
  event.preventDefault();
  control.focus();
});

const settings = await store.fact("settings").catch(() => null);
showColours(settings?.look ?? "auto", Date.now());
if (document.querySelector("[data-locked]")) await store.wipe();
