// Calls that wait, as they come: the list is fetched anew when the day's socket says so, and said once in the status line.

const LONGEST_WAIT_MS = 30000;

/** Watch the day; `root` names the socket and the sentence. */
export function followDay(root) {
  let wait = 1000;
  const connect = () => {
    const socket = new WebSocket(new URL(root.dataset.socket, location.href.replace(/^http/, "ws")));
    socket.addEventListener("open", () => {
      wait = 1000;
      root.dataset.watching = "yes";
    });
    socket.addEventListener("message", (event) => {
      if (JSON.parse(event.data).type === "call.waiting") ring(root);
    });
    socket.addEventListener("close", () => {
      delete root.dataset.watching;
      setTimeout(connect, wait);
      wait = Math.min(2 * wait, LONGEST_WAIT_MS);
    });
  };
  connect();
}

async function ring(root) {
  const status = document.getElementById("status");
  if (status) status.textContent = root.dataset.waitingText;
  const list = document.getElementById("wartende");
  if (!list) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("wartende");
  if (fresh && !list.contains(document.activeElement)) list.replaceChildren(...fresh.childNodes);
}
