// Speed for the phone desk: digits choose an offer or a way out of a "no", Alt and a letter press what names it, a call that
// waits is announced. Works without it.

import { followDay } from "./phone_calls.js";

const root = document.querySelector("[data-phone]");

/** A digit outside a text field chooses an offer; the focus goes to what is still missing, else to the button. */
function digitsChoose() {
  const form = document.querySelector("[data-offers]");
  if (!form) return;
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
    const radio = form.querySelector(`[data-digit="${CSS.escape(event.key)}"]`);
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    radio.focus();
    const missing = [...form.querySelectorAll("#f-name, #f-phone")].find((field) => !field.value);
    (missing ?? form.querySelector("button[type=submit]")).focus();
  });
}

/** After a "no" the ways out carry digits, so that nobody has to go through the whole page for the next time that is free. */
function digitsLeadOut() {
  if (document.querySelector("[data-offers]")) return;
  const buttons = [...document.querySelectorAll("button[data-digit]")].slice(0, 9);
  buttons.forEach((button, index) => {
    const digit = String(index + 1);
    button.setAttribute("aria-keyshortcuts", digit);
    const shown = button.querySelector(".phone-digit");
    shown.textContent = digit;
    shown.hidden = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat || isTyping(event.target)) return;
    const button = buttons[Number(event.key) - 1];
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}

function isTyping(element) {
  return element.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
}

/** Alt and the letter that a button or a field names press it, or go there. */
function lettersPress() {
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!button) return;
    event.preventDefault();
    if (button.matches("input")) button.focus();
    else button.click();
  });
}

digitsChoose();
digitsLeadOut();
lettersPress();
if (root) followDay(root);
