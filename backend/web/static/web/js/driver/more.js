// Delay, help, somebody without a booking, settings, and the way out.

import { getOffset, wrongMinutes } from "./clock.js";
import { h } from "./dom.js";
import { missedPart } from "./gone.js";
import { backRow, button, heading, notice, phoneLink, stopName } from "./parts.js";
import { unsent } from "./queue.js";
import { unpaidWalkUps } from "./shift.js";
import { count, money, say } from "./texts.js";

export function moreScreen(app) {
  const go = (target) => () => app.go(target);
  const { settings } = app;
  return [
    heading(say("more_heading")),
    h("div", { class: "big-grid" },
      button("delay", say("delay"), go("verspaetung")),
      app.view.pausing ? null : button("break", say("pause_begin"), () => (app.view.aboard.length ? app.go("pause") : beginPause(app))),
      button("fuel", say("fuel"), () => app.act("fuel", { said: say("fuel") })),
      app.manifest.rules.walk_up ? button("walkup", say("walkup"), go("zusteiger")) : null),
    h("h2", {}, say("look_heading")),
    h("div", { class: "big-row", role: "group", "aria-label": say("look_heading") }, ["auto", "day", "night"].map((choice) =>
      button(`look-${choice}`, say(`look_${choice}`), () => app.set("look", choice), { kind: "quiet", "aria-pressed": String(settings.look === choice) }))),
    app.canSpeak ? toggle(app, "aloud", say("aloud_auto"), say("aloud_note")) : null,
    h("h2", {}, say("device_heading")),
    clockNote(),
    placeNote(app),
    h("p", { class: "soft" }, say("device_driver", { name: app.manifest.driver, vehicle: app.manifest.vehicle.name })),
    h("div", { class: "big-row" }, button("signout", say("sign_out"), go("abmelden"), { kind: "stop" })),
    backRow(app),
  ];
}

function beginPause(app) {
  app.act("break_begin", { said: say("kind_break_begin") });
  app.go("jetzt");
}

/** A rest with somebody in the bus is none, and the plan does not take it as one. */
export function pauseAboardScreen(app) {
  const { aboard, pausing } = app.view;
  if (!aboard.length || pausing) return null;
  return [
    heading(say("finish_heading")),
    h("ul", { class: "big-list" }, aboard.map((rider) => h("li", {}, say("open_leaves", { name: rider.name })))),
    h("p", {}, say("pause_aboard")),
    h("div", { class: "big-row" },
      button("pause_not", say("finish_not"), () => app.go("jetzt"), { kind: "go" }),
      button("pause_yes", say("pause_yes"), () => beginPause(app), { kind: "stop" })),
  ];
}

function toggle(app, name, text, note) {
  return h("div", { class: "flow" },
    h("h2", {}, say("aloud_heading")),
    button(`set-${name}`, text, () => app.set(name, !app.settings[name]), { kind: "quiet", "aria-pressed": String(Boolean(app.settings[name])) }),
    h("p", { class: "soft" }, note));
}

function clockNote() {
  const wrong = wrongMinutes();
  if (!wrong) return h("p", {}, Number.isFinite(getOffset()) ? say("clock_right") : null);
  const ahead = wrong > 0;
  return notice("mind", count(ahead ? "clock_ahead" : "clock_behind", Math.abs(wrong)), h("p", {}, say("clock_harmless")));
}

function placeNote(app) {
  if (app.places.denied) return notice("mind", say("place_denied"), h("p", {}, say("place_denied_do")));
  return h("p", {}, app.places.state === "unknown" ? say("place_unknown") : say("place_known"));
}

export function delayScreen(app) {
  const press = (minutes) => () => {
    app.act("delay", { detail: { minutes }, said: say("did_delay", { n: minutes }) });
    app.go("jetzt");
  };
  return [
    heading(say("delay_heading")),
    h("p", {}, say("delay_means")),
    h("div", { class: "big-grid" }, [5, 10, 15, 20].map((minutes) => button(`delay-${minutes}`, say("delay_by", { n: minutes }), press(minutes), { kind: "go" }))),
    backRow(app),
  ];
}

export function helpScreen(app) {
  const press = (what) => () => {
    app.act("help", { detail: { what }, said: say(`help_${what}`) });
    app.go("hilfe/gesendet");
  };
  return [
    heading(say("help_heading")),
    h("p", { class: "big-row" }, h("a", { class: "button big stop", href: "tel:112", "data-key": "112", "data-while-rolling": true }, say("call_112")), phoneLink(app)),
    h("p", {}, say("help_tap")),
    h("div", { class: "big-grid" }, ["medical", "accident", "breakdown", "road", "call_me"].map((what) =>
      button(`help-${what}`, say(`help_${what}`), press(what), { rolling: true }))),
    backRow(app),
  ];
}

