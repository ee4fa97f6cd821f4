// The page to try the telephone line: with this file it also reads out what the line says, and takes what one says into the
// microphone, where the browser can. Without it, everything is typed.

const page = document.querySelector("[data-probe]");
const KEPT = "rufbus-probe-speaks";

if (page && "speechSynthesis" in window) {
  const row = page.querySelector("[data-probe-speak]");
  const box = page.querySelector("[data-probe-speaking]");
  row.hidden = false;
  box.checked = sessionStorage.getItem(KEPT) === "1";
  const speak = () => {
    const last = page.querySelector("[data-last].probe-ours");
    window.speechSynthesis.cancel();
    if (!box.checked || !last) return;
    const said = new SpeechSynthesisUtterance(last.textContent.replace(/^\s*Rufbus:/, ""));
    said.lang = "de-DE";
    said.rate = page.dataset.slow ? 0.7 : 1;
    window.speechSynthesis.speak(said);
  };
  box.addEventListener("change", () => {
    sessionStorage.setItem(KEPT, box.checked ? "1" : "");
    speak();
  });
  speak();
}

const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;
const microphone = page && page.querySelector("[data-probe-mic]");
if (microphone && Recognition) {
  microphone.hidden = false;
  microphone.addEventListener("click", () => {
    const form = page.querySelector("[data-probe-say]");
    const ear = new Recognition();
    ear.lang = "de-DE";
    window.speechSynthesis?.cancel();
    microphone.setAttribute("aria-pressed", "true");
    ear.addEventListener("result", (event) => {
      form.querySelector("[name=text]").value = event.results[0][0].transcript;
      form.requestSubmit();
    });
    ear.addEventListener("end", () => microphone.setAttribute("aria-pressed", "false"));
    ear.start();
  });
}
