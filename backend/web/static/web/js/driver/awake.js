// The screen stays on while on duty: nobody wakes a telephone with gloves on.

let wanted = false;
let lock = null;

export function stayAwake(yes) {
  wanted = yes;
  if (yes) take();
  else {
    lock?.release().catch(() => {});
    lock = null;
  }
}

export function canStayAwake() {
  return "wakeLock" in navigator;
}

async function take() {
  if (!wanted || lock || !canStayAwake() || document.visibilityState !== "visible") return;
  try {
    lock = await navigator.wakeLock.request("screen");
    lock.addEventListener("release", () => {
      lock = null;
    });
  } catch {
    lock = null; // a device that saves its battery may say no
  }
}

document.addEventListener("visibilitychange", take);
