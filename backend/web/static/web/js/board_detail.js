// One vehicle, one ride or a list beside the fleet, without leaving the page. The links lead to pages of their own where
// this file is not there.

const PARTS = /^\/leitstelle\/(\d{4}-\d\d-\d\d\/(fahrzeug|buchung|fahrten|konflikte)\/|suche\/)/;
const AFTER_EVENT_MS = 700;

export class DetailPanel {
  constructor(board) {
    this.board = board;
    this.panel = board.querySelector("[data-detail]");
    this.content = board.querySelector("[data-detail-content]");
    this.note = board.querySelector("[data-detail-note]");
    this.elsewhere = board.querySelector("[data-words] [data-topic='changed-elsewhere']").dataset.one;
    board.querySelector("[data-close]").addEventListener("click", () => this.close());
    board.addEventListener("click", (event) => this.click(event));
    this.panel.addEventListener("submit", (event) => this.send(event));
    board.querySelector("[data-search]")?.addEventListener("submit", (event) => this.search(event));
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  click(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const address = new URL(link.href);
    if (address.origin !== location.origin || !PARTS.test(address.pathname)) return;
    event.preventDefault();
    this.open(address.pathname + address.search, { hash: address.hash, from: link });
  }

  search(event) {
    const form = event.target;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form)); // not in the address: numbers do not belong in logs
    this.open(new URL(form.action).pathname, { from: form.querySelector("input[type=search]"), body });
  }

  /** A form beside the fleet is answered beside the fleet. */
  send(event) {
    const form = event.target;
    if (form.method !== "post" || !PARTS.test(new URL(form.action).pathname)) return;
    event.preventDefault();
    this.open(new URL(form.action).pathname, { body: new URLSearchParams(new FormData(form)) });
  }

  async open(address, { hash = "", from, body } = {}) {
    if (from && !this.panel.contains(from)) this.from = from;
    const asked = (this.asked = {});
    const page = await this.read(address, body);
    if (this.asked !== asked) return; // another was asked for meanwhile
    if (page.html === undefined) {
      location.assign((page.address ?? address) + hash);
      return;
    }
    this.address = page.address;
    this.show(page.html);
    this.panel.hidden = false;
    const target = hash ? document.getElementById(`teil-${hash.slice(1)}`) : null;
    const heading = this.content.querySelector(".error-summary, [data-detail-heading]");
    heading?.focus({ preventScroll: true });
    target?.closest("details")?.setAttribute("open", "");
    (target ?? this.panel).scrollIntoView({ block: target ? "center" : "nearest" });
    target?.classList.add("chosen");
  }

  async read(address, body) {
    try {
      const answer = await fetch(address, { method: body ? "POST" : "GET", body, headers: { "Rufbus-Part": "1" } });
      const { pathname, search } = new URL(answer.url);
      const isShown = (answer.ok || answer.status === 422) && PARTS.test(pathname);
      // What is no part of a day, as another day that was looked for, opens as a page of its own.
      return { html: isShown ? await answer.text() : undefined, address: pathname + search };
    } catch {
      return {};
    }
  }

  show(html) {
    const open = [...this.content.querySelectorAll("details[open]")].map(({ dataset }) => dataset.keep);
    this.content.innerHTML = html;
    for (const part of this.content.querySelectorAll("details")) part.open ||= open.includes(part.dataset.keep);
    this.note.textContent = "";
    const said = this.content.querySelector("[data-said]")?.textContent;
    if (said) document.getElementById("status").textContent = said;
    this.content.dispatchEvent(new CustomEvent("detail:shown", { bubbles: true }));
  }

  close() {
    this.panel.hidden = true;
    this.address = undefined;
    this.content.replaceChildren();
    const back = this.from?.isConnected ? this.from : document.getElementById("fahrzeuge-titel");
    back?.focus();
  }

  /** The code of the vehicle that is shown, if one is. */
  get vehicle() {
    return this.address?.match(/\/fahrzeug\/([^/]+)\//)?.[1];
  }

  heard(event) {
    if (!this.isOpen) return;
    const codes = [event.booking, event.vehicle, ...(event.bookings ?? [])].filter(Boolean);
    const isOurs = codes.some((code) => this.address?.includes(encodeURIComponent(code)));
    if (isOurs || this.address?.includes("/konflikte/")) this.refreshSoon();
  }

  refreshIfChanged(version, changed) {
    if (!this.isOpen) return;
    const isOther = this.version !== undefined && this.version !== version;
    this.version = version;
    const row = changed.some(({ dataset }) => dataset.vehicle === this.vehicle);
    if (row || (isOther && /\/(buchung|fahrten)\//.test(this.address ?? ""))) this.refreshSoon();
  }

  refreshSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), AFTER_EVENT_MS);
  }

  /** What somebody is writing in is not taken away: a line says that there is something new. */
  async refresh() {
    if (!this.isOpen || this.address.startsWith("/leitstelle/suche/")) return;
    if (this.content.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) {
      this.note.textContent = this.elsewhere;
      return;
    }
    const { address } = this;
    const page = await this.read(address);
    if (page.html === undefined || address !== this.address || !this.isOpen) return;
    const focused = this.content.contains(document.activeElement) ? document.activeElement : undefined;
    const href = focused?.getAttribute("href");
    const { scrollTop } = this.panel;
    this.show(page.html);
    this.panel.scrollTop = scrollTop;
    if (!focused) return;
    const same = href && [...this.content.querySelectorAll("a")].find((link) => link.getAttribute("href") === href);
    (same || this.content.querySelector("[data-detail-heading]"))?.focus({ preventScroll: true });
  }
}
