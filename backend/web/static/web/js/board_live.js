// Keeps the board current: the websocket says that something happened, then one question brings everything that changed.
// A line that is dead is said to be dead, with the time of what is shown.

const RETRY_MS = [1000, 2000, 5000, 15000];
const AFTER_EVENT_MS = 250; // changes that come together are fetched together
const LEAST_BETWEEN_MS = 1000;
const ALSO_EVERY_MS = 30000; // time itself changes the board
const WITHOUT_SOCKET_MS = 10000;
const SILENT_MS = 45000; // the server says something every 20 seconds

export class LiveState extends EventTarget {
  constructor(board, said) {
    super();
    this.board = board;
    this.said = said;
    this.known = () => [];
    this.failures = 0;
    this.askedAt = 0;
    this.line = board.querySelector("[data-connection]");
    this.shownAt = this.line.textContent.match(/\d+:\d\d/)?.[0] ?? "";
    addEventListener("online", () => this.reopenNow());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.ask();
    });
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${this.board.dataset.socket}`);
    this.socket = socket;
    socket.addEventListener("message", (message) => {
      if (socket !== this.socket) return;
      this.stayAwake();
      this.hear(JSON.parse(message.data));
    });
    socket.addEventListener("close", () => {
      if (socket === this.socket) this.lost();
    });
  }

  hear(event) {
    if (event.type === "alive") return;
    if (event.type === "plan.current") {
      this.isOpen = true;
      this.wasLost = this.failures > 0;
      this.failures = 0;
      this.ask();
      return;
    }
    this.dispatchEvent(new CustomEvent("event", { detail: event }));
    this.ask();
  }

  /** A line that says nothing for too long is dead, whatever the browser believes. */
  stayAwake() {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => this.socket.close(), SILENT_MS);
  }

  lost() {
    this.isOpen = false;
    clearTimeout(this.watch);
    this.show("lost");
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)] * (0.8 + 0.4 * Math.random());
    this.failures += 1;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), wait);
    this.ask(WITHOUT_SOCKET_MS);
  }

  reopenNow() {
    if (this.isOpen) return;
    clearTimeout(this.retry);
    this.open();
  }

  /** Ask soon; what is asked for meanwhile is asked once. */
  ask(after = AFTER_EVENT_MS) {
    const due = Math.max(Date.now() + after, this.askedAt + LEAST_BETWEEN_MS);
    if (this.dueAt !== undefined && this.dueAt <= due) return;
    clearTimeout(this.timer);
    this.dueAt = due;
    this.timer = setTimeout(() => this.fetch(), due - Date.now());
  }

  async fetch() {
    if (this.isAsking) {
      this.dueAt = undefined;
      this.ask(LEAST_BETWEEN_MS);
      return;
    }
    this.isAsking = true;
    this.dueAt = undefined;
    this.askedAt = Date.now();
    try {
      const headers = this.tag ? { "If-None-Match": this.tag } : {};
      const address = `${this.board.dataset.state}?kennt=${this.known().join(".")}`;
      const answer = await fetch(address, { headers, cache: "no-store" });
      if (answer.redirected || answer.status === 403) {
        this.show("signed-out");
      } else if (answer.status === 304) {
        this.current();
      } else if (answer.ok) {
        const state = await answer.json();
        this.tag = answer.headers.get("ETag");
        this.shownAt = state.now;
        this.dispatchEvent(new CustomEvent("state", { detail: state }));
        this.current();
      } else {
        this.show("lost");
      }
    } catch {
      this.show("lost"); // no network: the socket notices too, and comes again
    } finally {
      this.isAsking = false;
      this.ask(this.isOpen ? ALSO_EVERY_MS : WITHOUT_SOCKET_MS);
    }
  }

  current() {
    if (!this.isOpen) return;
    this.show("live");
    if (this.wasLost) this.said.say("reconnected");
    this.wasLost = false;
  }

  show(state) {
    const text = this.line.dataset[{ live: "live", lost: "lost", "signed-out": "signedOut" }[state]];
    const shown = text.replace("%s", this.shownAt);
    if (this.line.textContent !== shown) this.line.textContent = shown;
    this.line.dataset.state = state;
  }
}
