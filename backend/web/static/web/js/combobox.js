// An editable combobox with a list box, after the ARIA authoring practices. Without this file the field is a plain text
// field and the server asks back where a name is ambiguous.

const WAIT_MS = 150;
const SHORTEST = 2;

class Combobox {
  constructor(field) {
    this.field = field;
    this.input = field.querySelector("input[type='text']");
    this.chosen = field.querySelector("input[type='hidden']");
    this.frame = field.querySelector(".combobox");
    this.source = field.dataset.source;
    this.words = field.dataset; // list, none, one, many: in the language of the page
    this.options = [];
    this.active = -1;
    this.asked = 0;
    this.build();
    this.listen();
    // On a slow line somebody has typed before this file was there.
    if (document.activeElement === this.input) this.ask();
  }

  build() {
    this.list = document.createElement("ul");
    this.list.id = `${this.input.id}_list`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", `${this.words.list} ${this.field.querySelector("label").textContent.trim()}`);
    this.list.hidden = true;
    this.frame.append(this.list);
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-controls", this.list.id);
  }

  listen() {
    this.input.addEventListener("input", () => {
      this.chosen.value = "";
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), WAIT_MS);
    });
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => this.close());
    // mousedown would take the focus out of the field before the click arrives
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role='option']");
      if (option) this.choose(this.options.indexOf(option));
    });
  }

  async ask() {
    const text = this.input.value.trim();
    const number = ++this.asked;
    if (text.length < SHORTEST) return this.close();
    const address = new URL(this.source, location.href);
    address.searchParams.set("q", text);
    let places;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      places = (await answer.json()).places;
    } catch {
      return this.close(); // the plain text field still works
    }
    if (number === this.asked && document.activeElement === this.input) this.show(places);
  }

  show(places) {
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.options = places.map((place, index) => this.option(place, index));
    this.list.replaceChildren(...this.options);
    this.list.hidden = places.length === 0;
    this.input.setAttribute("aria-expanded", String(places.length > 0));
    this.announce(places.length);
  }

  option(place, index) {
    const item = document.createElement("li");
    item.id = `${this.list.id}_${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.value = place.value;
    item.dataset.label = place.label;
    const name = document.createElement("span");
    name.textContent = place.label;
    const kind = document.createElement("span");
    kind.className = "kind";
    kind.textContent = place.kind;
    item.append(name, " ", kind);
    return item;
  }

  announce(count) {
    const note = this.field.querySelector("[data-count]") ?? this.makeNote();
    const { none, one, many } = this.words;
    note.textContent = count === 0 ? none : count === 1 ? one : many.replace("%(count)s", count);
  }

  makeNote() {
    const note = document.createElement("span");
    note.className = "visually-hidden";
    note.dataset.count = "";
    note.setAttribute("aria-live", "polite");
    this.field.append(note);
    return note;
  }

  onKey(event) {
    const isOpen = !this.list.hidden;
    const last = this.options.length - 1;
    if (event.key === "ArrowDown") {
      event.preventDefault();
      if (isOpen) this.move(this.active >= last ? 0 : this.active + 1);
      else this.ask();
    } else if (event.key === "ArrowUp" && isOpen) {
      event.preventDefault();
      this.move(this.active <= 0 ? last : this.active - 1);
    } else if (event.key === "Enter" && isOpen && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "Escape") {
      if (isOpen) event.preventDefault();
      this.close();
    } else if (event.key === "Tab" && isOpen && this.active >= 0) {
      this.choose(this.active);
    }
  }

  move(index) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = index;
    const option = this.options[index];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  choose(index) {
    const option = this.options[index];
    this.input.value = option.dataset.label;
    this.chosen.value = option.dataset.value;
    this.close();
  }

  close() {
    this.asked += 1;
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.list.replaceChildren();
    this.options = [];
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

for (const field of document.querySelectorAll("[data-combobox]")) new Combobox(field);
