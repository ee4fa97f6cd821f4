// The server calls when the shift has changed, so that the app need not ask every few seconds (docs/decisions/0619). The
// line says nothing but that; where there is none, the app asks as before.

const SILENT_MS = 50_000; // the server says "alive" every twenty seconds
const FIRST_MS = 2000;
const LONGEST_MS = 60_000;

/** One line for each open page. `heard` is called when something is new. */
export class Call {
  constructor(heard) {
    this.heard = heard;
    this.socket = null;
    this.heardAt = 0;
    this.next = 0; // when to try again
    this.wait = FIRST_MS;
  }

  /** Whether the server would call. */
  get lives() {
    return this.socket?.readyState === WebSocket.OPEN && Date.now() - this.heardAt < SILENT_MS;
  }

  /** Once a second: hold the line while it is wanted. */
  tend(wanted) {
    if (!wanted) return this.hangUp();
    if (this.socket) {
      if (Date.now() - this.heardAt >= SILENT_MS) this.drop();
      return;
    }
    if (Date.now() >= this.next || this.next - Date.now() > LONGEST_MS) this.dial(); // a clock set back waits for nothing
  }

  dial() {
    this.next = Date.now() + this.wait;
    this.wait = Math.min(LONGEST_MS, this.wait * 2);
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws/fahrt/`);
    this.socket = socket;
    this.heardAt = Date.now();
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return;
      this.heardAt = Date.now();
      this.wait = FIRST_MS;
      if (JSON.parse(data).type !== "alive") this.heard();
    };
    socket.onclose = () => {
      if (socket === this.socket) this.socket = null;
    };
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    this.next = Date.now() + this.wait;
    socket?.close();
  }

  hangUp() {
    if (this.socket) this.drop();
    this.wait = FIRST_MS;
    this.next = 0;
  }
}
