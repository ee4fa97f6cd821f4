// The screen that matters: the next stop large, who leaves and who boards there, and what to press.

import { clockText, countdownText, now } from "./clock.js";
import { h } from "./dom.js";
import { gone } from "./gone.js";
import { at, button, cashWords, heading, navigationLinks, needsList, notice, phoneLink, stopName } from "./parts.js";
import { openPeople, peopleOf, visitKey, waitsUntil } from "./shift.js";
import { count, money, say } from "./texts.js";

export function nowScreen(app) {
  const { view } = app;
  if (view.pausing && view.next?.kind !== "break") return pauseScreen(app, null);
  if (view.ended || !view.next) return endScreen(app);
  if (view.next.kind === "start") return startScreen(app);
  if (view.next.kind === "break") return pauseScreen(app, view.next);
  if (view.next.kind === "end") return lastScreen(app);
  return stopScreen(app, view.next);
}

function startScreen(app) {
  const visit = app.view.next;
  return [
    heading(say("begin_heading")),
    h("p", { class: "at" }, at(visit.at)),
    h("p", {}, stopName(visit.stop)),
    h("p", {}, say("begin_check")),
    app.places.denied ? notice("mind", say("place_denied"), h("p", {}, say("place_denied_do"))) : null,
    firstStop(app),
    button("begin", say("begin"), () => app.act("shift_begin", { stop: visit.stop.id, said: say("kind_shift_begin") }), { kind: "go huge" }),
    navigationLinks(visit.stop),
  ];
}

function firstStop(app) {
  const first = app.view.visits.find((visit) => visit.kind === "stop" && !visit.is_over);
  return first ? h("p", {}, say("first_stop", { time: clockText(first.at), stop: stopName(first.stop) })) : null;
}

function pauseScreen(app, visit) {
  const since = app.view.pausing;
  const parts = [heading(say("pause_heading"))];
  if (visit) parts.push(h("p", { class: "at" }, say("pause_until", { time: clockText(visit.until) })), h("p", {}, stopName(visit.stop)));
  const fields = visit ? { stop: visit.stop.id, visit: visitKey(visit) } : {};
  if (since) {
    parts.push(
      h("p", {}, say("pause_since", { time: clockText(since) })),
      button("pause_end", say("pause_end"), () => app.act("break_end", { ...fields, said: say("kind_break_end") }), { kind: "go huge" }),
    );
  } else {
    if (app.view.aboard.length) parts.push(leftAboard(app));
    parts.push(button("pause_begin", say("pause_begin"), () => app.act("break_begin", { ...fields, said: say("kind_break_begin") }), { kind: "go huge" }));
    if (visit) {
      parts.push(navigationLinks(visit.stop));
      parts.push(button("pause_skip", say("pause_skip"), () => app.act("break_end", { ...fields, detail: { skipped: true }, said: say("pause_skip") }), { kind: "quiet" }));
    }
  }
  return parts;
}

function lastScreen(app) {
  const visit = app.view.next;
  return [
    heading(say("last_heading")),
    h("p", { class: "at" }, at(visit.at)),
    h("p", {}, stopName(visit.stop)),
    leftAboard(app),
    h("p", {}, say("cash_sum", { amount: money(app.view.cash_cents) })),
    navigationLinks(visit.stop),
    finishButton(app),
  ];
}

function finishButton(app) {
  return button("finish", say("finish"), () => (isLeftOver(app) ? app.go("dienstende") : finish(app)), { kind: "go huge" });
}

function finish(app) {
  const stop = app.view.next?.stop.id ?? "";
  app.act("shift_end", { stop, said: say("kind_shift_end") });
  if (app.screen !== "jetzt") app.go("jetzt");
}

function openRides(app) {
  return app.view.visits.flatMap((visit) => visit.boards.filter((rider) => rider.state === "booked"));
}

function isLeftOver(app) {
  return app.view.aboard.length > 0 || openRides(app).length > 0;
}

