// The driver's app: keeps the shift, shows one screen at a time, writes down what is tapped and sends it when it can.

import { canSpeak, hush, speak, summaryOf } from "./aloud.js";
import { NoNetwork, ask } from "./api.js";
import { stayAwake } from "./awake.js";
import { Call } from "./call.js";
import { clockText, countdownText, getOffset, now, setOffset } from "./clock.js";
import { showColours } from "./colours.js";
import { h, redraw } from "./dom.js";
import { Exchange, OVER_AFTER_MS } from "./exchange.js";
import { reportsScreen, shiftScreen } from "./lists.js";
import { delayScreen, helpScreen, helpSentScreen, moreScreen, pauseAboardScreen, signOutScreen, walkUpAnswerScreen, walkUpScreen } from "./more.js";
import { finishScreen, leaveScreen, missingScreen, nowScreen } from "./now.js";
import { button, heading, notice, stopName } from "./parts.js";
import { Places, metres, sendPoints } from "./places.js";
import * as queue from "./queue.js";
import { readShift } from "./read.js";
import { goneFrom, isGoneAt, missedFrom, peopleOf, unpaidWalkUps, viewOf, visitKey } from "./shift.js";
import { showSign } from "./sign.js";
import { lastOpen } from "./slips.js";
import * as store from "./store.js";
import { count, money, say, word } from "./texts.js";

const RETRY_MS = 10_000; // without a network: often enough to be soon, seldom enough for the battery
const DRAFT = { adults: 1, children: 0, wheelchairs: 0, typed: "" };
const STOPS_SHOWN = 6;
const SETTLE_MS = 500; // longer than a double tap, shorter than anybody decides
const SCREENS = {
  jetzt: nowScreen,
  schicht: shiftScreen,
  meldungen: reportsScreen,
  mehr: moreScreen,
  verspaetung: delayScreen,
  hilfe: helpScreen,
  "hilfe/gesendet": helpSentScreen,
  zusteiger: walkUpScreen,
  abfahrt: leaveScreen,
  dienstende: finishScreen,
  pause: pauseAboardScreen,
  abmelden: signOutScreen,
};

class App {
  constructor() {
    this.page = document.getElementById("inhalt");
    this.screen = "jetzt";
    this.manifest = null;
    this.events = [];
    this.known = {};
    this.acknowledged = [];
    this.missed = [];
    this.settings = { look: "auto", aloud: false };
    this.draft = { ...DRAFT };
    this.stops = [];
    this.online = navigator.onLine;
    this.state = "opening"; // then "duty", "nothing", "locked", "broken"
    this.problem = "";
    this.canSpeak = canSpeak();
    this.places = new Places((state) => this.rolls(state), () => this.draw());
    this.tabs = new BroadcastChannel("rufbus-fahrt");
    this.tabs.onmessage = () => this.load().then(() => this.draw());
    this.server = new Exchange(this);
    this.call = new Call(() => this.server.called());
  }

  // -- what is kept ----------------------------------------------------------------------------------------------------

  async load() {
    const kept = await store.fact("shift");
    this.settings = { ...this.settings, ...(await store.fact("settings")) };
    this.known = (await store.fact("known")) ?? {};
    this.acknowledged = (await store.fact("acknowledged")) ?? [];
    this.events = await store.events();
    setOffset((await store.fact("offset")) ?? 0);
    this.etag ??= null; // the first answer after opening comes whole: it also tells how wrong the device's clock is now
    this.manifest = kept ? readShift(kept.body) : null;
    if (this.manifest && now() > Date.parse(this.manifest.ends_at) + OVER_AFTER_MS) await this.forget();
    if (this.manifest) this.state = "duty";
    this.look();
  }

  look() {
    this.view = this.manifest ? viewOf(this.manifest, this.events, getOffset()) : null;
    this.gone = this.manifest
      ? goneFrom(this.known, this.manifest, this.events).filter((rider) => rider.aboard || !this.acknowledged.includes(rider.code))
      : [];
    this.missed = this.manifest ? missedFrom(this.known, this.events) : [];
    this.messages = (this.manifest?.messages ?? []).map((message) => ({ ...message, answer: message.answer || this.answerTo(message.id) }));
  }

  answerTo(id) {
    const told = this.events.findLast((event) => event.kind === "answer" && event.detail?.message === id && event.outcome !== "refused");
    return told?.detail.choice ?? "";
  }

  async changed() {
    this.events = await store.events();
    this.look();
    this.tabs.postMessage("changed");
    this.draw();
  }

