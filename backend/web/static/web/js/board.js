// The day board stays current: a message over the websocket, then the same page is read again and its parts replaced.
// The HTML is the one truth; a reload does the same without this file.

const RETRY_MS = [1000, 2000, 5000, 15000];

class LiveBoard {
  constructor(board) {
    this.board = board;
    this.failures = 0;
    this.status = document.getElementById("status");
    this.connection = board.querySelector("[data-connection]");
    this.open();
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new WebSocket(`${scheme}//${location.host}${this.board.dataset.socket}`);
    this.socket.addEventListener("open", () => {
      if (this.failures > 0) this.refresh(this.board.dataset.reconnected);
      this.failures = 0;
      this.say(this.connection, this.connection.dataset.live);
    });
    this.socket.addEventListener("message", (event) => {
      const { type } = JSON.parse(event.data);
      if (type === "plan.changed") this.refresh(this.board.dataset.changed);
      if (type === "rider.late") this.refresh(this.board.dataset.late);
    });
    this.socket.addEventListener("close", () => this.reopen());
  }

  reopen() {
    this.say(this.connection, this.connection.dataset.lost);
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    this.failures += 1;
    setTimeout(() => this.open(), wait);
  }

  say(place, text) {
    if (place && place.textContent !== text) place.textContent = text;
  }

  /** Changes that come together are shown once, and said once. */
  refresh(text) {
    this.pending = text;
    if (this.timer) return;
    this.timer = setTimeout(async () => {
      await this.replaceParts();
      this.timer = undefined;
      const now = new Date().toLocaleTimeString("de-DE", { hour: "numeric", minute: "2-digit" });
      this.say(this.status, `${this.pending} ${this.board.dataset.asOf.replace("%(time)s", now)}`);
    }, 300);
  }

  async replaceParts() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const open = new Set([...document.querySelectorAll("details[open][id]")].map((element) => element.id));
    const focused = document.activeElement?.id;
    for (const part of document.querySelectorAll("[data-live]")) {
      const replacement = fresh.getElementById(part.id);
      if (replacement) part.replaceWith(document.adoptNode(replacement));
    }
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    this.board.dispatchEvent(new CustomEvent("board:refreshed"));
  }
}

const board = document.querySelector("[data-board]");
if (board?.dataset.socket) new LiveBoard(board);