/** Before the shift ends although somebody sits in the bus, or waits for it. */
export function finishScreen(app) {
  if (app.view.ended || !isLeftOver(app)) return null;
  const rides = openRides(app);
  return [
    heading(app.view.aboard.length ? say("finish_heading") : say("finish_open_heading")),
    app.view.aboard.length ? leftAboard(app) : null,
    rides.length ? h("p", {}, count("finish_rides", rides.length)) : null,
    h("p", {}, say("finish_means")),
    h("div", { class: "big-row" },
      phoneLink(app),
      button("finish_not", say("finish_not"), () => app.go("jetzt"), { kind: "go" }),
      button("finish_yes", say("finish_yes"), () => finish(app), { kind: "stop" })),
  ];
}

/** Nobody is forgotten in the bus. */
function leftAboard(app) {
  const names = app.view.aboard.map((rider) => rider.name);
  if (!names.length) return h("p", {}, say("look_behind"));
  return notice("bad", count("still_aboard", names.length), h("p", {}, names.join(", ")), h("p", {}, say("still_aboard_do")));
}

/** Nothing is booked for this bus yet: perhaps it is the wrong one. */
function emptyScreen(app) {
  return [
    heading(say("empty_heading")),
    h("p", {}, say("empty_text", { vehicle: app.manifest.vehicle.name })),
    phoneLink(app),
    h("div", { class: "big-row" }, button("signout", say("empty_other"), () => app.go("abmelden"), { kind: "quiet" })),
  ];
}

function endScreen(app) {
  if (!app.view.visits.length && !app.view.begun && !app.view.ended) return emptyScreen(app);
  return [
    heading(say("over_heading")),
    leftAboard(app),
    h("p", {}, say("cash_sum", { amount: money(app.view.cash_cents) })),
    app.view.ended ? null : finishButton(app),
    app.view.ended ? button("signout", say("sign_out"), () => app.go("abmelden"), { kind: "go huge" }) : null,
  ];
}

function stopScreen(app, visit) {
  const { standing } = app.view;
  const leaves = visit.leaves.filter((rider) => rider.state === "aboard");
  const boards = visit.boards.filter((rider) => rider.state === "booked");
  return [
    h("p", { class: "kicker" }, standing ? say("you_stand", { time: clockText(app.view.since) }) : say("next_stop")),
    heading(stopName(visit.stop)),
    standing ? null : h("p", { class: "at" }, at(visit.at)),
    visit.note ? h("p", {}, visit.note) : null,
    visit.fold ? notice("mind", visit.fold) : null,
    standing ? null : arriveButton(app, visit), // what matters stays within reach, whatever else is to be read
    gone(app, visit),
    standing || !visit.leaves.length ? null : h("p", { class: "big-line" }, count("leaving", visit.leaves.length)),
    leavesPart(app, visit, leaves, standing),
    boardsPart(app, visit, boards, standing),
    standing ? leaveButton(app, visit) : null,
    stopTools(app, visit),
  ];
}

function arriveButton(app, visit) {
  return button("arrived", say("arrived"), () => app.arrive(visit), { kind: "go huge" });
}

function leaveButton(app, visit) {
  const press = () => (openPeople(visit) ? app.go("abfahrt") : leave(app, visit));
  return button("left", say("left"), press, { kind: openPeople(visit) ? "huge" : "go huge" });
}

export function leave(app, visit) {
  app.act("left", { stop: visit.stop.id, visit: visitKey(visit), people: peopleOf(visit), said: say("did_leave", { stop: stopName(visit.stop) }) });
  app.go("jetzt");
}

