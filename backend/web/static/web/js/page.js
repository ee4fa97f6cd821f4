// Comfort on every page: the focus goes to what is new, a form leaves once, the app opens without a network. Everything
// works without this file.

import { dropClosedRide, forgetOnSignOut, keepShownRide, rides } from "./rides.js";

const WORKER = "/sw.js";

/** After a step or an error the reader starts at the new heading or at the error summary. */
function focusWhatIsNew() {
  if (location.hash) return;
  // On a slow line somebody may be typing before this file is there: nobody takes the focus away from them.
  if (document.activeElement && document.activeElement !== document.body) return;
  const target = document.querySelector("[data-focus]") ?? document.querySelector("[data-step-heading]");
  target?.focus({ preventScroll: target.matches("h1") });
}

/** A link in the error summary leads into the control, not only to it. */
function followSummaryLinks() {
  document.querySelector(".error-summary")?.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const control = link && document.getElementById(link.hash.slice(1));
    if (!control) return;
    event.preventDefault();
    control.closest("details")?.setAttribute("open", "");
    control.focus();
  });
}

/** A second press within the same page view is ignored; the server's key makes any other one harmless. */
function leaveOnce() {
  for (const form of document.querySelectorAll("form[method='post']")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.left) event.preventDefault();
      form.dataset.left = "yes";
    });
  }
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-left]")) delete form.dataset.left;
  });
}

/** Buttons that only make sense with JavaScript are hidden until it is there. */
function showPrintButtons() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}

/** Without a network and before the worker is there, a form stays where it is; otherwise the worker keeps it. */
function stayWithoutNetwork() {
  const status = document.getElementById("status");
  for (const form of document.querySelectorAll("form[method='post']")) {
    form.addEventListener("submit", (event) => {
      if (navigator.onLine || navigator.serviceWorker?.controller || !status?.dataset.offline) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      status.textContent = status.dataset.offline;
    });
  }
}

/** The worker waits until the page is there: on a slow line the form comes first. */
function becomeApp() {
  const start = () => navigator.serviceWorker.register(WORKER).catch(() => {}); // private windows may forbid it
  if (!("serviceWorker" in navigator)) return;
  if (document.readyState === "complete") start();
  else addEventListener("load", start);
}

focusWhatIsNew();
followSummaryLinks();
stayWithoutNetwork();
leaveOnce();
showPrintButtons();
forgetOnSignOut();
dropClosedRide();
keepShownRide();
rides(); // what is over is forgotten, whichever page is open
becomeApp();