  async forget() {
    await store.wipe({ keepUnsent: true });
    this.manifest = null;
    this.known = {};
    this.acknowledged = [];
    this.events = await store.events();
    this.state = "nothing";
    this.places.stop();
    stayAwake(false);
    hush();
  }

  // -- what is tapped --------------------------------------------------------------------------------------------------

  async act(kind, fields = {}) {
    const tap = JSON.stringify([kind, { ...fields, group: "" }]);
    if (this.pressed === tap) return null; // a key that is held, a finger that trembles
    this.pressed = tap;
    this.settle();
    const event = await queue.record(kind, { ...fields, memo: this.memo(fields.booking) }, this.places.here());
    await this.changed();
    this.status(event.said ? say("noted", { what: event.said }) : "", event.id);
    if (kind === "left" && this.settings.aloud) this.speakStop();
    this.server.sync();
    return event;
  }

  /** The second tap of a double one must not hit what has just come under the finger. */
  settle() {
    this.page.classList.add("settling");
    clearTimeout(this.settled);
    this.settled = setTimeout(() => {
      this.page.classList.remove("settling");
      this.pressed = null;
    }, SETTLE_MS);
  }

  /** How things stand, for whoever takes back what changes it. */
  memo(booking) {
    const { standing, since, next, pausing } = this.view;
    const was = booking ? this.view.states[booking] : undefined;
    return { was, pausing, place: standing ? { stop: next.stop.id, since } : null };
  }

  async arrive(visit) {
    await this.act("arrived", { stop: visit.stop.id, visit: visitKey(visit), people: peopleOf(visit), said: say("did_arrive", { stop: stopName(visit.stop) }) });
    if (this.settings.aloud) this.speakStop();
  }

  async takeBack(tap = this.lastOpen()) {
    if (!tap) return;
    this.pressed = null; // the same once more is meant now
    this.tookBackAt = Date.now();
    await queue.takeBack(tap, ({ kind, said }) => say("taken_back", { what: said || word("kind", kind) }));
    await this.changed();
    this.status(say("taken_back", { what: tap.said || word("kind", tap.kind) }));
    this.focusHeading();
    this.server.sync();
  }

  /** The tap that the button takes back: pressed twice, it does not go on to the tap before. */
  lastOpen() {
    const tap = lastOpen(this.events);
    return tap && tap.tapped_at > (this.tookBackAt ?? 0) ? tap : null;
  }

  async walkUp(stop) {
    const { adults, children, wheelchairs } = this.draft;
    const party = { adults: adults + wheelchairs, children, wheelchairs };
    const here = this.view.standing ? this.view.next.stop.id : "";
    const event = await this.act("walk_up", { stop: here, detail: { party, destination: stop.id }, said: say("did_walkup", { stop: stopName(stop) }) });
    if (!event) return;
    this.draft = { ...DRAFT };
    this.go(`zusteiger/${event.id}`);
  }

  async understand(id) {
    await store.changeEvent(id, (event) => ({ ...event, understood: true }));
    await this.changed();
  }

  async acknowledge(code) {
    this.acknowledged = await store.changeFact("acknowledged", (codes) => [...new Set([...(codes ?? []), code])]);
    await this.changed();
  }

  async set(name, value) {
    this.settings = await store.changeFact("settings", (kept) => ({ ...kept, [name]: value }));
    showColours(this.settings.look, now());
    this.draw();
    if (name === "aloud" && value) this.speakStop();
  }

  setDraft(change) {
    this.draft = { ...this.draft, ...change };
    this.draw();
  }

  count(key, text, by) {
    this.setDraft({ [key]: Math.min(8, Math.max(0, this.draft[key] + by)) });
    this.status(`${text}: ${this.draft[key]}`);
  }

  stopsAhead() {
    const seen = new Map();
    for (const visit of this.view.later) if (visit.kind === "stop") seen.set(visit.stop.id, visit.stop);
    if (this.view.next) seen.delete(this.view.next.stop.id);
    return [...seen.values()].slice(0, STOPS_SHOWN);
  }

  findStops(typed) {
    const wanted = typed.trim().toLocaleLowerCase("de");
    if (wanted.length < 2) return [];
    return this.stops.filter((stop) => stopName(stop).toLocaleLowerCase("de").includes(wanted)).slice(0, STOPS_SHOWN);
  }

