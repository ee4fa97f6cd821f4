// The next stop read aloud, where the device can. Others hear it too: with somebody aboard, nothing is said about a person.

import { count, money, say } from "./texts.js";

export function canSpeak() {
  return "speechSynthesis" in window && "SpeechSynthesisUtterance" in window;
}

export function speak(text) {
  if (!canSpeak() || !text) return;
  speechSynthesis.cancel();
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = "de-DE";
  utterance.voice = speechSynthesis.getVoices().find((voice) => voice.lang.startsWith("de")) ?? null;
  speechSynthesis.speak(utterance);
}

export function hush() {
  if (canSpeak()) speechSynthesis.cancel();
}

/** What is said of a stop. `alone`: nobody is aboard who would hear names and needs. */
export function summaryOf(visit, alone) {
  const parts = [say("aloud_stop", { stop: `${visit.stop.village}, ${visit.stop.name}` })];
  if (visit.kind !== "stop") return parts[0];
  const leaves = visit.leaves.filter((rider) => rider.state === "aboard").length;
  const boards = visit.boards.filter((rider) => rider.state === "booked");
  if (leaves) parts.push(count("aloud_leaves", leaves));
  if (boards.length) parts.push(count("aloud_boards", boards.length));
  if (visit.fold) parts.push(visit.fold);
  if (alone) {
    for (const rider of boards) {
      parts.push(`${rider.name}.`, ...rider.needs_words);
      parts.push(rider.fare_cents ? say("aloud_cash", { amount: money(rider.fare_cents) }) : say("cash_none"));
    }
  } else if (boards.some((rider) => rider.needs_words.length)) {
    parts.push(say("aloud_more"));
  }
  return parts.join(" ");
}
