// Every screen of the driver's app in its states, drawn by the app's own scripts from invented shifts: one page to look at.
// Nothing is sent and nothing is kept; what a button does is left out, but the sign opens.

import { setOffset } from "./driver/clock.js";
import { h } from "./driver/dom.js";
import { reportsScreen, shiftScreen } from "./driver/lists.js";
import * as more from "./driver/more.js";
import { finishScreen, leaveScreen, missingScreen, nowScreen } from "./driver/now.js";
import { readShift } from "./driver/read.js";
import { goneFrom, missedFrom, viewOf } from "./driver/shift.js";
import { showSign } from "./driver/sign.js";

const SCREENS = {
  jetzt: nowScreen,
  fehlt: missingScreen,
  abfahrt: leaveScreen,
  dienstende: finishScreen,
  pause: more.pauseAboardScreen,
  schicht: shiftScreen,
  meldungen: reportsScreen,
  mehr: more.moreScreen,
  verspaetung: more.delayScreen,
  hilfe: more.helpScreen,
  "hilfe/gesendet": more.helpSentScreen,
  zusteiger: more.walkUpScreen,
  abmelden: more.signOutScreen,
};

/** What a screen reads of the app; what it would do is nothing. */
function appOf({ body, events, known, online, denied }) {
  const manifest = readShift(body);
  const view = viewOf(manifest, events);
  const facts = {
    manifest,
    view,
    events,
    online,
    gone: goneFrom(known, manifest, events),
    missed: missedFrom(known, events),
    messages: manifest.messages,
    settings: { look: denied ? "night" : "auto", aloud: denied },
    draft: { adults: 1, children: 0, wheelchairs: 0, typed: "" },
    places: { denied, state: denied ? "unknown" : "stands" },
    canSpeak: true,
    problem: "",
    metresTo: () => 12,
    stopsAhead: () => view.visits.filter((visit) => visit.kind === "stop").map((visit) => visit.stop).slice(0, 2),
    findStops: () => [],
    showSign: (rider) => showSign(rider),
  };
  return new Proxy(facts, { get: (app, name) => app[name] ?? (() => undefined) });
}

function drawn(sample) {
  setOffset(Date.parse(sample.body.now) - Date.now());
  const app = appOf(sample);
  const [name, rest] = sample.screen.split("/");
  if (name === "zusteiger" && rest) return more.walkUpAnswerScreen(app, rest);
  return (SCREENS[sample.screen] ?? SCREENS[name])(app, rest);
}

/** Side by side, names must not meet, and each screen's heading stands below the page's own. */
function settle(part, number) {
  for (const attribute of ["id", "for", "aria-labelledby"]) {
    for (const element of part.querySelectorAll(`[${attribute}]`)) element.setAttribute(attribute, `${element.getAttribute(attribute)}-${number}`);
  }
  for (const region of part.querySelectorAll("section")) region.removeAttribute("aria-labelledby");
  for (const heading of part.querySelectorAll("h1")) heading.replaceWith(h("h3", { class: "as-h1" }, ...heading.childNodes));
}

const list = document.getElementById("bildschirme");
JSON.parse(document.getElementById("driver-samples").textContent).forEach((sample, number) => {
  const screen = h("div", { class: "driver-sample flow" }, ...drawn(sample));
  settle(screen, number);
  list.append(h("section", { class: "flow", "aria-labelledby": `zustand-${number}` }, h("h2", { id: `zustand-${number}` }, sample.title), screen));
});
list.dataset.drawn = "yes";