  async signOut() {
    this.isSigningOut = true;
    try {
      await queue.flush();
      if (queue.unsent(await store.events()).length) throw new NoNetwork();
      await sendPoints();
      const answer = await ask("DELETE", "duties/current");
      if (answer.status >= 400 && ![401, 403, 404, 409].includes(answer.status)) throw new NoNetwork();
    } catch {
      this.isSigningOut = false;
      this.problem = say("sign_out_failed");
      return this.draw();
    }
    await store.wipe();
    this.tabs.postMessage("changed");
    location.replace("/fahrer/anmelden/?abgemeldet");
  }

  speakStop() {
    if (this.view?.next) speak(summaryOf(this.view.next, this.view.aboard.length === 0));
  }

  showSign(rider) {
    showSign(rider, () => this.page.querySelector(`[data-key="sign-${CSS.escape(rider.code)}"]`)?.focus());
  }

  metresTo(stop) {
    const here = this.places.here();
    return here ? metres(here, stop) : null;
  }

  // -- what is shown ---------------------------------------------------------------------------------------------------

  go(screen) {
    this.problem = "";
    this.settle();
    this.screen = screen;
    history.replaceState(null, "", `#${screen}`);
    this.draw();
    scrollTo(0, 0);
    this.focusHeading();
  }

  draw() {
    const place = this.view?.next ? visitKey(this.view.next) : "";
    const stays = redraw(this.page, this.content());
    this.lockWhileRolling();
    this.frame();
    const title = this.page.querySelector("h1")?.textContent ?? "";
    document.title = `${title} · ${document.documentElement.dataset.site}`;
    if (!stays || (this.place !== undefined && this.place !== place && this.screen === "jetzt")) this.focusHeading();
    this.place = place;
    if (this.state === "duty" && !this.view.ended) this.places.start();
    else this.places.stop();
  }

  content() {
    if (this.state === "locked") return [heading(say("locked_heading")), h("p", {}, say("locked_text"))];
    if (this.state === "broken") return [heading(say("broken_heading")), h("p", {}, say("broken_text"))];
    if (!this.manifest) return [heading(say("nothing_heading")), h("p", {}, this.online ? say("nothing_loading") : say("nothing_offline"))];
    const [name, id] = this.screen.split("/");
    let parts = null;
    if (name === "fehlt") parts = missingScreen(this, id);
    else if (name === "zusteiger" && id) parts = walkUpAnswerScreen(this, id);
    else parts = SCREENS[this.screen]?.(this);
    if (!parts) {
      this.screen = "jetzt";
      parts = nowScreen(this);
    }
    return [this.fullDisk(), ...this.banners(), ...parts].filter(Boolean);
  }

  /** What was tapped is in this page only: closing it would lose it. */
  fullDisk() {
    if (!store.isFull()) return null;
    return notice("bad", say("disk_full"), h("p", {}, queue.unsent(this.events).length ? say("disk_full_waits") : say("disk_full_do")));
  }

  /** What must be seen on whichever screen: conflicts, and who the plan no longer names though they are aboard. */
  banners() {
    if (this.screen !== "jetzt") return [];
    const found = [];
    const open = queue.conflicts(this.events).length;
    const { next, pausing } = this.view;
    const shown = next?.kind === "stop" && !pausing ? next : null; // that screen names them itself
    const elsewhere = this.gone.filter((rider) => !shown || !isGoneAt(rider, shown));
    const look = (key, screen = "meldungen") => button(key, say("look_at"), () => this.go(screen), { kind: "quiet" });
    if (open) found.push(notice("bad banner", count("conflicts", open), look("look-conflicts")));
    if (elsewhere.length) found.push(notice("mind banner", say("news_gone", { names: elsewhere.map((rider) => rider.name).join(", ") }), look("look-gone")));
    for (const { id, answer } of unpaidWalkUps(this.events)) {
      found.push(notice("good banner", say("walkup_booked", { amount: money(answer.fare_cents) }), look(`look-${id}`, `zusteiger/${id}`)));
    }
    const unread = this.messages.filter((message) => !message.answer);
    if (unread.length) {
      found.push(notice("mind", say("news_message"), h("p", { class: "big-line" }, unread[0].text), button("read", say("answer"), () => this.go("meldungen"), { kind: "quiet" })));
    }
    return found;
  }