export function helpSentScreen(app) {
  const last = app.events.findLast((event) => event.kind === "help");
  return [
    heading(say("help_sent_heading")),
    h("p", { class: "big-line" }, last?.outcome === "taken" ? say("help_arrived") : app.online ? say("help_on_its_way") : say("help_offline")),
    h("p", { class: "big-row" }, h("a", { class: "button big stop", href: "tel:112", "data-key": "112", "data-while-rolling": true }, say("call_112")), phoneLink(app)),
    backRow(app),
  ];
}

/** Somebody at the stop who has not booked. Counting by buttons; a name of a stop is typed only where no button has it. */
export function walkUpScreen(app) {
  const draft = app.draft;
  const counter = (key, text) =>
    h("div", { class: "counter", role: "group", "aria-label": text },
      h("span", {}, text),
      button(`${key}-less`, "−", () => app.count(key, text, -1), { kind: "quiet", "aria-label": say("less", { what: text }) }),
      h("span", { class: "number" }, String(draft[key])),
      button(`${key}-more`, "+", () => app.count(key, text, 1), { kind: "quiet", "aria-label": say("more", { what: text }) }));
  const stops = app.stopsAhead();
  const found = app.findStops(draft.typed);
  const choose = (stop) => () => app.walkUp(stop);
  const none = draft.adults + draft.children === 0;
  return [
    heading(say("walkup_heading")),
    missedPart(app),
    h("p", {}, app.online ? say("walkup_online") : say("walkup_offline")),
    counter("adults", say("adults")),
    counter("children", say("children")),
    counter("wheelchairs", say("wheelchairs")),
    h("h2", {}, say("walkup_where")),
    none ? notice("mind", say("walkup_nobody")) : null,
    h("div", { class: "big-grid" }, stops.map((stop) => button(`to-${stop.id}`, stopName(stop), choose(stop), { kind: "go", disabled: none }))),
    h("p", { class: "field" },
      h("label", { for: "anderer-halt" }, say("walkup_other")),
      h("input", { id: "anderer-halt", "data-key": "anderer-halt", type: "text", autocomplete: "off", value: draft.typed, oninput: (event) => app.setDraft({ typed: event.target.value }) })),
    h("div", { class: "big-grid" }, found.map((stop) => button(`found-${stop.id}`, stopName(stop), choose(stop), { kind: "go", disabled: none }))),
    backRow(app),
  ];
}

export function walkUpAnswerScreen(app, id) {
  const event = app.events.find((one) => one.id === id);
  if (!event) return null;
  const answer = event.answer ?? {};
  const parts = [heading(say("walkup_heading"))];
  if (!event.outcome) {
    parts.push(h("p", { class: "big-line" }, app.online ? say("walkup_asking") : say("walkup_waits")));
    if (!app.online) parts.push(h("p", {}, say("walkup_waits_do")), phoneLink(app));
  } else if (event.outcome === "taken") {
    const cents = answer.fare_cents ?? 0;
    parts.push(
      notice("good", say("walkup_yes"), h("p", { class: "big-line" }, cents ? say("cash_take", { amount: money(cents) }) : say("cash_none"))),
      answer.booking ? h("p", {}, say("code", { code: answer.booking })) : null,
      unpaidWalkUps(app.events).includes(event) ? payRow(app, answer) : null,
    );
  } else parts.push(notice("bad", say("walkup_no"), h("p", {}, event.reason_text || event.reason), h("p", {}, say("walkup_no_do"))), phoneLink(app));
  parts.push(backRow(app));
  return parts;
}

/** Who stood there without a booking is aboard; what she paid is a report of its own. */
function payRow(app, { booking, fare_cents: cents }) {
  const pay = (paid, said) => () => {
    app.act("boarded", { booking, detail: { cash_cents: paid }, said });
    app.go("jetzt");
  };
  const paid = { amount: money(cents) };
  return h("div", { class: "big-row" },
    button(`paid-${booking}`, say("walkup_paid", paid), pay(cents, say("did_pay", paid)), { kind: "go" }),
    button(`unpaid-${booking}`, say("walkup_unpaid"), pay(0, say("boarded_unpaid")), { kind: "quiet" }));
}

export function signOutScreen(app) {
  const waiting = unsent(app.events).length;
  return [
    heading(say("sign_out_heading")),
    waiting ? notice("bad", count("sign_out_waiting", waiting), h("p", {}, say("sign_out_waiting_do"))) : h("p", {}, say("sign_out_means")),
    app.problem ? notice("bad", app.problem) : null,
    h("div", { class: "big-row" },
      button("sign_out_yes", say("sign_out_yes"), () => app.signOut(), { kind: "stop", disabled: waiting > 0 || !app.online }),
      app.online ? null : h("p", {}, say("sign_out_offline"))),
    backRow(app),
  ];
}
