// What the driver has before her: the manifest as the server knew it, and on top of it what she has tapped since.
// Pure: (manifest, events) -> view. Nothing is asked and nothing is kept here.

/** Events that hold. What contradicts the plan has happened all the same, except that somebody was not there. */
function holds(event) {
  if (event.outcome === "conflict") return event.kind !== "no_show";
  return event.outcome !== "refused";
}

const BECOMES = { boarded: "aboard", no_show: "no_show", alighted: "completed" };

/** The state of every rider by code: the server's, then whatever was tapped after it. */
export function statesOf(manifest, events) {
  const states = {};
  for (const visit of manifest.visits) {
    for (const rider of [...visit.leaves, ...visit.boards]) states[rider.code] = rider.state;
  }
  for (const event of events) {
    if (event.booking && BECOMES[event.kind] && holds(event)) states[event.booking] = BECOMES[event.kind];
  }
  return states;
}

/** The whole shift as it stands: visits with what is still to do, the one that is next, and where the bus is.
 *  `offset`: milliseconds from the device's clock to the server's, so that all moments of the view are the server's. */
export function viewOf(manifest, events, offset = 0) {
  const told = events.filter(holds).map((event) => ({ ...event, moment: Date.parse(event.device_at) + offset }));
  const states = statesOf(manifest, events);
  const place = placeOf(manifest, told);
  const visits = manifest.visits.map((visit) => {
    const leaves = visit.leaves.map((rider) => ({ ...rider, state: states[rider.code] ?? rider.state }));
    const boards = visit.boards.map((rider) => ({ ...rider, state: states[rider.code] ?? rider.state }));
    return { ...visit, leaves, boards, is_over: isOver({ ...visit, leaves, boards }, told, manifest) };
  });
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
    begun: Boolean(manifest.begun_at) || told.some((event) => event.kind === "shift_begin"),
    ended: Boolean(manifest.ended_at) || told.some((event) => event.kind === "shift_end"),
    pausing: pausing(manifest, told),
    aboard: aboard(visits, states),
    cash_cents: cash(manifest, told),
  };
}

/** Where the bus stands, by the newest word on it. */
function placeOf(manifest, told) {
  let place = manifest.standing
    ? { stop: manifest.standing.stop, since: Date.parse(manifest.standing.since) }
    : { stop: null, since: null };
  for (const event of told) {
    if (event.kind === "arrived") place = { stop: event.stop, since: event.moment };
    if (event.kind === "left") place = { stop: null, since: null };
  }
  return place;
}

export function openPeople(visit) {
  return visit.boards.some((rider) => rider.state === "booked") || visit.leaves.some((rider) => rider.state === "aboard");
}

/** Whether a visit is behind the bus. A stop with people is over once it was left and nobody there is open any more. */
function isOver(visit, told, manifest) {
  if (visit.kind === "start") return visit.is_done || Boolean(manifest.begun_at) || told.some((event) => event.kind === "shift_begin");
  if (visit.kind === "end") return Boolean(manifest.ended_at) || told.some((event) => event.kind === "shift_end");
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
  return (manifest.cash_cents ?? 0) + open.reduce((sum, event) => sum + (event.detail?.cash_cents ?? 0), 0);
}

/** Riders of the manifest that the device knew before, and that a newer one does not name any more. */
export function goneFrom(known, manifest, events) {
  const named = new Set(manifest.visits.flatMap((visit) => peopleOf(visit)));
  const settled = {};
  for (const event of events) if (event.booking && BECOMES[event.kind] && holds(event)) settled[event.booking] = BECOMES[event.kind];
  return Object.values(known)
    .filter((rider) => !named.has(rider.code))
    .map((rider) => ({ ...rider, aboard: (settled[rider.code] ?? rider.state) === "aboard", settled: settled[rider.code] ?? "" }))
    .filter((rider) => rider.aboard || (!rider.settled && !["completed", "no_show"].includes(rider.state)));
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
