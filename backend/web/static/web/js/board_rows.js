// The rows of the fleet and the parts beside them. The server sends a row as HTML when it is another than the one that is
// shown; it is put in place cell by cell, so that nobody who stands in the row loses the focus.

function parsed(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
}

export class FleetRows {
  constructor(board, table) {
    this.board = board;
    this.table = table;
    this.body = table?.tBodies[0];
    this.rows = new Map();
    this.keys = new Map();
    const keys = this.body?.dataset.keys.split(".") ?? [];
    for (const [number, row] of [...(this.body?.rows ?? [])].entries()) {
      this.rows.set(row.dataset.row, row);
      this.keys.set(row.dataset.row, keys[number]);
    }
    this.choice = board.querySelector("[data-show]");
    this.choice?.addEventListener("change", () => this.filter());
    this.nowS = Number(board.dataset.now);
  }

  /** Digests of everything that is shown. */
  known() {
    const parts = [...this.board.querySelectorAll("[data-part]")].map((part) => part.dataset.part);
    return [...this.keys.values(), ...parts];
  }

  /** Show a new state; gives the rows that were changed. */
  apply(state) {
    this.nowS = state.now_s;
    for (const { id, digest, html } of state.parts) this.part(document.getElementById(id), digest, html);
    const { from, to } = this.board.dataset;
    const isOther = Number(from) !== state.scale[0] || Number(to) !== state.scale[1];
    if (state.rows.length > 0 && (!this.body || isOther)) {
      location.reload(); // the day had no plan when the page was made, or its lanes show other hours now
      return [];
    }
    if (!this.body) return [];
    const changed = [];
    for (const [code, key] of state.rows) {
      this.keys.set(code, key);
      if (!state.html[code]) continue;
      const fresh = parsed(state.html[code]);
      const shown = this.rows.get(code);
      if (shown) this.patch(shown, fresh);
      else this.rows.set(code, fresh);
      changed.push(this.rows.get(code));
    }
    this.order(state.rows.map(([code]) => code));
    if (changed.length > 0) this.filter();
    return changed;
  }

  part(place, digest, html) {
    if (!place) return;
    const focused = place.contains(document.activeElement) ? document.activeElement : undefined;
    const { key } = focused?.dataset ?? {};
    place.dataset.part = digest;
    place.innerHTML = html;
    if (focused) (key ? place.querySelector(`[data-key="${key}"]`) : place.querySelector("a"))?.focus({ preventScroll: true });
  }

  patch(shown, fresh) {
    shown.className = fresh.className;
    for (const [number, cell] of [...fresh.cells].entries()) {
      const place = shown.cells[number];
      const lane = place.querySelector("[data-lane]");
      if (lane) {
        const freshLane = cell.querySelector("[data-lane]");
        lane.setAttribute("aria-label", freshLane.getAttribute("aria-label"));
        lane.replaceChildren(...freshLane.childNodes);
      } else if (place.tagName === "TD") {
        place.replaceChildren(...cell.childNodes);
      } else if (place.textContent !== cell.textContent && !place.contains(document.activeElement)) {
        place.replaceChildren(...cell.childNodes);
      }
    }
  }

  order(codes) {
    for (const [code, row] of this.rows) {
      if (codes.includes(code)) continue;
      row.remove();
      this.rows.delete(code);
      this.keys.delete(code);
    }
    let before = null;
    for (const code of codes) {
      const row = this.rows.get(code);
      const next = before ? before.nextElementSibling : this.body.firstElementChild;
      if (row && row !== next) this.body.insertBefore(row, next);
      before = row ?? before;
    }
  }

  /** All shifts, those on duty now, or those with something to look at. */
  filter() {
    const wanted = this.choice?.value ?? "all";
    for (const row of this.rows.values()) {
      const onDuty = Number(row.dataset.start) <= this.nowS && this.nowS < Number(row.dataset.end);
      const marked = row.className !== "" || row.querySelector(".states .mind, .states .stop") !== null;
      const hidden = (wanted === "duty" && !onDuty) || (wanted === "marked" && !marked);
      if (row.hidden !== hidden && !row.contains(document.activeElement)) row.hidden = hidden;
    }
  }

  toggleMarked() {
    if (!this.choice) return;
    this.choice.value = this.choice.value === "marked" ? "all" : "marked";
    this.filter();
  }
}
