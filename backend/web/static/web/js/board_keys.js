// The board's keys. Single letters act only where nobody is writing, and can be switched off (WCAG 2.1.4).

const KEPT_AS = "rufbus.board.keys";

export class Keys {
  constructor(board, { detail, timeline, map, rows }) {
    Object.assign(this, { board, detail, timeline, map, rows });
    this.dialog = board.querySelector("[data-keys-dialog]");
    this.single = board.querySelector("[data-single-keys]");
    this.single.checked = localStorage.getItem(KEPT_AS) !== "off";
    this.single.addEventListener("change", () => localStorage.setItem(KEPT_AS, this.single.checked ? "on" : "off"));
    board.querySelector("[data-help]").addEventListener("click", () => this.dialog.showModal());
    document.addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || this.dialog.open) return;
    if (event.key === "Escape" && this.detail.isOpen) {
      this.detail.close();
      event.preventDefault();
      return;
    }
    if (!this.single.checked || event.target.closest?.("input, select, textarea, [contenteditable]")) return;
    const action = this.actions()[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  actions() {
    const focus = (selector) => () => this.board.querySelector(selector)?.focus();
    return {
      "/": () => {
        const field = this.board.querySelector("[data-search] input[type=search]");
        field.focus();
        field.select();
      },
      "?": () => this.dialog.showModal(),
      1: () => {
        const row = this.timeline?.row();
        if (row) this.timeline.toRow(row, false);
        else this.board.querySelector("#fahrzeuge-titel").focus();
      },
      2: focus("[data-detail-heading]"),
      3: focus("#karte-titel"),
      4: focus("#rueckfahrten-titel"),
      "+": () => this.timeline?.step(1),
      "-": () => this.timeline?.step(-1),
      ",": () => this.timeline?.move(-1),
      ".": () => this.timeline?.move(1),
      n: () => this.timeline?.move(0),
      a: () => this.rows.toggleMarked(),
      s: focus(".status-line a"),
      w: () => this.map.showWay(this.timeline?.row()?.dataset.vehicle),
    };
  }
}