  frame() {
    document.getElementById("fahrzeug").textContent = this.manifest?.vehicle.name ?? "";
    this.tellTime();
    const waiting = queue.unsent(this.events).length;
    const net = document.getElementById("netz");
    net.textContent = [this.online ? say("online") : say("offline"), waiting ? count("queued", waiting) : ""].filter(Boolean).join(", ");
    net.classList.toggle("off", !this.online);
    for (const link of document.querySelectorAll("[data-go]")) {
      const current = this.screen.split("/")[0] === link.dataset.go;
      if (current) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      link.hidden = this.state !== "duty";
    }
    const unread = this.messages?.filter((message) => !message.answer).length ?? 0;
    const open = queue.conflicts(this.events).length + unread;
    document.getElementById("offen").textContent = open ? ` (${open})` : "";
    this.showUndo();
    showColours(this.settings.look, now());
  }

  showUndo() {
    const undo = document.getElementById("zurueck");
    const open = this.state === "duty" && this.lastOpen();
    const closes = !undo.hidden && !open;
    if (closes && document.activeElement === undo) this.focusHeading();
    undo.hidden = !open;
    if (closes) this.status(""); // what was noted has left, and makes room
    if (!open) return;
    // The button says itself what it takes back: what was said last may be something else.
    document.getElementById("zurueck-was").textContent = open.said || word("kind", open.kind);
    const status = document.getElementById("status");
    status.classList.toggle("visually-hidden", status.dataset.tap === open.id);
  }

  tellTime() {
    document.getElementById("uhr").textContent = clockText(now());
  }

  /** `tap`: the id of the report that this is about. */
  status(text, tap = "") {
    const status = document.getElementById("status");
    status.textContent = text;
    status.dataset.tap = tap;
    status.classList.remove("visually-hidden");
    this.showUndo();
  }

  alert(text) {
    this.status(text);
    navigator.vibrate?.([200, 100, 200]);
  }

  focusHeading() {
    document.getElementById("ueberschrift")?.focus({ preventScroll: true });
  }

  // -- while driving ---------------------------------------------------------------------------------------------------

  rolls(state) {
    document.getElementById("rollt").hidden = state !== "rolls";
    document.documentElement.classList.toggle("rolls", state === "rolls");
    this.lockWhileRolling();
  }

  /** Nothing is tapped or typed at more than walking speed, but help, the way and the voice. */
  lockWhileRolling() {
    const rolls = this.places.state === "rolls";
    for (const control of this.page.querySelectorAll("button, input, summary")) {
      if (control.matches("[data-while-rolling]")) continue;
      if (rolls && !control.disabled) {
        control.dataset.halted = "yes";
        control.disabled = true;
      } else if (!rolls && control.dataset.halted) {
        delete control.dataset.halted;
        control.disabled = false;
      }
    }
    document.getElementById("zurueck").disabled = false; // a wrong tap may be taken back by whoever rides along
  }

  tick() {
    this.tellTime();
    for (const part of this.page.querySelectorAll("[data-countdown]")) {
      const left = Number(part.dataset.countdown) - now();
      if (left <= 0) return this.draw();
      part.textContent = say("wait_left", { left: countdownText(left) });
    }
    this.showUndo();
    const due = queue.unsent(this.events).length > 0;
    this.call.tend(this.state === "duty" && navigator.onLine);
    if (this.state !== "locked" && (this.server.isStale || (due && Date.now() - (this.tried ?? 0) >= (this.online ? 1000 : RETRY_MS)))) {
      this.tried = Date.now();
      this.server.sync();
    }
  }
}

async function start() {
  const app = new App();
  for (const link of document.querySelectorAll("[data-go]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      app.go(link.dataset.go);
    });
  }
  document.getElementById("zurueck").addEventListener("click", () => app.takeBack());
  addEventListener("hashchange", () => app.go(location.hash.slice(1) || "jetzt"));
  addEventListener("beforeunload", (event) => {
    if (store.isFull() && queue.unsent(app.events).length) event.preventDefault();
  });
  addEventListener("online", () => app.server.sync());
  addEventListener("offline", () => app.server.reached(false));
  document.addEventListener("visibilitychange", () => document.hidden || app.server.sync());
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/fahrer/sw.js", { scope: "/fahrer/" }).catch(() => {});
  }
  navigator.storage?.persist?.().catch(() => {});
  try {
    await app.load();
  } catch {
    app.state = "broken"; // a browser that keeps nothing is none for this work
  }
  if (location.hash.length > 1) app.screen = location.hash.slice(1);
  app.draw();
  if (app.state === "broken") return;
  if (app.state === "duty") stayAwake(true);
  setInterval(() => app.tick(), 1000);
  fetch("/fahrer/halte.json").then((answer) => answer.json()).then((stops) => {
    app.stops = stops;
  }).catch(() => {});
  await app.server.sync();
}

start();
