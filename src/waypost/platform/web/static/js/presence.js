// data-beat="address of leaving": a form that says every quarter of a minute that its page is being looked at, and
// whether somebody writes there. A hidden page is silent; one that is left says so.
const EVERY = 15_000;
const WRITING = 20_000;
const form = document.querySelector("form[data-beat]");

if (form && window.htmx) {
  let wrote = -Infinity;
  const writes = () => performance.now() - wrote < WRITING;

  const beat = () => {
    if (document.hidden || document.prerendering) return;
    form.elements.doing.value = writes() ? "writing" : "reading";
    window.htmx.trigger(form, "waypost:beat");
  };
  const leave = () => navigator.sendBeacon(form.dataset.beat, new FormData(form));

  document.addEventListener("input", ({ target }) => {
    if (!target.closest?.(".composer")) return;
    const first = !writes();
    wrote = performance.now();
    if (first) beat();
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); else beat(); });
  document.addEventListener("DOMContentLoaded", beat);
  addEventListener("pagehide", leave);
  setInterval(beat, EVERY);
}
