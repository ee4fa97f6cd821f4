// The lanes of the fleet by keyboard and mouse: one stop of the Tab key, arrows from row to row and from halt to halt; the
// part of the day that the lanes show. A lane that has the focus is a list of its halts, the others are pictures.

const KEPT_AS = "rufbus.board.hours";
const DAY = "1";

export class Timeline {
  constructor(board, table, detail) {
    this.board = board;
    this.table = table;
    this.body = table.tBodies[0];
    this.detail = detail;
    this.readout = board.querySelector("[data-readout]");
    this.readout.hidden = false;
    this.from = Number(board.dataset.from);
    this.span = Number(board.dataset.to) - this.from;
    this.now = Number(board.dataset.now);
    table.classList.add("live");
    this.body.addEventListener("keydown", (event) => this.key(event));
    this.body.addEventListener("focusin", (event) => this.focused(event.target));
    this.body.addEventListener("focusout", (event) => this.left(event.target));
    this.body.addEventListener("click", (event) => this.click(event));
    for (const button of board.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => this.zoom(button.dataset.zoom));
    }
    for (const button of board.querySelectorAll("[data-pan]")) {
      button.addEventListener("click", () => this.move(Number(button.dataset.pan)));
    }
    for (const row of this.body.rows) this.prepare(row);
    const first = this.body.querySelector(".vehicle-link");
    if (first) first.tabIndex = 0;
    this.hours = localStorage.getItem(KEPT_AS) ?? DAY;
    this.zoom(this.hours);
  }

  prepare(row) {
    const link = row.querySelector(".vehicle-link");
    if (link.tabIndex !== 0 || link !== this.current) link.tabIndex = -1;
    row.querySelector("[data-lane]").setAttribute("tabindex", "-1");
  }

  /** After a change: the time goes on, rows may be new, and the lane with the focus has other halts. */
  show(now, changed) {
    this.now = now;
    this.table.style.setProperty("--now", String((now - this.from) / this.span));
    for (const row of changed) {
      const lane = row.querySelector("[data-lane]");
      if (!lane.hasAttribute("tabindex")) this.prepare(row);
      if (lane === document.activeElement) this.unfold(lane, this.number);
    }
    if (!this.body.querySelector("[tabindex='0']")) {
      const first = this.body.querySelector(".vehicle-link");
      if (first) first.tabIndex = 0;
    }
  }

  // ---- where one stands ----

  stand(element) {
    for (const other of this.body.querySelectorAll("[tabindex='0']")) other.setAttribute("tabindex", "-1");
    element.setAttribute("tabindex", "0");
    this.current = element;
  }

  focused(element) {
    if (element.matches(".vehicle-link")) {
      this.stand(element);
      this.readout.textContent = "\u00a0";
    } else if (element.matches("[data-lane]")) {
      this.stand(element);
      this.unfold(element, this.wanted ?? this.number);
    }
  }

  left(element) {
    if (!element.matches("[data-lane]")) return;
    element.setAttribute("role", "img");
    element.removeAttribute("aria-activedescendant");
    element.removeAttribute("aria-orientation");
    for (const halt of element.querySelectorAll("[role='option']")) {
      for (const name of ["role", "aria-selected", "aria-label", "id"]) halt.removeAttribute(name);
    }
  }

  halts(lane) {
    return [...lane.querySelectorAll("[data-n]")];
  }

  /** A lane as a list of halts, one of them chosen. */
  unfold(lane, number) {
    const halts = this.halts(lane);
    if (halts.length === 0) {
      this.readout.textContent = lane.getAttribute("aria-label");
      return;
    }
    lane.setAttribute("role", "listbox");
    lane.setAttribute("aria-orientation", "horizontal");
    const chosen = halts.find((halt) => halt.dataset.n === number) ?? this.coming(halts);
    for (const halt of halts) {
      halt.setAttribute("role", "option");
      halt.id = `halt-${lane.closest("tr").dataset.row}-${halt.dataset.n}`;
      halt.setAttribute("aria-label", halt.querySelector("title").textContent);
      halt.setAttribute("aria-selected", String(halt === chosen));
    }
    lane.setAttribute("aria-activedescendant", chosen.id);
    this.number = chosen.dataset.n;
    this.wanted = undefined;
    this.readout.textContent = `${lane.closest("tr").querySelector(".vehicle-link").textContent}: ${chosen.querySelector("title").textContent}`;
    this.bringIntoView(Number(chosen.dataset.s));
  }

  coming(halts) {
    return halts.find((halt) => !halt.matches(".done, .past")) ?? halts[halts.length - 1];
  }

  // ---- keys ----

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const lane = event.target.closest("[data-lane]");
    const row = event.target.closest("tr");
    const done = lane ? this.keyInLane(event.key, lane, row) : this.keyOnVehicle(event.key, row);
    if (done) event.preventDefault();
  }

  keyOnVehicle(key, row) {
    if (key === "ArrowDown" || key === "ArrowUp") return this.toRow(this.other(row, key), false);
    if (key === "Home") return this.toRow(this.shown()[0], false);
    if (key === "End") return this.toRow(this.shown().at(-1), false);
    if (key === "ArrowRight") {
      this.number = undefined;
      return this.toRow(row, true);
    }
    return false;
  }

  keyInLane(key, lane, row) {
    const halts = this.halts(lane);
    const at = halts.findIndex((halt) => halt.dataset.n === this.number);
    if (key === "ArrowRight" && at < halts.length - 1) this.unfold(lane, halts[at + 1].dataset.n);
    else if (key === "ArrowLeft" && at > 0) this.unfold(lane, halts[at - 1].dataset.n);
    else if (key === "ArrowLeft") return this.toRow(row, false);
    else if (key === "Home" && at > 0) this.unfold(lane, halts[0].dataset.n);
    else if (key === "End" && at >= 0) this.unfold(lane, halts.at(-1).dataset.n);
    else if (key === "ArrowDown" || key === "ArrowUp") {
      const other = this.other(row, key);
      if (other) this.wanted = this.nearest(other, Number(halts[at]?.dataset.s ?? this.now));
      return this.toRow(other, true);
    } else if (key === "Enter") this.enter(row, this.number);
    else return key === "ArrowRight";
    return true;
  }

  shown() {
    return [...this.body.rows].filter((row) => !row.hidden);
  }

  other(row, key) {
    const rows = this.shown();
    return rows[rows.indexOf(row) + (key === "ArrowDown" ? 1 : -1)];
  }

  nearest(row, second) {
    const halts = this.halts(row.querySelector("[data-lane]"));
    const far = (halt) => Math.abs(Number(halt.dataset.s) - second);
    return halts.reduce((best, halt) => (!best || far(halt) < far(best) ? halt : best), undefined)?.dataset.n;
  }

  toRow(row, intoLane) {
    if (!row) return true;
    row.querySelector(intoLane ? "[data-lane]" : ".vehicle-link").focus();
    return true;
  }

  enter(row, number) {
    const link = row.querySelector(".vehicle-link");
    const hash = number === undefined ? "" : `#halt-${row.dataset.row}-${number}`;
    const from = document.activeElement === document.body ? link : document.activeElement;
    this.detail.open(new URL(link.href).pathname, { hash, from });
  }

  click(event) {
    const lane = event.target.closest("[data-lane]");
    if (!lane) return;
    const box = lane.getBoundingClientRect();
    const row = lane.closest("tr");
    this.number = this.nearest(row, this.from + (this.span * (event.clientX - box.left)) / box.width);
    lane.focus({ preventScroll: true });
    this.enter(row, this.number);
  }

  /** The row in which one stands, else the first. */
  row() {
    return this.current?.closest("tr") ?? this.shown()[0];
  }

  // ---- the part of the day that is shown ----

  zoom(hours) {
    this.hours = String(hours);
    localStorage.setItem(KEPT_AS, this.hours);
    this.factor = this.hours === DAY ? 1 : Math.max(1, this.span / 3600 / Number(this.hours));
    for (const button of this.board.querySelectorAll("[data-zoom]")) {
      button.setAttribute("aria-pressed", String(button.dataset.zoom === this.hours));
    }
    this.table.style.setProperty("--now", String((this.now - this.from) / this.span));
    this.table.style.setProperty("--zoom", String(this.factor));
    this.panTo(((this.now - this.from) / this.span) * this.factor - 0.25);
  }

  step(direction) {
    const steps = ["1", "6", "3"];
    const at = steps.indexOf(this.hours) + direction;
    if (steps[at]) this.zoom(steps[at]);
  }

  panTo(pan) {
    this.pan = Math.min(Math.max(0, pan), this.factor - 1);
    this.table.style.setProperty("--pan", String(this.pan));
  }

  move(direction) {
    if (direction === 0) this.panTo(((this.now - this.from) / this.span) * this.factor - 0.25);
    else this.panTo(this.pan + direction * 0.5);
  }

  bringIntoView(second) {
    const at = ((second - this.from) / this.span) * this.factor;
    if (at < this.pan + 0.02 || at > this.pan + 0.98) this.panTo(at - 0.5);
  }
}
