// Elements without markup in strings: what a rider is called can never become part of a page's code.

/** h("p", {class: "soft"}, "Text", h("b", {}, "mehr")); `onclick` and its like become listeners; null and false are left out. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Draw anew without taking the focus away: whoever has the key that was focused gets it again. */
export function redraw(parent, children) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.dataset.key;
  const selection = focused?.selectionStart ?? null;
  const opened = new Set([...parent.querySelectorAll("details[open][data-key]")].map((part) => part.dataset.key));
  parent.replaceChildren(...children);
  for (const part of parent.querySelectorAll("details[data-key]")) if (opened.has(part.dataset.key)) part.open = true;
  if (!focused) return true;
  const again = key && parent.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!again || again.disabled) return false;
  again.focus({ preventScroll: true });
  if (selection !== null) again.setSelectionRange?.(selection, selection);
  return true;
}
