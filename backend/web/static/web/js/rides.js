// Booked rides that this device remembers, so that stop, time and code can be read without a network.
// Kept: what stands on the page of a booking that was shown here. Never a name, never a need.

const SHELF = "rufbus.rides";
const DECLINED = "rufbus.rides.off";

/** All remembered rides that are not over, the next one first. What is over is forgotten on the way. */
export function rides() {
  const all = read();
  const now = new Date().toISOString();
  const ahead = all.filter((ride) => ride.over_at > now);
  if (ahead.length !== all.length) write(ahead);
  return ahead.sort((one, other) => one.over_at.localeCompare(other.over_at));
}

export function remember(ride) {
  write([...rides().filter((known) => known.code !== ride.code), ride]);
}

export function forget(code) {
  write(read().filter((ride) => ride.code !== code));
}

export function forgetAll() {
  write([]);
}

/** Whether rides are remembered without being asked: until somebody has deleted one here. */
export function remembers() {
  return store()?.getItem(DECLINED) !== "1";
}

export function setRemembers(yes) {
  if (yes) store()?.removeItem(DECLINED);
  else store()?.setItem(DECLINED, "1");
}

/** On the page of a booking: remember it, and let the rider undo that. */
export function keepShownRide() {
  const section = document.querySelector("[data-keep-ride]");
  if (!section || !store()) return;
  const ride = JSON.parse(section.dataset.keepRide);
  const buttons = {
    forget: section.querySelector("[data-forget-ride]"),
    remember: section.querySelector("[data-remember-ride]"),
  };
  const show = (isKept) => {
    section.hidden = false;
    for (const part of section.querySelectorAll("[data-when-kept]")) part.hidden = !isKept;
    for (const part of section.querySelectorAll("[data-when-not-kept]")) part.hidden = isKept;
  };
  buttons.forget.addEventListener("click", () => {
    forget(ride.code);
    setRemembers(false);
    show(false);
    buttons.remember.focus();
  });
  buttons.remember.addEventListener("click", () => {
    setRemembers(true);
    remember(ride);
    show(true);
    buttons.forget.focus();
  });
  if (remembers()) remember(ride);
  show(remembers());
}

/** A booking that is cancelled, changed or over is shown without its data: it goes from the device too. */
export function dropClosedRide() {
  for (const closed of document.querySelectorAll("[data-closed-ride]")) forget(closed.dataset.closedRide);
}

/** Signing out leaves nothing behind. */
export function forgetOnSignOut() {
  for (const form of document.querySelectorAll("form[data-signs-out]")) form.addEventListener("submit", forgetAll);
}

function read() {
  try {
    const kept = JSON.parse(store()?.getItem(SHELF) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

function write(all) {
  if (all.length) store()?.setItem(SHELF, JSON.stringify(all));
  else store()?.removeItem(SHELF);
}

/** The browser's store; none where it is switched off. */
function store() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
