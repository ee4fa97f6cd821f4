// What changed is said calmly: bundled, in one polite live region, no oftener than every few seconds, and only what the
// dispatcher wants to hear.

const BETWEEN_MS = 8000;
const BETWEEN_URGENT_MS = 3000;
const KEPT_AS = "rufbus.board.said";
const LEVELS = ["alles", "wichtig", "nichts"];

export class Announcer {
  constructor(board) {
    this.region = document.getElementById("status");
    this.words = new Map();
    for (const { dataset } of board.querySelectorAll("[data-words] li")) this.words.set(dataset.topic, dataset);
    this.level = board.querySelector("[data-level]");
    const kept = localStorage.getItem(KEPT_AS);
    if (this.level && LEVELS.includes(kept)) this.level.value = kept;
    this.level?.addEventListener("change", () => localStorage.setItem(KEPT_AS, this.level.value));
    this.heardOf = new Map();
    this.saidAt = 0;
    this.clock = () => "";
  }

  heard(event) {
    const topic = event.type === "driver.event" && event.outcome === "conflict" ? "conflict" : event.type;
    const words = this.words.get(topic);
    const wanted = this.level?.value ?? "alles";
    if (!words || wanted === "nichts" || (wanted === "wichtig" && words.level !== "wichtig")) return;
    this.heardOf.set(topic, (this.heardOf.get(topic) ?? 0) + (event.bookings?.length ?? 1));
    const between = words.level === "wichtig" ? BETWEEN_URGENT_MS : BETWEEN_MS;
    const due = Math.max(Date.now() + 400, this.saidAt + between);
    if (this.dueAt !== undefined && this.dueAt <= due) return;
    clearTimeout(this.timer);
    this.dueAt = due;
    this.timer = setTimeout(() => this.sayBundle(), due - Date.now());
  }

  sayBundle() {
    this.dueAt = undefined;
    this.saidAt = Date.now();
    if (this.heardOf.size > 1) this.heardOf.delete("plan.changed"); // the others say why
    const sentences = [];
    for (const [topic, words] of this.words) {
      const count = this.heardOf.get(topic);
      if (count) sentences.push(count === 1 ? words.one : words.many.replace("%s", count));
    }
    this.heardOf.clear();
    if (sentences.length > 0) this.write(sentences.join(" "));
  }

  say(topic) {
    this.write(this.words.get(topic).one);
  }

  write(text) {
    // The day's clock, not this machine's: in a demonstration they differ.
    this.region.textContent = `${text} ${this.words.get("as-of").one.replace("%s", this.clock())}`;
  }
}
