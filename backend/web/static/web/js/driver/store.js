// What the device keeps of a shift, in IndexedDB: the manifest as it came, every event in its order, positions that wait.
// All of it is personal, so `wipe` leaves nothing behind: at sign-out, after the day, when the device is locked.

const NAME = "rufbus-fahrt";
const VERSION = 1;
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore("facts");
      db.createObjectStore("events", { keyPath: "seq", autoIncrement: true }).createIndex("id", "id", { unique: true });
      db.createObjectStore("points", { keyPath: "seq", autoIncrement: true });
    };
    request.onsuccess = () => {
      // Another tab may need a newer version: it must not wait for this one.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/** Run `work(stores)` in one transaction; resolves with what it gave, once everything is on the disk. */
async function run(names, mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(names, mode, { durability: "strict" });
    let result;
    const give = (value) => {
      result = value;
    };
    work(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])), give);
    transaction.oncomplete = () => resolve(result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

function taken(request, give) {
  request.onsuccess = () => give(request.result);
}

export function fact(key) {
  return run(["facts"], "readonly", ({ facts }, give) => taken(facts.get(key), give));
}

export function setFact(key, value) {
  return run(["facts"], "readwrite", ({ facts }) => facts.put(value, key));
}

/** Read a fact and write what `change` makes of it, with nothing of another tab in between. */
export function changeFact(key, change) {
  return run(["facts"], "readwrite", ({ facts }, give) => {
    taken(facts.get(key), (value) => {
      const next = change(value);
      facts.put(next, key);
      give(next);
    });
  });
}

export function events() {
  return run(["events"], "readonly", (stores, give) => taken(stores.events.getAll(), give));
}

/** Append an event; its moment is never before the one in front of it, even if the device's clock was set back. */
export function addEvent(event) {
  return run(["events"], "readwrite", (stores, give) => {
    stores.events.openCursor(null, "prev").onsuccess = (found) => {
      const before = found.target.result?.value;
      if (before && before.device_at >= event.device_at) {
        event.device_at = new Date(Date.parse(before.device_at) + 1).toISOString();
      }
      stores.events.add(event);
      give(event);
    };
  });
}

/** Change one event, if it is still there; what `change` gives is written, null takes the event away. */
export function changeEvent(id, change) {
  return run(["events"], "readwrite", (stores, give) => {
    taken(stores.events.index("id").get(id), (event) => {
      if (!event) return give(null);
      const next = change(event);
      if (next) stores.events.put(next);
      else stores.events.delete(event.seq);
      give(next);
    });
  });
}

export function addPoint(point, most) {
  return run(["points"], "readwrite", ({ points }) => {
    points.add(point);
    taken(points.count(), (count) => {
      if (count <= most) return;
      points.openCursor().onsuccess = (found) => found.target.result?.delete();
    });
  });
}

export function points(most) {
  return run(["points"], "readonly", (stores, give) => taken(stores.points.getAll(null, most), give));
}

export function dropPoints(upTo) {
  return run(["points"], "readwrite", (stores) => stores.points.delete(IDBKeyRange.upperBound(upTo)));
}

/** Forget the shift. `keepUnsent`: what was tapped and not sent stays until it is; it names no person. */
export function wipe({ keepUnsent = false } = {}) {
  return run(["facts", "events", "points"], "readwrite", (stores) => {
    for (const key of ["shift", "known", "acknowledged", "breaks"]) stores.facts.delete(key);
    if (!keepUnsent) {
      stores.points.clear();
      stores.events.clear();
      return;
    }
    stores.events.openCursor().onsuccess = (found) => {
      const cursor = found.target.result;
      if (!cursor) return;
      const { said, ...rest } = cursor.value;
      if (rest.outcome) cursor.delete();
      else cursor.update(rest);
      cursor.continue();
    };
  });
}
