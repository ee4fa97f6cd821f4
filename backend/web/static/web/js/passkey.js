// Passkeys: forms with data-passkey ask the device and send its answer. Without this file they stay hidden.

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toText = (buffer) =>
  buffer &&
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** The server's options, with bytes where the browser wants bytes. */
function withBytes(options) {
  const known = (list) => (list ?? []).map((key) => ({ ...key, id: toBytes(key.id) }));
  const read = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) read.allowCredentials = known(options.allowCredentials);
  return read;
}

/** What the device answered, as JSON. */
function asJson(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  const { id, type } = credential;
  return { id, rawId: id, type, response, clientExtensionResults: credential.getClientExtensionResults() };
}

async function askDevice(form) {
  const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) throw new Error("no options");
  const { publicKey } = await answer.json();
  const options = { publicKey: withBytes(publicKey) };
  return form.dataset.passkey === "create" ? navigator.credentials.create(options) : navigator.credentials.get(options);
}

function wire(form) {
  form.hidden = false;
  form.closest("[data-other-ways]")?.removeAttribute("hidden");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = form.querySelector("[data-passkey-problem]");
    problem.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(asJson(await askDevice(form)));
      form.submit();
    } catch {
      problem.hidden = false; // refused, timed out, or no device: the code is the way out, and the text says so
    }
  });
}

// A passkey belongs to a name; an address of numbers has none.
const named = !/^[\d.]+$|:/.test(location.hostname);
if (named && globalThis.PublicKeyCredential) document.querySelectorAll("form[data-passkey]").forEach(wire);
