// What the device keeps of a shift, in IndexedDB: the manifest as it came, every event in its order, positions that wait.
// All of it is personal, so `wipe` leaves nothing behind: at sign-out, after the day, when the device is locked.

const NAME = "rufbus-fahrt";
const VERSION = 1;
const OF_A_SHIFT = ["shift", "known", "acknowledged", "breaks"];
let opened = null;
// What the disk had no room for: it lies over what is on the disk, and lives as long as this page.
const loose = { facts: new Map(), events: new Map() };

/** Whether something is kept by this page only. */
export function isFull() {
  return loose.facts.size > 0 || loose.events.size > 0;
}

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
      request.result.onclose = () => {
        opened = null;
      };
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
  if (loose.facts.has(key)) return Promise.resolve(loose.facts.get(key));
  return run(["facts"], "readonly", ({ facts }, give) => taken(facts.get(key), give));
}

export function setFact(key, value) {
  return changeFact(key, () => value);
}

/** Read a fact and write what `change` (pure) makes of it, with nothing of another tab in between. */
export async function changeFact(key, change) {
  try {
    const next = await run(["facts"], "readwrite", ({ facts }, give) => {
      taken(facts.get(key), (value) => {
        const made = change(loose.facts.has(key) ? loose.facts.get(key) : value);
        facts.put(made, key);
        give(made);
      });
    });
    loose.facts.delete(key);
    return next;
  } catch {
    const next = change(await fact(key));
    loose.facts.set(key, next);
    return next;
  }
}

/** Every event in its order. */
export async function events() {
  const kept = await run(["events"], "readonly", (stores, give) => taken(stores.events.getAll(), give));
  if (!loose.events.size) return kept;
  const onDisk = new Set(kept.map((event) => event.id));
  const others = [...loose.events.values()].filter((event) => !onDisk.has(event.id));
  return [...kept.map((event) => loose.events.get(event.id) ?? event), ...others].sort(byMoment);
}

function byMoment(one, other) {
  return Date.parse(one.device_at) - Date.parse(other.device_at);
}

/** Append an event; its moment is never before the one in front of it, even if the device's clock was set back. Where the
 *  disk is full, places make room, and if that is not enough the page keeps it: a tap is never lost for want of room. */
export async function addEvent(event) {
  const newest = [...loose.events.values()].at(-1);
  if (newest) putBehind(event, newest);
  try {
    return await append(event);
  } catch {
    await dropPoints(Infinity).catch(() => {});
  }
  try {
    return await append(event);
  } catch {
    const before = (await events()).at(-1);
    if (before) putBehind(event, before);
    loose.events.set(event.id, event);
    return event;
  }
}

function append(event) {
  return run(["events"], "readwrite", (stores, give) => {
    stores.events.openCursor(null, "prev").onsuccess = (found) => {
      const before = found.target.result?.value;
      if (before) putBehind(event, before);
      stores.events.add(event);
      give(event);
    };
  });
}

function putBehind(event, before) {
  if (before.device_at >= event.device_at) event.device_at = new Date(Date.parse(before.device_at) + 1).toISOString();
}

/** Change one event, if it is still there; what `change` gives is written, null takes the event away. */
export async function changeEvent(id, change) {
  if (loose.events.has(id)) {
    const next = change(loose.events.get(id));
    if (next) loose.events.set(id, next);
    else loose.events.delete(id);
    // There may be room again, or an older word of it on the disk that has to go.
    await run(["events"], "readwrite", (stores) => {
      taken(stores.events.index("id").get(id), (kept) => {
        if (kept && next) stores.events.put({ ...next, seq: kept.seq });
        else if (kept) stores.events.delete(kept.seq);
        else if (next) stores.events.add(next);
      });
    }).then(() => loose.events.delete(id), () => {});
    return next;
  }
  try {
    return await run(["events"], "readwrite", (stores, give) => {
      taken(stores.events.index("id").get(id), (event) => {
        if (!event) return give(null);
        const next = change(event);
        if (next) stores.events.put(next);
        else stores.events.delete(event.seq);
        give(next);
      });
    });
  } catch {
    const event = (await events()).find((one) => one.id === id);
    const next = event ? change(event) : null;
    if (next) loose.events.set(id, next);
    return next;
  }
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
  for (const key of OF_A_SHIFT) loose.facts.delete(key);
  for (const [id, { said, ...rest }] of loose.events) {
    if (keepUnsent && !rest.outcome) loose.events.set(id, rest);
    else loose.events.delete(id);
  }
  return run(["facts", "events", "points"], "readwrite", (stores) => {
    for (const key of OF_A_SHIFT) stores.facts.delete(key);
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
