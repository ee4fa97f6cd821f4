// The service worker: the app opens without a network. Served from the site's root with SHELL in front, which names the
// files of this version (backend/web/shell.py). It keeps those files and nothing else: no page with a person's data.

const PREFIX = "rufbus-";
const CACHE = PREFIX + SHELL.version;
const FILES = new Set(SHELL.files);

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (SHELL.leaves.some((start) => url.pathname.startsWith(start))) return;
    if (request.method === "GET") event.respondWith(opened(event, url));
    if (request.method === "POST") event.respondWith(sent(request, url));
  } else if (request.method === "GET" && FILES.has(url.pathname)) {
    event.respondWith(kept(request));
  }
});

async function install() {
  const cache = await caches.open(CACHE);
  // Without cookies: what is kept looks the same for everybody.
  await cache.addAll(SHELL.files.map((file) => new Request(file, { cache: "reload", credentials: "omit" })));
  await self.skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

async function kept(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? fetch(request);
}

async function opened(event, url) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return offlinePage(url, (html) => html);
  }
}

/** A form that could not be sent, or whose answer was lost, stays in the page that says so; nothing is written down. */
async function sent(request, url) {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch {
    let fields = [];
    try {
      fields = [...(await copy.formData())].filter(([, value]) => typeof value === "string");
    } catch {
      // what cannot be read is not offered again
    }
    return offlinePage(url, (html) => withForm(html, url, fields));
  }
}

async function offlinePage(url, change) {
  const cache = await caches.open(CACHE);
  const path = SHELL.offline.find(({ start }) => url.pathname.startsWith(start)).page;
  const page = await cache.match(path);
  const headers = new Headers(page.headers);
  headers.delete("Content-Encoding"); // the kept text is unpacked
  headers.delete("Content-Length");
  headers.set("Cache-Control", "private, no-store");
  return new Response(change(await page.text()), { status: 503, statusText: "Offline", headers });
}

/** Only a form with a key is offered again: its key lets the server do it once, however often it arrives. */
function withForm(html, url, fields) {
  const again = fields.some(([name]) => name === "key") && !fields.some(([name]) => name === "password");
  if (!again) return html.replace("data-lost hidden", "data-lost");
  const inputs = fields.map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  return html
    .replace("data-unsent hidden", "data-unsent")
    .replace('action="#unsent"', () => `action="${escaped(url.pathname + url.search)}"`)
    .replace("<!-- fields -->", () => inputs.join(""));
}

function escaped(text) {
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (letter) => entities[letter]);
}
