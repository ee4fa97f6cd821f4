// The driver's service worker, for /fahrer/ alone: the app opens without a network. Served with SHELL in front, which names
// the files of this version (backend/web/driver_shell.py). It keeps these and the list of stops, nothing of a person.

const PREFIX = "fahrer-";
const CACHE = PREFIX + SHELL.version;
const FILES = new Set([...SHELL.files, SHELL.stops]);

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin || request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(url.pathname === SHELL.page ? page(request) : asked(request));
  else if (FILES.has(url.pathname)) event.respondWith(kept(request));
});

async function install() {
  const cache = await caches.open(CACHE);
  const files = [SHELL.page, ...FILES];
  // Without cookies: what is kept looks the same for everybody.
  await cache.addAll(files.map((file) => new Request(file, { cache: "reload", credentials: "omit" })));
  await self.skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The app itself opens from the device at once, with and without a network: in the bus nobody waits for a page. */
async function page(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(SHELL.page)) ?? fetch(request);
}

/** Signing in needs the network; without it the app says so. */
async function asked(request) {
  try {
    return await fetch(request);
  } catch {
    return Response.redirect(SHELL.page);
  }
}

async function kept(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? fetch(request);
}
