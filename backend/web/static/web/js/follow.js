// A ride under way: the page is read again now and then and its parts replaced; the status line changes only when what it
// says has changed, so that a screen reader is rarely interrupted. Without this file a reload does the same.

const EVERY_MS = 15_000;
const SLOWEST_MS = 120_000;

class Followed {
  constructor(page) {
    this.status = document.getElementById("status");
    this.failures = 0;
    this.speaking(page.querySelector("[data-speak]"));
    this.mapping(page.querySelector("[data-map-section]"));
    if (document.querySelector("[data-ended]")) return;
    this.schedule(EVERY_MS);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.refresh();
    });
  }

  schedule(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), wait);
  }

  async refresh() {
    clearTimeout(this.timer);
    if (document.visibilityState === "hidden") return; // coming back reads at once
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.redirected || !answer.ok) throw new Error(answer.statusText);
      this.show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      this.failures = 0;
    } catch {
      this.failures += 1;
      if (this.failures === 2) this.say(this.status.dataset.offline);
    }
    if (!document.querySelector("[data-ended]")) this.schedule(Math.min(SLOWEST_MS, EVERY_MS * 2 ** this.failures));
  }

  show(fresh) {
    const focused = document.activeElement?.id;
    for (const part of document.querySelectorAll("[data-live]")) {
      const replacement = fresh.getElementById(part.id);
      if (replacement && replacement.innerHTML !== part.innerHTML) part.replaceWith(document.adoptNode(replacement));
    }
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    this.say(fresh.getElementById("status")?.textContent ?? "");
    this.map?.routes(this.mapElement.dataset.routes).catch(() => {});
  }

  say(text) {
    if (text && this.status.textContent !== text) this.status.textContent = text;
  }

  /** Read aloud on demand, where the browser has a voice. */
  speaking(button) {
    if (!button || !("speechSynthesis" in window)) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      speechSynthesis.cancel();
      const words = new SpeechSynthesisUtterance(this.status.textContent);
      words.lang = document.documentElement.lang || "de";
      words.rate = 0.95;
      speechSynthesis.speak(words);
    });
  }

  /** The map and its library come only when somebody asks for them. */
  mapping(section) {
    if (!section) return;
    section.hidden = false;
    const button = section.querySelector("[data-show-map]");
    this.mapElement = section.querySelector("[data-ride-map]");
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await leaflet(this.mapElement.dataset);
        const { DayMap } = await import("./map.js");
        this.mapElement.hidden = false;
        this.map = new DayMap(this.mapElement);
        button.closest("p").hidden = true;
        this.mapElement.tabIndex = -1;
        this.mapElement.focus();
      } catch {
        button.disabled = false;
      }
    });
  }
}

function leaflet({ leaflet: script, leafletSheet: sheet }) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet });
  const code = Object.assign(document.createElement("script"), { src: script });
  const loaded = [link, code].map(
    (part) => new Promise((resolve, reject) => Object.assign(part, { onload: resolve, onerror: reject })),
  );
  document.head.append(link, code);
  return Promise.all(loaded);
}

const page = document.querySelector("[data-follow]");
if (page) new Followed(page);
