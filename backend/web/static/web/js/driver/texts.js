// The words of the app, written by the server into the page (backend/web/driver_texts.py): none stands in a script.

const WORDS = JSON.parse(document.getElementById("driver-texts").textContent);

/** say("left_at", {time: "8:05"}) */
export function say(key, values = {}) {
  const pattern = WORDS[key];
  if (pattern === undefined) throw new Error(`no text is called ${key}`);
  return pattern.replace(/%\((\w+)\)s/g, (_whole, name) => String(values[name] ?? ""));
}

/** One of two patterns, `key_one` and `key_many`, by a number. */
export function count(key, number, values = {}) {
  return say(`${key}_${number === 1 ? "one" : "many"}`, { n: number, ...values });
}

/** A word for a code, or the code itself where this version knows none. */
export function word(group, code) {
  return WORDS[`${group}_${code}`] ?? code;
}

const EUROS = new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR" });

export function money(cents) {
  return EUROS.format(cents / 100);
}
