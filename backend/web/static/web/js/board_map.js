// The vehicles on a map from our own addresses, no tiles from elsewhere. An extra: the table says the same. It comes when it
// is looked at, and ways are drawn only when somebody asks for them.

/** Dash patterns tell ways apart without colour. */
const DASHES = [null, "10 5", "2 6", "14 5 2 5"];
const ARROW = '<path d="M0 -9L6.5 7L0 3.5L-6.5 7Z" fill="currentColor"/>';
const DOT = '<circle r="6" fill="currentColor"/>';
const OLD = '<circle r="6" fill="none" stroke="currentColor" stroke-width="2.5" stroke-dasharray="3 2"/>';

async function json(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

/** Leaflet reads a string as HTML; names are text. */
function plain(text) {
  const element = document.createElement("span");
  element.textContent = text;
  return element;
}

export class FleetMap {
  constructor(board, detail) {
    this.element = board.querySelector("[data-fleet-map]");
    this.detail = detail;
    this.marks = new Map();
    this.pending = [[], 0];
    if (!this.element || typeof L === "undefined") return;
    this.element.hidden = false;
    const tools = board.querySelector("[data-map-tools]");
    tools.hidden = false;
    this.all = tools.querySelector("[data-all-routes]");
    this.all.addEventListener("click", () => this.toggleAll());
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      (globalThis.requestIdleCallback ?? setTimeout)(() => this.begin());
    });
    seen.observe(this.element);
  }

  async begin() {
    this.map = L.map(this.element, { zoomSnap: 0.25, zoomAnimation: false, fadeAnimation: false, preferCanvas: true });
    this.map.attributionControl.setPrefix(false);
    this.map.attributionControl.addAttribution(this.element.dataset.attribution);
    this.map.setView([52.72, 11.2], 9);
    try {
      const colour = (name) => getComputedStyle(this.element).getPropertyValue(name).trim();
      const styles = { area: ["--go-tint", "--line-strong"], road: ["", "--map-road"], stop: ["--card", "--line-strong"] };
      const layer = L.geoJSON(await json(this.element.dataset.ground), {
        interactive: false,
        style: ({ properties }) => {
          const [fill, stroke] = styles[properties.layer];
          return { color: colour(stroke), fillColor: fill && colour(fill), fill: Boolean(fill), fillOpacity: 1, weight: 1 };
        },
        pointToLayer: (_feature, place) => L.circleMarker(place, { radius: 2, interactive: false }),
      }).addTo(this.map);
      this.map.fitBounds(layer.getBounds());
      this.vehicles(...this.pending);
    } catch {
      this.element.hidden = true; // the table says the same
    }
  }

  /** Where each vehicle was seen last, where it heads, and how old that is. */
  vehicles(seen, nowS) {
    this.pending = [seen, nowS];
    if (!this.map) return;
    const codes = new Set();
    for (const [code, name, lat, lon, bearing, atS, isFresh, mark] of seen) {
      codes.add(code);
      const look = `${bearing}|${isFresh}|${mark}`;
      const shown = this.marks.get(code);
      if (shown) {
        shown.marker.setLatLng([lat, lon]);
        if (shown.look !== look) shown.marker.setIcon(this.icon(name, bearing, isFresh, mark));
        shown.look = look;
      } else {
        const marker = L.marker([lat, lon], { icon: this.icon(name, bearing, isFresh, mark), keyboard: false }).addTo(this.map);
        marker.bindTooltip("", { direction: "top", offset: [0, -10] });
        marker.on("click", () => this.detail.open(this.address(code)));
        this.marks.set(code, { marker, look });
      }
      this.marks.get(code).marker.setTooltipContent(plain(this.text(name, atS, nowS)));
    }
    for (const [code, { marker }] of this.marks) {
      if (codes.has(code)) continue;
      marker.remove();
      this.marks.delete(code);
    }
  }

  text(name, atS, nowS) {
    if (nowS - atS < 120) return name;
    const time = `${Math.floor(atS / 3600) % 24}:${String(Math.floor((atS % 3600) / 60)).padStart(2, "0")}`;
    return this.element.dataset.old.replace("%(vehicle)s", name).replace("%(time)s", time);
  }

  icon(name, bearing, isFresh, mark) {
    const shape = !isFresh ? OLD : bearing === null ? DOT : `<g transform="rotate(${Number(bearing)})">${ARROW}</g>`;
    const label = document.createElement("span");
    label.textContent = name.replace(/^.*?(\d+)$/, "$1");
    const html = `<svg width="1" height="1" aria-hidden="true">${shape}<text x="10" y="4">${label.innerHTML}</text></svg>`;
    return L.divIcon({ html, className: `fleet-mark ${isFresh ? mark : "old"}`, iconSize: [1, 1] });
  }

  address(code) {
    const row = document.querySelector(`tr[data-vehicle="${CSS.escape(code)}"] .vehicle-link`);
    return row ? new URL(row.href).pathname : "";
  }

  async showWay(code) {
    if (!this.map || !code) return;
    const isShown = this.way === code;
    this.clear();
    if (isShown) return;
    this.way = code;
    await this.draw(`${this.element.dataset.routes}?fahrzeug=${encodeURIComponent(code)}`, true);
  }

  async toggleAll() {
    const wanted = this.all.getAttribute("aria-pressed") !== "true";
    this.clear();
    this.all.setAttribute("aria-pressed", String(wanted));
    if (wanted) await this.draw(this.element.dataset.routes, false);
  }

  clear() {
    this.lines?.remove();
    this.way = undefined;
    this.all.setAttribute("aria-pressed", "false");
  }

  async draw(address, fit) {
    const numbers = new Map();
    try {
      const ways = await json(address);
      this.lines = L.geoJSON(ways, {
        renderer: L.svg(),
        style: ({ properties }) => {
          if (!numbers.has(properties.vehicle)) numbers.set(properties.vehicle, numbers.size);
          const number = numbers.get(properties.vehicle);
          return { className: `map-route map-route-${number % 6}`, weight: 4, dashArray: DASHES[number % DASHES.length] };
        },
        onEachFeature: ({ properties }, layer) => layer.bindTooltip(plain(properties.name), { sticky: true }),
      }).addTo(this.map);
      if (fit && ways.features.length > 0) this.map.fitBounds(this.lines.getBounds().pad(0.15));
    } catch {
      this.clear();
    }
  }
}
