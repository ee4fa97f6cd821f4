// Where the vehicle is: points kept while on duty and sent in batches, and whether it rolls.
//
// A bus that moves is noted every ten seconds, one that stands every minute: the battery lasts, and the board knows enough.

import { NoNetwork, ask } from "./api.js";
import * as store from "./store.js";

const MOVING_MS = 10_000;
const STANDING_MS = 60_000;
const MOVED_M = 25;
const WALKING_M_S = 1.7; // 6 km/h: faster than anybody walks
const STOPPED_M_S = 1.0;
const OTHER_CLOCK_MS = 30_000; // no fix that comes is older than this
const TOO_OLD_MS = 20_000; // after this nobody knows whether the bus rolls
const COARSE_M = 60; // such a fix says nothing about speed
const MOST_KEPT = 4000; // eleven hours of driving
const MOST_SENT = 400;
const LOCK = "rufbus-fahrt-orte";

/** Whether the bus rolls, from one fix to the next. Pure, so that a test can drive. */
export function rollingAfter(before, fix) {
  const speed = speedOf(before, fix);
  if (speed === null) return before?.rolling ?? false;
  return before?.rolling ? speed > STOPPED_M_S : speed > WALKING_M_S;
}

function speedOf(before, fix) {
  if (Number.isFinite(fix.speed) && fix.speed !== null) return fix.speed;
  if (!before || fix.accuracy > COARSE_M || before.accuracy > COARSE_M) return null;
  const seconds = (fix.at - before.at) / 1000;
  return seconds < 1 ? null : metres(before, fix) / seconds;
}

/** Whether a fix is worth keeping, given the last one kept. */
export function isWorth(kept, fix) {
  if (!kept) return true;
  const gone = fix.at - kept.at;
  return gone >= STANDING_MS || (gone >= MOVING_MS && metres(kept, fix) >= MOVED_M);
}

/** When a fix was made, by the device's clock. Satellites have a clock of their own: where the two differ, the device's own
 *  counts, for a batch is put right by that. */
export function momentOfFix(timestamp, heard) {
  return Math.abs(heard - timestamp) <= OTHER_CLOCK_MS ? timestamp : heard;
}

export function metres(one, other) {
  const north = (other.lat - one.lat) * 111_195;
  const east = (other.lon - one.lon) * 111_195 * Math.cos((one.lat * Math.PI) / 180);
  return Math.hypot(north, east);
}

/** Watches the place while on duty. `changed` hears when the bus begins or ends to roll, or when that is unknown;
 *  `refused` when the app may not see the place any more, or may again. */
export class Places {
  constructor(changed, refused = () => {}) {
    this.changed = changed;
    this.refused = refused;
    this.watch = null;
    this.fix = null;
    this.kept = null;
    this.state = "unknown"; // "rolls", "stands", "unknown"
    this.denied = false;
  }

  start() {
    if (this.watch !== null || !("geolocation" in navigator)) return;
    this.watch = navigator.geolocation.watchPosition(
      ({ coords, timestamp }) => this.take(coords, timestamp),
      (error) => this.failed(error),
      { enableHighAccuracy: true, maximumAge: 5000, timeout: 60_000 },
    );
    this.timer = setInterval(() => this.age(), 5000);
    // Two tabs of one bus would note every way twice: the first one does it.
    navigator.locks.request(LOCK, () => {
      this.notes = true;
      return new Promise((done) => {
        this.release = done;
      });
    });
  }

  stop() {
    if (this.watch === null) return;
    navigator.geolocation.clearWatch(this.watch);
    clearInterval(this.timer);
    this.release?.();
    this.watch = this.fix = this.kept = null;
    this.notes = false;
    this.become("unknown");
  }

  take(coords, timestamp) {
    const fix = {
      lat: coords.latitude,
      lon: coords.longitude,
      accuracy: coords.accuracy,
      speed: coords.speed,
      at: momentOfFix(timestamp, Date.now()),
      heard: Date.now(),
    };
    fix.rolling = rollingAfter(this.fix, fix);
    this.fix = fix;
    this.deny(false);
    this.become(fix.rolling ? "rolls" : "stands");
    if (this.notes && isWorth(this.kept, fix)) {
      this.kept = fix;
      const { lat, lon, accuracy } = fix;
      const at = new Date(fix.at).toISOString();
      store.addPoint({ id: crypto.randomUUID(), at, lat, lon, accuracy_m: Math.round(accuracy) }, MOST_KEPT).catch(() => {});
    }
  }

  failed(error) {
    this.deny(error.code === error.PERMISSION_DENIED);
    this.age();
  }

  deny(yes) {
    if (yes === this.denied) return;
    this.denied = yes;
    this.refused();
  }

  age() {
    if (!this.fix || Date.now() - this.fix.heard > TOO_OLD_MS) this.become("unknown");
  }

  become(state) {
    if (state === this.state) return;
    this.state = state;
    this.changed(state);
  }

  /** Where the bus is now, if anybody knows. */
  here() {
    return this.fix && Date.now() - this.fix.heard < 60_000 ? { lat: this.fix.lat, lon: this.fix.lon } : null;
  }
}

/** Send the points that wait, the oldest first. Throws NoNetwork. */
export async function sendPoints() {
  return navigator.locks.request("rufbus-fahrt-orte-senden", async () => {
    for (;;) {
      const waiting = await store.points(MOST_SENT);
      if (!waiting.length) return;
      const points = waiting.map(({ seq, ...point }) => point);
      const answer = await ask("POST", "positions", { sent_at: new Date().toISOString(), points });
      // A batch that cannot be read would block all that come after it; a place is worth less than that.
      const isDone = (answer.status < 300 && answer.body) || [400, 409, 413, 422].includes(answer.status);
      if (!isDone) return;
      await store.dropPoints(waiting.at(-1).seq);
      if (waiting.length < MOST_SENT) return;
    }
  });
}

export { NoNetwork };
