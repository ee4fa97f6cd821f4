// Give a link away: by the device's own sheet where there is one, else by copying. Without this file the link stands in a
// field.

const button = document.querySelector("[data-share]");
const status = document.getElementById("status");

async function copy(address) {
  try {
    await navigator.clipboard.writeText(address);
    status.textContent = button.dataset.copied;
  } catch {
    document.getElementById("link").select();
    status.textContent = button.dataset.notCopied;
  }
}

if (button) {
  const { share: url, shareTitle: title } = button.dataset;
  const canShare = typeof navigator.share === "function";
  if (!canShare) button.textContent = button.dataset.copyLabel;
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (!canShare) return copy(url);
    try {
      await navigator.share({ title, url });
    } catch (reason) {
      if (reason.name !== "AbortError") await copy(url);
    }
  });
}
