// What the driver has before her: the manifest as the server knew it, and on top of it what she has tapped since.
// Pure: (manifest, events) -> view. Nothing is asked and nothing is kept here.

import { holds, momentOf, takenBack, unheard } from "./slips.js";

const SAME_VISIT_MS = 30 * 60_000; // a plan may move a visit by minutes
const BECOMES = { boarded: "aboard", no_show: "no_show", alighted: "completed" };

/** The state of every rider by code: the server's, then whatever was tapped after it. */
export function statesOf(manifest, events, offset = 0) {
  const states = {};
  for (const visit of manifest.visits) {
    for (const rider of [...visit.leaves, ...visit.boards]) states[rider.code] = rider.state;
  }
  const back = takenBack(events);
  const slips = unheard(manifest, events, offset);
  for (const event of events) {
    if (event.booking && BECOMES[event.kind] && holds(event) && !back.has(event.id)) states[event.booking] = BECOMES[event.kind];
    const { kind, booking, was } = event.undoes ?? {};
    if (was && slips.includes(event) && states[booking] === BECOMES[kind]) states[booking] = was;
  }
  return states;
}

/** The whole shift as it stands: visits with what is still to do, the one that is next, and where the bus is.
 *  `offset`: milliseconds from the device's clock to the server's, so that all moments of the view are the server's. */
export function viewOf(manifest, events, offset = 0) {
  const back = takenBack(events);
  const slips = unheard(manifest, events, offset);
  const counts = (event) => (event.kind === "take_back" ? slips.includes(event) : holds(event) && !back.has(event.id));
  const told = events.filter(counts).map((event) => ({ ...event, moment: momentOf(event, offset) }));
  const states = statesOf(manifest, events, offset);
  const place = placeOf(manifest, told);
  const began = heard(manifest.begun_at, told, "shift_begin");
  const ended = heard(manifest.ended_at, told, "shift_end");
  const visits = manifest.visits.map((visit) => {
    const leaves = visit.leaves.map((rider) => ({ ...rider, state: states[rider.code] ?? rider.state }));
    const boards = visit.boards.map((rider) => ({ ...rider, state: states[rider.code] ?? rider.state }));
    return { ...visit, leaves, boards, is_over: isOver({ ...visit, leaves, boards }, told, began, ended) };
  });
  const here = lingers(visits, place);
  if (here) here.is_over = false;
  // What lies behind a visit that is over is behind the bus, too: nobody drives back for a stop that was passed.
  const last = visits.findLastIndex((visit) => visit.is_over);
  visits.forEach((visit, index) => {
    if (index < last && !openPeople(visit)) visit.is_over = true;
  });
  const next = visits.find((visit) => !visit.is_over) ?? null;
  const standing = next !== null && place.stop === next.stop.id && place.since !== null;
  return {
    visits,
    next,
    later: next ? visits.slice(visits.indexOf(next) + 1).filter((visit) => !visit.is_over) : [],
    earlier: visits.filter((visit) => visit.is_over),
    standing,
    since: standing ? place.since : null,
    begun: began,
    ended,
    pausing: pausing(manifest, told),
    states,
    aboard: aboard(visits, states),
    cash_cents: cash(manifest, told),
  };
}

/** Whether something was said that is said once a shift: to the server, or on this device since. */
function heard(known, told, kind) {
  return told.reduce((yes, event) => (event.kind === kind ? true : event.undoes?.kind === kind ? false : yes), Boolean(known));
}

/** Where the bus stands, by the newest word on it. */
function placeOf(manifest, told) {
  let place = manifest.standing
    ? { stop: manifest.standing.stop, since: Date.parse(manifest.standing.since) }
    : { stop: null, since: null };
  for (const event of told) {
    if (event.kind === "arrived" && event.stop !== place.stop) place = { stop: event.stop, since: event.moment };
    if (event.kind === "left") place = { stop: null, since: null };
    if (["arrived", "left"].includes(event.undoes?.kind)) place = event.undoes.place ?? { stop: null, since: null };
  }
  return place;
}

