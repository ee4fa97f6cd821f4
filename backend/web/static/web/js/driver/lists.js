// The rest of the shift, what was reported, and what does not fit together.

import { clockText, getOffset } from "./clock.js";
import { h } from "./dom.js";
import { goneCard, missedPart } from "./gone.js";
import { at, backRow, button, cashWords, heading, needsList, stopName } from "./parts.js";
import { conflicts, unsent } from "./queue.js";
import { lastTap, momentOf, takenBack } from "./slips.js";
import { count, money, say, word } from "./texts.js";

export function shiftScreen(app) {
  const { view } = app;
  return [
    heading(say("shift_heading")),
    h("p", {}, say("shift_vehicle", { vehicle: app.manifest.vehicle.name, kind: app.manifest.vehicle.kind })),
    h("p", {}, say("cash_sum", { amount: money(view.cash_cents) })),
    view.aboard.length ? section("an-bord", say("aboard_heading"), h("ul", { class: "big-list" }, view.aboard.map((rider) =>
      h("li", {}, say("aboard_to", { name: rider.name, stop: stopName(rider.delivery_stop) }))))) : null,
    missedPart(app),
    section("kommt", say("coming_heading"), h("ol", { class: "stops" }, (view.next ? [view.next, ...view.later] : []).map(stopItem))),
    view.earlier.length ? h("details", { "data-key": "earlier" }, h("summary", {}, count("earlier", view.earlier.length)), h("ol", { class: "stops" }, view.earlier.map(stopItem))) : null,
    backRow(app),
  ];
}

function section(id, title, ...rest) {
  return h("section", { class: "flow", "aria-labelledby": id }, h("h2", { id }, title), rest);
}

function stopItem(visit) {
  const label = { start: say("kind_start"), break: say("kind_break", { time: clockText(visit.until) }), end: say("kind_end") }[visit.kind];
  return h(
    "li",
    { class: visit.is_over ? "done" : null },
    h("p", {}, h("span", { class: "time" }, clockText(visit.at)), " ", label ? `${label} ` : null, h("strong", {}, stopName(visit.stop))),
    visit.leaves.length ? h("p", {}, say("list_leaves", { names: visit.leaves.map(named).join(", ") })) : null,
    visit.boards.map((rider) =>
      h("div", { class: "flow" },
        h("p", {}, say("list_boards", { name: named(rider), party: rider.party_text, cash: cashWords(rider.fare_cents) })),
        needsList(rider))),
  );
}

function named(rider) {
  const states = { completed: say("state_out"), no_show: say("state_missing"), aboard: say("state_in") };
  return states[rider.state] ? `${rider.name} (${states[rider.state]})` : rider.name;
}

/** Conflicts first, with what to do; then what waits, then what was reported. */
export function reportsScreen(app) {
  const open = conflicts(app.events);
  const waiting = unsent(app.events);
  const done = app.events.filter((event) => event.outcome).reverse();
  return [
    heading(say("reports_heading")),
    messagesPart(app),
    open.length ? section("widerspruch", count("conflicts", open.length), h("ul", { class: "riders" }, open.map((event) => conflictCard(app, event)))) : null,
    app.gone.length ? section("weg", say("gone_heading"), h("ul", { class: "riders" }, app.gone.map((rider) => goneCard(app, rider)))) : null,
    section("wartet", waiting.length ? count("waiting", waiting.length) : say("waiting_none"),
      waiting.length ? h("p", {}, app.online ? say("waiting_sends") : say("waiting_offline")) : null,
      h("ul", { class: "big-list" }, waiting.map((event) => h("li", {}, line(event))))),
    done.length ? section("gemeldet", say("reported_heading"), h("ul", { class: "big-list" }, done.slice(0, 60).map((event) => doneItem(app, event)))) : null,
    backRow(app),
  ];
}

function line(event) {
  return `${clockText(momentOf(event, getOffset()))} ${event.said || word("kind", event.kind)}`;
}

function conflictCard(app, event) {
  const refused = event.outcome === "refused";
  const reason = event.reason_text || (event.unread ? event.reason : "") || say("no_reason");
  const key = `do_${event.reason}`;
  const known = word("do", event.reason);
  const todo = known === event.reason ? say(refused ? "do_refused" : "do_conflict") : say(key);
  return h(
    "li",
    { class: "rider" },
    h("h3", {}, line(event)),
    h("p", {}, h("strong", {}, refused ? say("was_refused") : say("was_conflict")), " ", reason),
    h("p", {}, todo),
    button(`understood-${event.id}`, say("understood"), () => app.understand(event.id), { "aria-label": say("understood_name", { name: line(event) }) }),
  );
}

/** Whatever has left can be corrected: the newest report is taken back, of others the control room is told that they are wrong. */
function doneItem(app, event) {
  const isLast = lastTap(app.events)?.id === event.id;
  const tell = () => app.act("help", { detail: { what: "correction", event: event.id }, said: say("did_correct", { what: line(event) }) });
  const press = isLast ? () => app.takeBack(event) : tell;
  const back = takenBack(app.events).has(event.id);
  const corrected = app.events.some((one) => one.kind === "help" && one.detail?.event === event.id);
  const may = !back && !corrected && event.outcome === "taken" && !["help", "take_back"].includes(event.kind);
  const state = back ? word("outcome", "taken_back") : corrected ? say("is_corrected") : word("outcome", event.outcome);
  return h(
    "li",
    {},
    h("p", {}, line(event), " ", h("span", { class: "soft" }, state)),
    may ? button(`wrong-${event.id}`, say("was_wrong"), press, { kind: "quiet", "aria-label": say("was_wrong_name", { name: line(event) }) }) : null,
  );
}

/** What the control room says, with answers that need no typing. */
function messagesPart(app) {
  const messages = [...app.messages].reverse();
  return section("nachrichten", say("messages_heading"), messages.length ? h("ul", { class: "riders" }, messages.map((message) => messageCard(app, message))) : h("p", {}, say("messages_none")));
}

function messageCard(app, message) {
  const choices = message.choices.length ? message.choices : [say("message_read")];
  const answer = (choice) => app.act("answer", { detail: { message: message.id, choice }, booking: message.booking_code, said: say("did_answer", { choice }) });
  return h(
    "li",
    { class: "rider" },
    h("p", { class: "soft" }, at(message.sent_at)),
    h("p", { class: "big-line" }, message.text),
    message.answer
      ? h("p", { class: "done" }, say("answered", { choice: message.answer }))
      : h("div", { class: "big-row" }, choices.map((choice) => button(`answer-${message.id}-${choice}`, choice, () => answer(choice), { kind: "go" }))),
  );
}
