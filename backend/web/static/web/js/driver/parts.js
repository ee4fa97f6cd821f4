// Parts of the screens that several of them show.

import { clockText } from "./clock.js";
import { h } from "./dom.js";
import { money, say } from "./texts.js";

/** A button for gloves. `key` keeps the focus when the screen is drawn anew; `rolling`: it may be pressed while driving. */
export function button(key, text, press, { kind = "", rolling = false, ...attributes } = {}) {
  const classes = `button big ${kind}`.trim();
  const more = rolling ? { "data-while-rolling": true } : {};
  return h("button", { type: "button", class: classes, "data-key": key, onclick: press, ...more, ...attributes }, text);
}

export function heading(text, ...rest) {
  return h("h1", { id: "ueberschrift", tabindex: "-1" }, text, ...rest);
}

export function stopName(stop) {
  return `${stop.village}, ${stop.name}`;
}

export function at(moment) {
  return say("oclock", { time: clockText(moment) });
}

export function notice(kind, title, ...rest) {
  return h("div", { class: `notice ${kind}` }, h("div", { class: "flow" }, title ? h("p", {}, h("strong", {}, title)) : null, rest));
}

export function cashWords(cents) {
  return cents ? say("cash_take", { amount: money(cents) }) : say("cash_none");
}

/** What a party needs, one instruction a line, the most important first. */
export function needsList(rider) {
  if (!rider.needs_words.length) return null;
  return h("ul", { class: "needs" }, rider.needs_words.map((words) => h("li", {}, words)));
}

/** Links that open the way there in the navigation of the device, and in a map where it has none. */
export function navigationLinks(stop) {
  const { lat, lon } = stop;
  const place = `${lat.toFixed(6)},${lon.toFixed(6)}`;
  const geo = `geo:${place}?q=${place}(${encodeURIComponent(stopName(stop))})`;
  const map = `https://www.openstreetmap.org/directions?to=${encodeURIComponent(place)}`;
  return h(
    "p",
    { class: "big-row" },
    h("a", { class: "button big", href: geo, "data-key": "geo", "data-while-rolling": true }, say("navigate")),
    h("a", { class: "button big quiet", href: map, target: "_blank", rel: "noopener noreferrer", "data-key": "map" }, say("navigate_map")),
  );
}

export function backRow(app, target = "jetzt") {
  return h("p", { class: "big-row" }, button("back", say("back"), () => app.go(target), { kind: "quiet" }));
}

/** What a driver may call: the control room. */
export function phoneLink(app) {
  const phone = app.manifest?.rules.phone;
  if (!phone) return null;
  return h("a", { class: "button big", href: `tel:${phone}`, "data-key": "phone", "data-while-rolling": true }, say("call_control"));
}