export function openPeople(visit) {
  return visit.boards.some((rider) => rider.state === "booked") || visit.leaves.some((rider) => rider.state === "aboard");
}

/** Whether a visit is behind the bus. A stop with people is over once it was left and nobody there is open any more. */
function isOver(visit, told, began, ended) {
  if (visit.kind === "start") return began || (visit.is_done && !told.some((event) => event.undoes?.kind === "shift_begin"));
  if (visit.kind === "end") return ended;
  if (visit.kind === "break") {
    return visit.is_done || told.some((event) => event.kind === "break_end" && event.visit === visitKey(visit));
  }
  if (visit.is_done && !openPeople(visit)) return true;
  const left = told.filter((event) => event.kind === "left" && event.stop === visit.stop.id);
  if (left.some((event) => event.visit === visitKey(visit))) return true;
  // The plan may have changed meanwhile: the same stop, left after the last of its people was settled.
  const people = [...visit.boards, ...visit.leaves];
  if (!left.length || !people.length || openPeople(visit)) return false;
  return people.some((rider) => left.some((event) => event.people?.includes(rider.code)));
}

/** The visit whose people are all settled while the bus still stands there: it is over once the bus has left. */
function lingers(visits, place) {
  const index = visits.findLastIndex((visit) => visit.kind === "stop" && visit.is_done);
  const visit = visits[index];
  const following = visits[index + 1];
  if (!visit || place.stop !== visit.stop.id || (following?.kind === "stop" && following.stop.id === visit.stop.id)) return null;
  return visits.slice(index + 1).some((later) => later.is_over) ? null : visit;
}

/** Whether a newer shift holds something new for the driver: other rides, or another order. What was only done is no news. */
export function isOtherPlan(old, fresh) {
  const known = new Set(tasksOf(old, () => true));
  const open = tasksOf(fresh, isOpen);
  if (open.some((task) => !known.has(task))) return true;
  const common = new Set(open);
  const before = tasksOf(old, isOpen).filter((task) => common.has(task));
  return before.join() !== open.filter((task) => before.includes(task)).join();
}

function isOpen(rider, boards) {
  return rider.state === "booked" || (rider.state === "aboard" && !boards);
}

/** Who boards (+) and leaves (-) where, in order; at one stop in any order. */
function tasksOf(manifest, wanted) {
  const groups = [];
  for (const visit of manifest.visits.filter((one) => one.kind === "stop")) {
    if (groups.at(-1)?.stop !== visit.stop.id) groups.push({ stop: visit.stop.id, tasks: [] });
    const leaves = visit.leaves.filter((rider) => wanted(rider, false)).map((rider) => `-${rider.code}@${visit.stop.id}`);
    const boards = visit.boards.filter((rider) => wanted(rider, true)).map((rider) => `+${rider.code}@${visit.stop.id}`);
    groups.at(-1).tasks.push(...leaves, ...boards);
  }
  return groups.flatMap(({ tasks }) => tasks.sort());
}

/** Names a visit by where and for whom: a plan that moves minutes does not make another visit of it. */
export function visitKey(visit) {
  const people = [...visit.leaves.map((rider) => `-${rider.code}`), ...visit.boards.map((rider) => `+${rider.code}`)];
  return [visit.kind, visit.stop.id, ...(people.length ? people.sort() : [visit.at])].join(" ");
}

export function peopleOf(visit) {
  return [...visit.leaves, ...visit.boards].map((rider) => rider.code);
}

function pausing(manifest, told) {
  let since = manifest.pausing_since ? Date.parse(manifest.pausing_since) : null;
  for (const event of told) {
    if (event.kind === "break_begin") since = event.moment;
    if (event.kind === "break_end" || event.kind === "shift_end") since = null;
    if (["break_begin", "break_end", "shift_end"].includes(event.undoes?.kind)) since = event.undoes.pausing ?? null;
  }
  return since;
}

