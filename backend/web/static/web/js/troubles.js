// The list of troubles stays current: when the day's websocket says that it changed, the same page is read again and its
// parts are replaced. Whoever is writing a note keeps it: then only a sentence is said. A reload does the same.

const RETRY_MS = [1000, 2000, 5000, 15000];
const PARTS = ["stufen", "offen", "wuensche"];
const TOPICS = new Set(["trouble.changed", "plan.changed", "driver.help", "message.undelivered"]);
const WISH = 0; // the level under which a wish without a place is named
const URGENT = 3;

class TroubleList {
  constructor(list) {
    this.list = list;
    this.failures = 0;
    this.status = document.getElementById("status");
    this.known = this.openOn(document);
    this.open();
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new WebSocket(`${scheme}//${location.host}${this.list.dataset.socket}`);
    this.socket.addEventListener("open", () => {
      if (this.failures > 0) this.refresh();
      this.failures = 0;
    });
    this.socket.addEventListener("message", (event) => {
      if (TOPICS.has(JSON.parse(event.data).type)) this.refresh();
    });
    this.socket.addEventListener("close", () => {
      setTimeout(() => this.open(), RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)]);
      this.failures += 1;
    });
  }

  /** What comes together is shown once, and said once. */
  refresh() {
    if (this.timer) return;
    this.timer = setTimeout(async () => {
      this.timer = undefined;
      const said = await this.replaceParts();
      if (said) this.status.textContent = said;
    }, 500);
  }

  /** The answer: what to say of it, "" where nothing is new. */
  async replaceParts() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return "";
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = this.openOn(fresh);
    const said = this.wordsFor(now);
    this.known = now;
    for (const id of PARTS) this.replacePart(document.getElementById(id), fresh.getElementById(id));
    document.title = fresh.title;
    return said;
  }

  /** All that is open, also what the chosen filter hides: key → [level, title]. */
  openOn(page) {
    const listed = JSON.parse(page.getElementById("offen").dataset.open || "[]");
    return new Map(listed.map(([key, level, title]) => [key, { level, title }]));
  }

  /** What is new or has become worse, in a sentence; that something is over needs none but the list's. */
  wordsFor(now) {
    const words = this.list.dataset;
    const fresh = [...now].filter(([key, one]) => one.level > (this.known.get(key)?.level ?? -1)).map(([, one]) => one);
    const troubles = fresh.filter((one) => one.level !== WISH);
    const urgent = troubles.filter((one) => one.level === URGENT).length;
    const wishes = fresh.length - troubles.length;
    if (troubles.length === 1) return `${words.one} ${troubles[0].title}.`;
    if (troubles.length > 1) {
      const many = words.many.replace("%s", troubles.length);
      return urgent ? `${many} ${words.urgent.replace("%s", urgent)}` : many;
    }
    if (wishes > 0) return wishes === 1 ? words.wish : words.wishes.replace("%s", wishes);
    const isLess = [...this.known].some(([key, one]) => one.level !== WISH && !now.has(key));
    return isLess ? words.changed : "";
  }

  /** Somebody writes a note, or has the focus on a button: nothing is taken from under her hand. */
  replacePart(here, there) {
    if (!here || !there) return;
    if (here.contains(document.activeElement) || here.querySelector("details[open]:not([data-keep])")) return;
    const open = new Map([...here.querySelectorAll("details[data-keep]")].map((part) => [part.dataset.keep, part.open]));
    here.replaceWith(document.adoptNode(there));
    for (const part of there.querySelectorAll("details[data-keep]")) part.open = open.get(part.dataset.keep) ?? part.open;
  }
}

const list = document.querySelector("[data-troubles]");
if (list) new TroubleList(list);
