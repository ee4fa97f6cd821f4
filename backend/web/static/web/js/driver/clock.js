// What time it is: the device's clock, moved by what the server said last. A wrong device clock is harmless, and is said.

const WRONG_MS = 60_000; // less is nobody's trouble
const PLAYED_MS = 12 * 3600_000; // more is no wrong clock: a day is played in a demonstration
let offset = 0;

export function setOffset(milliseconds) {
  offset = Number.isFinite(milliseconds) ? milliseconds : 0;
}

export function getOffset() {
  return offset;
}

/** The offset that one answer tells: the server wrote its time about half way between asking and hearing. */
export function offsetOf(serverNow, askedAt, heardAt) {
  return Date.parse(serverNow) - (askedAt + heardAt) / 2;
}

export function now() {
  return Date.now() + offset;
}

/** Whole minutes by which the device's clock is ahead (negative: behind); 0 where it is right enough. */
export function wrongMinutes() {
  const off = Math.abs(offset);
  return off < WRONG_MS || off > PLAYED_MS ? 0 : Math.round(-offset / 60_000);
}

const CLOCK = new Intl.DateTimeFormat("de-DE", { hour: "numeric", minute: "2-digit", timeZone: "Europe/Berlin" });

/** "8:05" */
export function clockText(moment) {
  return CLOCK.format(new Date(moment)).replace(/^0/, "");
}

/** "2:05", what is left of some seconds. */
export function countdownText(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
