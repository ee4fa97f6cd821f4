// What was tapped, on its way to the server: kept first, sent at once and in order, accepted once by its id, never swallowed.

import { NoNetwork, ask } from "./api.js";
import { getOffset } from "./clock.js";
import { takenBack } from "./slips.js";
import * as store from "./store.js";

const CLOCK_PLAY_MS = 2000; // the network explains so much
const MOST_IN_A_BATCH = 50;
const LOCK = "rufbus-fahrt-senden"; // one tab sends at a time

/** Write an event down. `said` is what the driver reads of it, `memo` how things stood before: both stay on the device. A
 *  `group` is taken back as one. */
export function record(kind, { said = "", ...fields } = {}, where = null) {
  const at = Date.now();
  return store.addEvent({
    id: crypto.randomUUID(),
    kind,
    device_at: new Date(at).toISOString(),
    tapped_at: at,
    offset: getOffset(),
    said,
    ...fields,
    ...(where ? { lat: where.lat, lon: where.lon } : {}),
  });
}

/** Take a tap back, with all that one press wrote down: what has not left never does, for the rest a report follows. */
export async function takeBack(tap, saidOf) {
  const all = await store.events();
  const back = takenBack(all);
  const taps = all.filter((event) => event.id === tap.id || (tap.group && event.group === tap.group));
  for (const { id } of taps.reverse()) {
    if (back.has(id)) continue;
    const sent = await store.changeEvent(id, (event) => (event.tried || event.outcome ? event : null));
    if (!sent) continue;
    const { kind, booking, detail, memo } = sent;
    await record("take_back", { said: saidOf(sent), detail: { event: id }, undoes: { kind, booking, cash_cents: detail?.cash_cents, ...memo } });
  }
}

export function unsent(events) {
  return events.filter((event) => !event.outcome);
}

/** What the server did not take as it was: for the driver to see until it is understood. */
export function conflicts(events) {
  const back = takenBack(events);
  return events.filter((event) => ["conflict", "refused"].includes(event.outcome) && !event.understood && !back.has(event.id));
}

/** Send what may leave. Gives "sent", "nothing", "signed-out", "locked" or "later"; throws NoNetwork. */
export async function flush() {
  return navigator.locks.request(LOCK, async () => {
    let result = "nothing";
    for (;;) {
      const waiting = unsent(await store.events()).slice(0, MOST_IN_A_BATCH);
      if (!waiting.length) return result;
      const batch = [];
      for (const { id } of waiting) {
        const event = await store.changeEvent(id, (kept) => ({ ...kept, tried: true }));
        if (event) batch.push(event); // what was taken back a moment ago is not there any more
      }
      if (!batch.length) continue;
      const answer = await send(batch);
      if (answer !== "sent") return answer;
      result = "sent";
    }
  });
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
  // A server that is broken, or the page of a wireless network that wants a password first: nobody has heard anything.
  if (answer.status === 200 || answer.status >= 500) throw new NoNetwork(`status ${answer.status}`);
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

/** An event as the interface takes it. Its time is by the clock as it goes now: somebody may have set it since the tap. */
export function wire(event) {
  const { id, kind, booking = "", stop = "", lat = null, lon = null, detail = {} } = event;
  const set = (event.offset ?? getOffset()) - getOffset();
  const at = Math.abs(set) < CLOCK_PLAY_MS ? event.device_at : new Date(Date.parse(event.device_at) + set).toISOString();
  const sent = { id, kind, at, detail };
  if (booking) sent.booking = booking;
  if (stop) sent.stop = stop;
  if (lat !== null) Object.assign(sent, { lat, lon });
  return sent;
}

export { NoNetwork };
