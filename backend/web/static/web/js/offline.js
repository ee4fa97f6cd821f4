// The page that opens without a network: rides that this device remembers, a form that was not sent, and the way back.

import { forgetAll, rides } from "./rides.js";

const STATUS = document.getElementById("status");

function showRides() {
  const list = document.querySelector("[data-rides]");
  const pattern = document.getElementById("ride-pattern");
  const known = rides();
  list.replaceChildren(...known.map((ride) => card(pattern, ride)));
  for (const part of document.querySelectorAll("[data-with-rides]")) part.hidden = known.length === 0;
  for (const part of document.querySelectorAll("[data-without-rides]")) part.hidden = known.length !== 0;
}

function card(pattern, ride) {
  const item = pattern.content.cloneNode(true);
  for (const slot of item.querySelectorAll("[data-slot]")) {
    const text = ride[slot.dataset.slot] ?? "";
    slot.textContent = text;
    if (!text) slot.closest("[data-optional]")?.remove();
  }
  const link = item.querySelector("[data-call]");
  link.href = `tel:${ride.phone}`;
  return item;
}

/** What was typed, beside its label, from the hidden fields of the form that was not sent. */
function showTyped() {
  const form = document.querySelector("[data-unsent]:not([hidden]) form");
  if (!form) return;
  const values = new FormData(form);
  for (const line of form.querySelectorAll("[data-typed]")) {
    const value = values.get(line.dataset.typed);
    line.querySelector("dd").textContent = value ?? "";
    line.hidden = !value;
  }
}

function say(text) {
  STATUS.textContent = text;
}

function listen() {
  document.querySelector("[data-forget-all]").addEventListener("click", () => {
    forgetAll();
    showRides();
    say(document.body.querySelector("[data-said-forgotten]").dataset.saidForgotten);
    document.querySelector("h1").focus();
  });
  const words = document.querySelector("[data-said-online]").dataset;
  addEventListener("online", () => say(words.saidOnline));
  addEventListener("offline", () => say(words.saidOffline));
  for (const part of document.querySelectorAll("[data-reload]")) {
    part.hidden = false;
    part.addEventListener("click", () => location.reload());
  }
}

showRides();
showTyped();
listen();
