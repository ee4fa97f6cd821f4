// Comfort on every page: the focus goes to what is new, a form leaves once. Everything works without this file.

/** After a step or an error the reader starts at the new heading or at the error summary. */
function focusWhatIsNew() {
  if (location.hash) return;
  const target = document.querySelector("[data-focus]") ?? document.querySelector("[data-step-heading]");
  target?.focus({ preventScroll: target.matches("h1") });
}

/** A link in the error summary leads into the control, not only to it. */
function followSummaryLinks() {
  document.querySelector(".error-summary")?.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const control = link && document.getElementById(link.hash.slice(1));
    if (!control) return;
    event.preventDefault();
    control.closest("details")?.setAttribute("open", "");
    control.focus();
  });
}

/** A second press within the same page view is ignored; the server's key makes any other one harmless. */
function leaveOnce() {
  for (const form of document.querySelectorAll("form[method='post']")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.left) event.preventDefault();
      form.dataset.left = "yes";
    });
  }
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-left]")) delete form.dataset.left;
  });
}

/** Buttons that only make sense with JavaScript are hidden until it is there. */
function showPrintButtons() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}

focusWhatIsNew();
followSummaryLinks();
leaveOnce();
showPrintButtons();
