// The map is an extra: service area, roads, stops and routes as lines from our own addresses, no tiles from elsewhere.
// Whatever it shows, the table beside it shows too.

/** Dash patterns tell routes apart without colour. */
const DASHES = [null, "10 5", "2 6", "14 5 2 5"];

async function json(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

export class DayMap {
  constructor(element) {
    this.element = element;
    this.map = L.map(element, { attributionControl: true, zoomSnap: 0.25, zoomAnimation: false, fadeAnimation: false });
    this.map.attributionControl.setPrefix(false);
    this.map.attributionControl.addAttribution(element.dataset.attribution);
    this.map.setView([52.72, 11.2], 9);
    this.load();
  }

  async load() {
    const { ground, routes } = this.element.dataset;
    try {
      this.ground(await json(ground));
      await this.routes(routes);
    } catch {
      this.element.hidden = true; // the list says the same
    }
  }

  /** Service area, roads and stops: they stay as they are all day. */
  ground(collection) {
    const layer = L.geoJSON(collection, {
      interactive: false,
      style: (feature) => ({ className: `map-${feature.properties.layer}`, weight: 1 }),
      pointToLayer: (_feature, place) => L.circleMarker(place, { radius: 2, interactive: false }),
    }).addTo(this.map);
    if (this.element.dataset.fit !== "routes") this.map.fitBounds(layer.getBounds());
  }

  async routes(address) {
    const collection = await json(address);
    const isFirst = !this.layer;
    this.layer?.remove();
    const numbers = new Map();
    this.layer = L.geoJSON(collection, {
      style: (feature) => {
        const { mark } = feature.properties;
        if (mark) return { className: `map-mark map-mark-${mark}`, weight: 3 };
        const vehicle = feature.properties.vehicle;
        if (!numbers.has(vehicle)) numbers.set(vehicle, numbers.size);
        const number = numbers.get(vehicle);
        return { className: `map-route map-route-${number % 6}`, weight: 4, dashArray: DASHES[number % DASHES.length] };
      },
      pointToLayer: (_feature, place) => L.circleMarker(place, { radius: 8 }),
      onEachFeature: (feature, layer) => {
        if (!feature.properties.name) return;
        const name = document.createElement("span"); // Leaflet reads a string as HTML
        name.textContent = feature.properties.name;
        layer.bindTooltip(name, { sticky: true });
      },
    }).addTo(this.map);
    if (isFirst && this.element.dataset.fit === "routes") this.map.fitBounds(this.layer.getBounds().pad(0.15));
  }
}

const element = document.querySelector("[data-map]");
if (element) {
  element.hidden = false;
  const dayMap = new DayMap(element);
  document.querySelector("[data-board]")?.addEventListener("board:refreshed", () => {
    if (element.dataset.routes) dayMap.routes(element.dataset.routes).catch(() => {});
  });
}
