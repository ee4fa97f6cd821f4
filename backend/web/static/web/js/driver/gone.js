// Who is not with this bus any more, and who comes after all.

import { clockText } from "./clock.js";
import { h } from "./dom.js";
import { button, needsList, stopName } from "./parts.js";
import { isGoneAt } from "./shift.js";
import { money, say } from "./texts.js";

/** Riders of this stop whom the plan no longer names: struck through, with what that means now. */
export function gone(app, visit) {
  const here = app.gone.filter((rider) => isGoneAt(rider, visit));
  if (!here.length) return null;
  const cards = here.map((rider) => goneCard(app, rider));
  return h("section", { class: "flow", "aria-labelledby": "weg" }, h("h2", { id: "weg" }, say("gone_heading")), h("ul", { class: "riders" }, cards));
}

export function goneCard(app, rider) {
  const meaning = rider.aboard ? say("gone_aboard", { stop: stopName(rider.delivery_stop) }) : say("gone_wait_not");
  const out = () => app.act("alighted", { booking: rider.code, stop: rider.delivery_stop.id, said: say("did_alight", { name: rider.name }) });
  return h(
    "li",
    { class: "rider gone" },
    h("h3", {}, h("s", {}, rider.name), " ", h("small", {}, say("gone_label"))),
    h("p", {}, say("gone_where", { time: clockText(rider.pickup_from), stop: stopName(rider.pickup_stop) })),
    h("p", {}, meaning),
    rider.aboard
      ? button(`out-${rider.code}`, say("alighted"), out, { kind: "go", "aria-label": say("alighted_name", { name: rider.name }) })
      : [button(`seen-${rider.code}`, say("understood"), () => app.acknowledge(rider.code), { kind: "quiet", "aria-label": say("understood_name", { name: rider.name }) }), afterAll(app, rider)],
  );
}

/** Somebody comes after all, or stands at another stop: the ride counts, and the control room sees what stood against it. */
function afterAll(app, rider) {
  const stop = app.view.standing ? app.view.next.stop.id : "";
  const press = (cents) => () => app.act("boarded", { booking: rider.code, stop, detail: { cash_cents: cents }, said: say("did_board", { name: rider.name }) });
  const paid = rider.fare_cents ? say("boarded_paid", { amount: money(rider.fare_cents) }) : say("boarded");
  const choice = (key, text, cents) => button(`${key}-${rider.code}`, text, press(cents), { kind: "quiet", "aria-label": `${rider.name}: ${text}` });
  return h("details", { "data-key": `after-all-${rider.code}` },
    h("summary", { "data-key": `after-all-summary-${rider.code}` }, say("after_all"), h("span", { class: "visually-hidden" }, ` ${rider.name}`)),
    h("div", { class: "big-row" }, choice("late", paid, rider.fare_cents), rider.fare_cents ? choice("late-free", say("boarded_unpaid"), 0) : null));
}

/** Who was not there, wherever they stand now. */
export function missedPart(app) {
  if (!app.missed.length) return null;
  const cards = app.missed.map((rider) =>
    h("li", { class: "rider" }, h("h3", {}, rider.name, " ", h("small", {}, rider.party_text)), needsList(rider), afterAll(app, rider)));
  return h("section", { class: "flow", "aria-labelledby": "waren-nicht-da" },
    h("h2", { id: "waren-nicht-da" }, say("missed_heading")), h("p", {}, say("missed_means")), h("ul", { class: "riders" }, cards));
}
