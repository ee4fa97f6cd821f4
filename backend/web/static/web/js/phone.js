// Speed for the phone desk: digits choose an offer, Alt+E hangs up, a call that waits is announced. Works without it.

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

function isTyping(element) {
  return element.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
}

/** Alt and the letter that a button names press it. */
function lettersPress() {
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}

digitsChoose();
lettersPress();
if (root) followDay(root);
