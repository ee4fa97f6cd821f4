// What was tapped, on its way to the server: kept first, sent in order, accepted once by its id, and never swallowed.
//
// A tap waits a few seconds before it leaves, so that a wrong one can be taken back; the next tap lets it go at once.

import { NoNetwork, ask } from "./api.js";
import * as store from "./store.js";

export const UNDO_MS = 4000;
const MOST_IN_A_BATCH = 50;
const LOCK = "rufbus-fahrt-senden"; // one tab sends at a time

/** Write an event down. `said` is what the driver reads of it and stays on the device; a `group` is taken back as one. */
export async function record(kind, { said = "", hold = true, ...fields } = {}, where = null) {
  const at = Date.now();
  for (const event of await store.events()) {
    const isSame = event.group && event.group === fields.group;
    if (!event.outcome && event.leaves_at > at && !isSame) await store.changeEvent(event.id, (kept) => ({ ...kept, leaves_at: at }));
  }
  return store.addEvent({
    id: crypto.randomUUID(),
    kind,
    device_at: new Date(at).toISOString(),
    leaves_at: hold ? at + UNDO_MS : at,
    said,
    ...fields,
    ...(where ? { lat: where.lat, lon: where.lon } : {}),
  });
}

/** Take a tap back, with all that one press wrote down; false where it has left already. */
export async function takeBack(tap) {
  return navigator.locks.request(LOCK, async () => {
    const all = (await store.events()).filter((event) => event.id === tap.id || (tap.group && event.group === tap.group));
    if (all.some((event) => event.outcome || event.tried)) return false;
    for (const event of all) await store.changeEvent(event.id, () => null);
    return true;
  });
}

/** The newest tap that can still be taken back. */
export function lastOpen(events, at = Date.now()) {
  const last = events.at(-1);
  return last && !last.outcome && !last.tried && last.leaves_at > at ? last : null;
}

export function unsent(events) {
  return events.filter((event) => !event.outcome);
}

/** What the server did not take as it was: for the driver to see until it is understood. */
export function conflicts(events) {
  return events.filter((event) => event.outcome && event.outcome !== "taken" && !event.understood);
}

/** Send what may leave. Gives "sent", "nothing", "signed-out", "locked" or "later"; throws NoNetwork. */
export async function flush(at = () => Date.now()) {
  return navigator.locks.request(LOCK, async () => {
    let result = "nothing";
    for (;;) {
      const batch = ready(await store.events(), at());
      if (!batch.length) return result;
      for (const event of batch) await store.changeEvent(event.id, (kept) => ({ ...kept, tried: true }));
      const answer = await send(batch);
      if (answer !== "sent") return answer;
      result = "sent";
    }
  });
}

/** From the front of the queue, everything up to the first that still waits: the order is never changed. */
function ready(events, at) {
  const waiting = unsent(events);
  const stop = waiting.findIndex((event) => event.leaves_at > at);
  return waiting.slice(0, stop < 0 ? MOST_IN_A_BATCH : Math.min(stop, MOST_IN_A_BATCH));
}

async function send(batch) {
  const answer = await ask("POST", "events", { sent_at: new Date().toISOString(), events: batch.map(wire) });
  if (answer.status === 200 && answer.body?.results) {
    for (const result of answer.body.results) {
      const { outcome, reason, text, answer: told } = result;
      const fields = { outcome, reason, reason_text: text, answer: told };
      await store.changeEvent(result.id, (event) => ({ ...event, ...fields }));
    }
    const answered = new Set(answer.body.results.map((result) => result.id));
    return batch.some((event) => !answered.has(event.id)) ? "later" : "sent";
  }
  const code = answer.body?.code ?? "";
  if (code === "device_locked") return "locked";
  if (answer.status === 401 || answer.status === 403 || code === "no_duty") return "signed-out";
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 408 && answer.status !== 429) {
    return unreadable(batch, answer);
  }
  return "later";
}

/** One event that cannot be read must not hold up those behind it: alone it is put aside, visibly. */
async function unreadable(batch, answer) {
  if (batch.length === 1) {
    const reason = answer.body?.detail ?? answer.body?.title ?? `${answer.status}`;
    await store.changeEvent(batch[0].id, (event) => ({ ...event, outcome: "refused", reason, unread: true }));
    return "sent";
  }
  for (const event of batch) {
    const done = await send([event]);
    if (done !== "sent") return done;
  }
  return "sent";
}

/** An event as the interface takes it. */
export function wire(event) {
  const { id, kind, device_at, booking = "", stop = "", lat = null, lon = null, detail = {} } = event;
  const sent = { id, kind, at: device_at, detail };
  if (booking) sent.booking = booking;
  if (stop) sent.stop = stop;
  if (lat !== null) Object.assign(sent, { lat, lon });
  return sent;
}

export { NoNetwork };
