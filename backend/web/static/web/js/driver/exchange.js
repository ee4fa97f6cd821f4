// The app and the server: send what waits, ask what is new, and what the answers mean for this device.

import { NoNetwork, ask } from "./api.js";
import { stayAwake } from "./awake.js";
import { getOffset, offsetOf, setOffset } from "./clock.js";
import { sendPoints } from "./places.js";
import * as queue from "./queue.js";
import { readShift } from "./read.js";
import { isOtherPlan, knownFrom } from "./shift.js";
import * as store from "./store.js";
import { count, say } from "./texts.js";

const ASK_MS = 15_000;
const ASK_HIDDEN_MS = 60_000;
const ASK_CALLED_MS = 300_000; // while the server calls when something is new, asking costs battery for nothing
const SEND_POINTS_MS = 30_000;
export const OVER_AFTER_MS = 6 * 3600_000; // after its last minute a shift is nobody's business on this device

/** One for each open page. `asked`: when the shift was asked for last, by the device's clock. */
export class Exchange {
  constructor(app) {
    this.app = app;
    this.asked = 0;
    this.sentPoints = 0;
  }

  /** How long an answer is fresh: nobody looks at a hidden page, and who is called need not ask. */
  get every() {
    if (this.app.call.lives) return ASK_CALLED_MS;
    return document.hidden ? ASK_HIDDEN_MS : ASK_MS;
  }

  get isStale() {
    return Date.now() - this.asked >= this.every;
  }

  /** Something is new: ask at once. */
  called() {
    this.asked = 0;
    this.sync();
  }

  /** Send what waits, then ask what is new. One at a time; who comes meanwhile is served afterwards. */
  async sync() {
    if (this.syncing) {
      this.again = true;
      return;
    }
    this.syncing = true;
    try {
      do {
        this.again = false;
        await this.exchange();
      } while (this.again);
    } finally {
      this.syncing = false;
    }
  }

  async exchange() {
    const before = queue.conflicts(this.app.events).length;
    try {
      if ((!this.app.online || !this.asked) && queue.unsent(await store.events()).length) await this.readClock();
      const sent = await queue.flush();
      if (sent === "locked") return this.lock();
      if (sent === "sent") {
        await this.app.changed();
        const open = queue.conflicts(this.app.events);
        if (open.length > before) this.app.alert(open.at(-1).kind === "take_back" ? say("not_taken_back") : count("conflicts", open.length));
        this.asked = 0;
      }
      if (this.isStale) await this.ask();
      if (this.app.state === "duty" && Date.now() - this.sentPoints >= SEND_POINTS_MS) {
        this.sentPoints = Date.now();
        await sendPoints();
      }
      this.reached(true);
    } catch (error) {
      if (!(error instanceof NoNetwork)) throw error;
      this.reached(false);
    }
  }

  /** Back from where there was no network: how the clock goes now, before anything is sent by it. */
  async readClock() {
    const { status, body, askedAt, heardAt } = await ask("GET", "shift");
    if (status === 200 && body?.now) await this.keepOffset(offsetOf(body.now, askedAt, heardAt));
  }

  async keepOffset(offset) {
    setOffset(offset);
    await store.setFact("offset", getOffset());
  }

  async ask() {
    this.asked = Date.now();
    const answer = await ask("GET", "shift", undefined, this.app.etag ? { "If-None-Match": this.app.etag } : {});
    if (answer.status === 200 && answer.body) return this.take(answer);
    if (answer.status === 200 || answer.status >= 500) throw new NoNetwork(`status ${answer.status}`);
    const code = answer.body?.code ?? "";
    if (code === "device_locked") return this.lock();
    if (code === "no_duty" || code === "not_signed_in" || code === "unknown_device" || answer.status === 401 || answer.status === 403) return this.leave();
  }

  async take({ body, etag, askedAt, heardAt }) {
    const fresh = readShift(body);
    if (Date.parse(fresh.now) > Date.parse(fresh.ends_at) + OVER_AFTER_MS) return this.finish();
    await this.keepOffset(offsetOf(fresh.now, askedAt, heardAt));
    const old = this.app.manifest;
    const oldMessages = new Set(this.app.messages?.map((message) => message.id));
    await store.setFact("shift", { body });
    this.app.known = await store.changeFact("known", (known) => knownFrom(fresh, old?.duty === fresh.duty ? known : {}));
    this.app.manifest = fresh;
    this.app.etag = etag;
    this.app.state = "duty";
    const goneBefore = new Set(this.app.gone.map((rider) => rider.code));
    await this.app.changed();
    stayAwake(!this.app.view.ended);
    const gone = this.app.gone.filter((rider) => !goneBefore.has(rider.code));
    if (gone.length) this.app.alert(say("news_gone", { names: gone.map((rider) => rider.name).join(", ") }));
    else if (old && this.app.messages.some((message) => !oldMessages.has(message.id))) this.app.alert(say("news_message"));
    else if (old && isOtherPlan(old, fresh)) this.app.alert(say("news_plan"));
  }

  /** The shift was over long ago and nobody signed out: nothing of it comes onto the device again. */
  async finish() {
    if (queue.unsent(await store.events()).length === 0) await ask("DELETE", "duties/current");
    await this.leave();
  }

  /** Nobody is signed in here any more: what is personal goes, what was not sent stays until it is. */
  async leave() {
    if (this.app.isSigningOut) return; // that clears more, and says that it is done
    await this.app.forget();
    this.app.tabs.postMessage("changed");
    location.replace("/fahrer/anmelden/");
  }

  async lock() {
    await store.wipe();
    await this.app.forget();
    this.app.state = "locked";
    this.app.tabs.postMessage("changed");
    this.app.draw();
    this.app.focusHeading();
  }

  reached(yes) {
    if (this.app.online === yes) return;
    this.app.online = yes;
    this.app.status(yes ? say("net_back") : say("net_gone"));
    this.app.draw();
  }
}
