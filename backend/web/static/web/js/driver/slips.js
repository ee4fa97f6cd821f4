// Taps that were slips. A report leaves at once; taking it back is one more report that names it (docs/decisions/0618).
// Pure: nothing is asked and nothing is kept here.

export const UNDO_MS = 15_000; // so long the button stays; the list of reports still has it afterwards
// As backend/driving/rules.py has it: help and who paid at the door are for a person.
const UNDOABLE = new Set([
  "shift_begin", "arrived", "boarded", "no_show", "alighted", "left", "break_begin", "break_end", "fuel", "delay", "answer", "shift_end",
]);
const READ_WITHIN_MS = 2000; // so long the shift that was read may still know the slip

/** When something was tapped, by the server's clock: as the device's clock went then, if that was noted. */
export function momentOf(event, offset = 0) {
  return Date.parse(event.device_at) + (event.offset ?? offset);
}

/** Whether what was said counts. What contradicts the plan has happened all the same, but for three kinds. */
export function holds(event) {
  if (event.outcome === "conflict") return !["no_show", "shift_end", "take_back"].includes(event.kind);
  return event.outcome !== "refused" && event.outcome !== "taken_back";
}

/** Ids of what was taken back, as far as nobody has said no to that. */
export function takenBack(events) {
  const ids = events.filter((event) => event.kind === "take_back" && holds(event)).map((event) => event.detail.event);
  return new Set([...ids, ...events.filter((event) => event.outcome === "taken_back").map((event) => event.id)]);
}

/** The newest tap, if it may be taken back. */
export function lastTap(events) {
  const back = takenBack(events);
  const last = events.findLast((event) => event.kind !== "take_back" && !back.has(event.id));
  return last && UNDOABLE.has(last.kind) && last.outcome !== "refused" ? last : null;
}

/** The same while its button stays. A clock that was set back does not keep it for ever. */
export function lastOpen(events, at = Date.now()) {
  const last = lastTap(events);
  return last && Math.abs(at - last.tapped_at) < UNDO_MS && !refusedBack(events, last) ? last : null;
}

function refusedBack(events, tap) {
  return events.some((event) => event.kind === "take_back" && event.detail.event === tap.id && !holds(event));
}

/** What was taken back while the shift that the server told last may still know it. `offset` as in viewOf. */
export function unheard(manifest, events, offset = 0) {
  const read = Date.parse(manifest.now);
  return events.filter((event) => {
    if (event.kind !== "take_back" || !holds(event)) return false;
    return !event.outcome || read < momentOf(event, offset) + READ_WITHIN_MS;
  });
}