/** Who is in the bus, with where they leave. */
function aboard(visits, states) {
  const found = new Map();
  for (const visit of visits) {
    for (const rider of [...visit.boards, ...visit.leaves]) {
      if (states[rider.code] === "aboard") found.set(rider.code, rider);
    }
  }
  return [...found.values()];
}

/** What was taken: the server's sum, and what it cannot know yet. */
function cash(manifest, told) {
  const counted = new Set();
  for (const visit of manifest.visits) for (const rider of visit.boards) if (rider.boarded_at) counted.add(rider.code);
  const open = told.filter((event) => event.kind === "boarded" && !counted.has(event.booking));
  const wrong = told.filter((event) => event.undoes?.kind === "boarded" && counted.has(event.undoes.booking));
  const sum = (events, of) => events.reduce((cents, event) => cents + (of(event) ?? 0), 0);
  return (manifest.cash_cents ?? 0) + sum(open, (event) => event.detail?.cash_cents) - sum(wrong, (event) => event.undoes.cash_cents);
}

/** Riders of the manifest that the device knew before, and that a newer one does not name any more. */
export function goneFrom(known, manifest, events) {
  const named = new Set(manifest.visits.flatMap((visit) => peopleOf(visit)));
  const settled = {};
  const back = takenBack(events);
  const counts = (event) => event.booking && BECOMES[event.kind] && holds(event) && !back.has(event.id);
  for (const event of events) if (counts(event)) settled[event.booking] = BECOMES[event.kind];
  return Object.values(known)
    .filter((rider) => !named.has(rider.code))
    .map((rider) => ({ ...rider, aboard: (settled[rider.code] ?? rider.state) === "aboard", settled: settled[rider.code] ?? "" }))
    .filter((rider) => rider.aboard || (!rider.settled && !["completed", "no_show"].includes(rider.state)));
}

/** Riders whom this device reported as not there, by the last word on them: they may come running, or stand at another stop. */
export function missedFrom(known, events) {
  const back = takenBack(events);
  const last = {};
  for (const event of events) {
    if (event.booking && BECOMES[event.kind] && holds(event) && !back.has(event.id)) last[event.booking] = event.kind;
  }
  return Object.values(known).filter((rider) => last[rider.code] === "no_show");
}

/** Whether somebody who is gone would have boarded at this visit, and not at the same stop hours later. */
export function isGoneAt(rider, visit) {
  if (rider.aboard || rider.pickup_stop.id !== visit.stop.id) return false;
  return Math.abs(Date.parse(rider.pickup_from) - Date.parse(visit.at)) < SAME_VISIT_MS;
}

/** Walk-ups that were answered with a yes and a fare, of which nobody has said yet whether it was paid. */
export function unpaidWalkUps(events) {
  const back = takenBack(events);
  const said = new Set(events.filter((event) => event.kind === "boarded" && !back.has(event.id)).map((event) => event.booking));
  return events.filter((event) => event.kind === "walk_up" && event.outcome === "taken" && event.answer?.fare_cents && !said.has(event.answer.booking));
}

/** What is remembered of each rider, to know who is gone once the plan no longer names them. */
export function knownFrom(manifest, known = {}) {
  const next = { ...known };
  for (const visit of manifest.visits) {
    for (const rider of visit.boards) next[rider.code] = { ...rider, at: visit.at };
    for (const rider of visit.leaves) next[rider.code] ??= { ...rider, at: visit.at };
    for (const rider of visit.leaves) next[rider.code] = { ...next[rider.code], state: rider.state };
  }
  return next;
}

/** When nobody has to be waited for any longer: the rule's seconds after the bus came or after the window began. */
export function waitsUntil(rider, since, rules) {
  return Math.max(since, Date.parse(rider.pickup_from)) + rules.wait_at_stop_s * 1000;
}
