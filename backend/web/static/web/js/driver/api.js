// The server as a device sees it. The device's secret is in a cookie that no script can read.

export class NoNetwork extends Error {}

/** Asks the driver's interface; gives {status, body, etag, askedAt, heardAt}, and throws NoNetwork where nothing answers. */
export async function ask(method, path, body = undefined, headers = {}) {
  if (method !== "GET" && !csrfToken()) await freshToken();
  const answer = await once(method, path, body, headers);
  if (method === "GET" || answer.status !== 403 || answer.body?.code === "device_locked") return answer;
  await freshToken(); // a token that went with the browser's other data is no reason to lose a report
  return once(method, path, body, headers);
}

async function once(method, path, body, headers) {
  const askedAt = Date.now();
  const options = { method, cache: "no-store", credentials: "same-origin", headers: { Accept: "application/json", ...headers } };
  if (method !== "GET") options.headers["X-CSRFToken"] = csrfToken();
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const { answer, text } = await fetched(`/api/v1/driver/${path}`, options);
  if (answer.status >= 502 && answer.status <= 504) throw new NoNetwork(`status ${answer.status}`);
  return { status: answer.status, body: parsed(text), etag: answer.headers.get("ETag"), askedAt, heardAt: Date.now() };
}

async function fetched(address, options) {
  try {
    const answer = await fetch(address, { ...options, signal: AbortSignal.timeout(20_000) });
    return { answer, text: await answer.text() };
  } catch (error) {
    throw new NoNetwork(String(error));
  }
}

/** The page for signing in sets a token, also where it only leads on. */
function freshToken() {
  return fetched("/fahrer/anmelden/", { cache: "no-store", credentials: "same-origin", redirect: "manual" });
}

function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null; // a proxy's own page
  }
}

function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}
