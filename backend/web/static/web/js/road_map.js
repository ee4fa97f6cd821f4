// Picking the two ends of a closed road on a map of our own. An extra: the two fields of the form say and take the same.

async function json(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

class RoadMap {
  constructor(element) {
    this.element = element;
    this.ends = ["stop_text", "other_text"].map((name) => ({
      text: document.getElementById(`f-${name}`),
      chosen: document.querySelector(`[name="${name}_id"]`),
    }));
    this.next = 0;
    this.marks = new Map();
    this.map = L.map(element, { zoomSnap: 0.25, zoomAnimation: false, fadeAnimation: false });
    this.map.attributionControl.setPrefix(false);
    this.map.attributionControl.addAttribution(element.dataset.attribution);
    this.map.setView([52.72, 11.2], 9);
    for (const { text } of this.ends) text.addEventListener("change", () => this.show());
    this.load();
  }

  async load() {
    try {
      const layer = L.geoJSON(await json(this.element.dataset.ground), {
        style: ({ properties }) => ({ className: `map-${properties.layer}`, weight: 1, interactive: false }),
        pointToLayer: (feature, place) => this.stop(feature.properties, place),
      }).addTo(this.map);
      this.map.fitBounds(layer.getBounds());
      this.show();
    } catch {
      this.element.hidden = true; // the fields do the same
      this.note("");
    }
  }

  stop({ code, name }, place) {
    const mark = L.circleMarker(place, { radius: 7, className: "map-stop", weight: 2 });
    const label = document.createElement("span");
    label.textContent = name; // Leaflet reads a string as HTML
    mark.bindTooltip(label);
    mark.on("click", () => this.pick(code, name));
    this.marks.set(`stop:${code}`, mark);
    return mark;
  }

  /** The first press names one end, the second the other, a third begins anew. */
  pick(code, name) {
    if (this.next === 0) for (const end of this.ends) end.text.value = end.chosen.value = "";
    const end = this.ends[this.next];
    end.text.value = name;
    end.chosen.value = `stop:${code}`;
    this.next = 1 - this.next;
    this.show();
  }

  async show() {
    const codes = this.ends.map(({ chosen }) => chosen.value);
    for (const [key, mark] of this.marks) {
      const isEnd = codes.includes(key);
      mark.setStyle({ weight: isEnd ? 6 : 2 });
      mark.setRadius(isEnd ? 10 : 7);
    }
    this.line?.remove();
    const { way, first, both, none } = this.element.dataset;
    const [one, other] = this.ends.map(({ text }) => text.value);
    if (!codes.every((code) => code.startsWith("stop:"))) {
      this.note(one ? first.replace("%(one)s", one) : "");
      return;
    }
    const address = new URL(way, location.href);
    address.searchParams.set("von", codes[0].slice(5));
    address.searchParams.set("nach", codes[1].slice(5));
    try {
      const style = { className: "map-route map-route-0", weight: 7, dashArray: "10 5", interactive: false };
      this.line = L.geoJSON(await json(address), { style }).addTo(this.map);
      this.note(both.replace("%(one)s", one).replace("%(other)s", other));
    } catch {
      this.note(none);
    }
  }

  note(text) {
    document.querySelector("[data-road-note]").textContent = text;
  }
}

const element = document.querySelector("[data-road-map]");
if (element && typeof L !== "undefined") {
  element.closest("[data-road-picker]").hidden = false;
  new RoadMap(element);
}