function leavesPart(app, visit, open, standing) {
  if (!visit.leaves.length) return null;
  const press = (rider, group) => app.act("alighted", { booking: rider.code, stop: visit.stop.id, group, said: say("did_alight", { name: rider.name }) });
  return h(
    "section",
    { class: "people flow", "aria-labelledby": "aussteigen" },
    h("h2", { id: "aussteigen" }, say("leaves_heading")),
    h("ul", { class: "riders" }, visit.leaves.map((rider) =>
      h("li", { class: "rider" },
        h("h3", {}, rider.name, " ", h("small", {}, rider.party_text)),
        rider.state === "completed" ? h("p", { class: "done" }, say("is_out")) : null,
        rider.state === "booked" ? h("p", {}, say("not_aboard")) : null,
        standing && rider.state === "aboard" ? button(`out-${rider.code}`, say("alighted"), () => press(rider), { kind: "go", "aria-label": say("alighted_name", { name: rider.name }) }) : null,
      ))),
    standing && open.length > 1
      ? button("out-all", say("alighted_all", { n: open.length }), () => together(open, press), { kind: "quiet" })
      : null,
  );
}

function boardsPart(app, visit, open, standing) {
  if (!visit.boards.length) return null;
  return h(
    "section",
    { class: "people flow", "aria-labelledby": "einsteigen" },
    h("h2", { id: "einsteigen" }, say("boards_heading")),
    h("ul", { class: "riders" }, visit.boards.map((rider) => boardingCard(app, visit, rider, standing))),
    standing && open.length > 1
      ? button("in-all", say("boarded_all", { n: open.length }), () => together(open, (rider, group) => board(app, visit, rider, rider.fare_cents, group)), { kind: "quiet" })
      : null,
  );
}

/** One press for several: written down one after the other, taken back as one. */
async function together(riders, press) {
  const group = crypto.randomUUID();
  for (const rider of riders) await press(rider, group);
}

function board(app, visit, rider, cents, group = "") {
  return app.act("boarded", { booking: rider.code, stop: visit.stop.id, group, detail: { cash_cents: cents }, said: say("did_board", { name: rider.name }) });
}

function boardingCard(app, visit, rider, standing) {
  const done = { aboard: say("is_in"), completed: say("is_out"), no_show: say("was_missing") }[rider.state];
  const parts = [h("h3", {}, rider.name, " ", h("small", {}, rider.party_text))];
  if (done) return h("li", { class: "rider" }, parts, h("p", { class: "done" }, done));
  parts.push(
    needsList(rider),
    h("p", { class: "cash" }, cashWords(rider.fare_cents), " ", h("span", { class: "code" }, say("code", { code: rider.code }))),
    h("p", { class: "soft" }, say("rides_to", { stop: stopName(rider.delivery_stop), time: clockText(rider.arrive_by) })),
    h("p", { class: "soft" }, say("promised", { from: clockText(rider.pickup_from), until: clockText(rider.pickup_until) })),
    rider.late_minutes ? notice("mind", say("is_late", { n: rider.late_minutes, time: clockText(rider.there_at) })) : null,
  );
  if (standing) parts.push(boardingButtons(app, visit, rider));
  else parts.push(h("p", { class: "big-row" }, laterButton(app, rider)));
  return h("li", { class: "rider" }, parts);
}

function boardingButtons(app, visit, rider) {
  const name = { name: rider.name };
  const paid = rider.fare_cents ? say("boarded_paid", { amount: money(rider.fare_cents) }) : say("boarded");
  const waits = waitsUntil(rider, app.view.since, app.manifest.rules);
  const left = waits - now();
  const sign = button(`sign-${rider.code}`, say("show_sign"), () => app.showSign(rider), { kind: "quiet", "aria-label": say("show_sign_for", name) });
  const others = [
    rider.fare_cents ? button(`free-${rider.code}`, say("boarded_unpaid"), () => board(app, visit, rider, 0), { kind: "quiet", "aria-label": `${rider.name}: ${say("boarded_unpaid")}` }) : null,
    hearsNothing(rider) ? null : sign,
    rider.may_be_called ? h("a", { class: "button big quiet", href: `tel:${rider.phone}`, "data-key": `call-${rider.code}` }, say("call_rider", name)) : null,
  ].filter(Boolean);
  return [
    h(
      "div",
      { class: "big-row" },
      button(`in-${rider.code}`, paid, () => board(app, visit, rider, rider.fare_cents), { kind: "go", "aria-label": `${rider.name}: ${paid}` }),
      hearsNothing(rider) ? sign : null,
      left > 0
        ? h("p", { class: "waits" }, say("wait_until", { time: clockText(waits) }), " ", h("span", { "data-countdown": String(waits) }, say("wait_left", { left: countdownText(left) })))
        : button(`missing-${rider.code}`, say("missing"), () => app.go(`fehlt/${rider.code}`), { kind: "stop", "aria-label": say("missing_name", name) }),
    ),
    h("details", { "data-key": `more-${rider.code}` }, h("summary", { "data-key": `summary-${rider.code}` }, say("otherwise"), h("span", { class: "visually-hidden" }, ` ${rider.name}`)), h("div", { class: "big-row" }, others)),
  ];
}

