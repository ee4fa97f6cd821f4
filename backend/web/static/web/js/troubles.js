// The list of troubles stays current: when the day's websocket says that it changed, the same page is read again and its
// parts are replaced. Whoever is writing a note keeps it: then only a sentence is said. A reload does the same.

const RETRY_MS = [1000, 2000, 5000, 15000];
const PARTS = ["offen", "wuensche"];
const TOPICS = new Set(["trouble.changed", "plan.changed", "driver.help", "message.undelivered"]);

class TroubleList {
  constructor(list) {
    this.list = list;
    this.failures = 0;
    this.status = document.getElementById("status");
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
      if (await this.replaceParts()) this.status.textContent = this.list.dataset.changed;
    }, 500);
  }

  async replaceParts() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return false;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = (page, id) => page.getElementById(id);
    const titles = (page) => [...part(page, "offen").querySelectorAll("h3")].map((title) => title.textContent).join();
    const changed = titles(document) !== titles(fresh);
    for (const id of PARTS) this.replacePart(part(document, id), part(fresh, id));
    document.title = fresh.title;
    return changed;
  }

  /** Somebody writes a note, or has the focus on a button: nothing is taken from under her hand. */
  replacePart(here, there) {
    if (here.contains(document.activeElement) || here.querySelector("details[open]:not([data-keep])")) return;
    const open = new Set([...here.querySelectorAll("details[data-keep][open]")].map((part) => part.dataset.keep));
    here.replaceWith(document.adoptNode(there));
    for (const part of there.querySelectorAll("details[data-keep]")) part.open = open.has(part.dataset.keep);
  }
}

const list = document.querySelector("[data-troubles]");
if (list) new TroubleList(list);
