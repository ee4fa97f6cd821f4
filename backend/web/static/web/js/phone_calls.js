// Calls that wait, as they come: the list is fetched anew when the district's socket says so; a new one is said once in the
// status line.

const LONGEST_WAIT_MS = 30000;
const SPOKEN_AGAIN_MS = 100; // the same words are read out again only where they were gone

/** Watch the day; `root` names the socket and the sentence. */
export function followDay(root) {
  let wait = 1000;
  let isFirst = true;
  const list = document.getElementById("wartende");
  list?.addEventListener("focusout", () => setTimeout(() => list.dataset.stale && refresh(list)));
  const connect = () => {
    const socket = new WebSocket(new URL(root.dataset.socket, location.href.replace(/^http/, "ws")));
    socket.addEventListener("open", () => {
      wait = 1000;
      root.dataset.watching = "yes";
      if (!isFirst) refresh(list); // what came while the line was lost
      isFirst = false;
    });
    socket.addEventListener("message", (event) => {
      const { type } = JSON.parse(event.data);
      if (type === "call.waiting") say(root.dataset.waitingText);
      if (type === "call.waiting" || type === "call.changed") refresh(list);
    });
    socket.addEventListener("close", () => {
      delete root.dataset.watching;
      setTimeout(connect, wait);
      wait = Math.min(2 * wait, LONGEST_WAIT_MS);
    });
  };
  connect();
}

function say(text) {
  const status = document.getElementById("status");
  if (!status) return;
  status.textContent = "";
  setTimeout(() => (status.textContent = text), SPOKEN_AGAIN_MS);
}

/** The list as it is now; while somebody stands in it with the keyboard, once she has left it. */
async function refresh(list) {
  if (!list) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("wartende");
  if (!fresh) return;
  if (list.contains(document.activeElement)) {
    list.dataset.stale = "yes";
    return;
  }
  delete list.dataset.stale;
  list.replaceChildren(...fresh.childNodes);
}