/** Whoever hears nothing gets the sign at once; for all others it is one tap further. */
function hearsNothing(rider) {
  return rider.needs.some((need) => need === "deaf" || need === "text_only");
}

/** "I come five minutes later", to one rider, by the rider's own channel. */
function laterButton(app, rider) {
  const press = () => app.act("delay", { booking: rider.code, detail: { minutes: 5 }, said: say("did_tell_later", { name: rider.name }) });
  return button(`later-${rider.code}`, say("tell_later"), press, { kind: "quiet", "aria-label": say("tell_later_name", { name: rider.name }) });
}

function stopTools(app, visit) {
  return h(
    "div",
    { class: "flow" },
    app.view.standing ? null : navigationLinks(visit.stop),
    app.canSpeak ? button("speak", say("speak"), () => app.speakStop(), { kind: "quiet", rolling: true }) : null,
  );
}

/** Before leaving although somebody is open: who, and what is possible. */
export function leaveScreen(app) {
  const visit = app.view.next;
  if (!visit || !app.view.standing) return null;
  const open = [
    ...visit.boards.filter((rider) => rider.state === "booked").map((rider) => say("open_boards", { name: rider.name })),
    ...visit.leaves.filter((rider) => rider.state === "aboard").map((rider) => say("open_leaves", { name: rider.name })),
  ];
  return [
    heading(say("leave_heading")),
    h("ul", { class: "big-list" }, open.map((text) => h("li", {}, text))),
    h("p", {}, say("leave_means")),
    h("div", { class: "big-row" },
      button("leave_not", say("leave_not"), () => app.go("jetzt"), { kind: "go" }),
      button("leave_yes", say("leave_yes"), () => leave(app, visit), { kind: "stop" })),
  ];
}

/** Nobody is there: what is kept of it, before it is said. */
export function missingScreen(app, code) {
  const visit = app.view.next;
  const rider = visit?.boards.find((one) => one.code === code && one.state === "booked");
  if (!rider || !app.view.standing) return null;
  const since = app.view.since;
  const far = app.metresTo(visit.stop);
  const place = far === null ? say("evidence_no_place") : say(far <= 150 ? "evidence_here" : "evidence_far", { n: Math.round(far) });
  const press = () => {
    const metres = far === null ? {} : { metres: Math.round(far) };
    app.act("no_show", { booking: rider.code, stop: visit.stop.id, detail: { waited_s: Math.round((now() - since) / 1000), ...metres }, said: say("did_miss", { name: rider.name }) });
    app.go("jetzt");
  };
  return [
    heading(say("missing_heading", { name: rider.name })),
    h("p", {}, say("missing_look")),
    h("h2", {}, say("evidence_heading")),
    h("dl", { class: "facts" },
      h("dt", {}, say("evidence_arrived")), h("dd", {}, at(since)),
      h("dt", {}, say("evidence_waited")), h("dd", {}, say("minutes", { n: Math.floor((now() - since) / 60_000) })),
      h("dt", {}, say("evidence_place")), h("dd", {}, place)),
    h("div", { class: "big-row" },
      button("missing_not", say("missing_not"), () => app.go("jetzt"), { kind: "go" }),
      button("missing_yes", say("missing_yes"), press, { kind: "stop" })),
  ];
}
