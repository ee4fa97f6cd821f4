// The sign to hold to the window: large, in the strongest contrast, still. For riders who neither hear a horn nor a call.

import { h } from "./dom.js";
import { button } from "./parts.js";
import { say } from "./texts.js";

/** The longest word decides how large a name may be, so that none is torn. */
function sizeOf(name) {
  const longest = Math.max(...name.split(/[\s-]+/).map((word) => word.length));
  return longest > 14 ? "longest" : longest > 7 ? "long" : "";
}

/** Fills the screen until a tap or Escape closes it; nothing in it moves or flashes. */
export function showSign(rider, closed) {
  const dialog = h(
    "dialog",
    { class: "sign", "aria-labelledby": "schild" },
    h("p", { class: "sign-bus" }, say("sign_bus")),
    h("p", { class: `sign-name ${sizeOf(rider.name)}`.trim(), id: "schild" }, rider.name),
    h("p", { class: "sign-text" }, say("sign_text")),
    button("sign-close", say("close"), () => dialog.close(), { kind: "quiet" }),
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
