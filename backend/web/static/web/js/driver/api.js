// The server as a device sees it. The device's secret is in a cookie that no script can read.

export class NoNetwork extends Error {}

/** Asks the driver's interface; gives {status, body, etag, askedAt, heardAt}, and throws NoNetwork where nothing answers. */
export async function ask(method, path, body = undefined, headers = {}) {
  const askedAt = Date.now();
  const options = { method, cache: "no-store", credentials: "same-origin", headers: { Accept: "application/json", ...headers } };
  if (method !== "GET") options.headers["X-CSRFToken"] = csrfToken();
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  options.signal = AbortSignal.timeout(20_000);
  let answer;
  let text;
  try {
    answer = await fetch(`/api/v1/driver/${path}`, options);
    text = await answer.text();
  } catch (error) {
    throw new NoNetwork(String(error));
  }
  if (answer.status >= 502 && answer.status <= 504) throw new NoNetwork(`status ${answer.status}`);
  return { status: answer.status, body: parsed(text), etag: answer.headers.get("ETag"), askedAt, heardAt: Date.now() };
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
