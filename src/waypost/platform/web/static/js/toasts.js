// Toasts go by themselves after a while, but never under the pointer or the focus, and undo stays reachable by `u`.
const region = document.getElementById("toasts");
const STAY = 8000;

function watch(toast) {
  toast.dataset.watched = "";
  const leave = () => {
    if (!toast.dataset.stay && toast.matches(":hover, :focus-within")) setTimeout(leave, STAY / 2);
    else toast.remove();
  };
  setTimeout(leave, toast.dataset.stay ? toast.dataset.stay * 1000 : STAY);
  count(toast.querySelector("[data-countdown]"));
}

// The seconds that are left, for the eye; the server keeps the time.
function count(place) {
  if (!place) return;
  const until = performance.now() + place.dataset.countdown * 1000;
  const tick = setInterval(() => {
    place.textContent = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    if (!place.isConnected || performance.now() >= until) clearInterval(tick);
  }, 250);
}

function say(text, means = "none") {
  const toast = document.createElement("div");
  toast.className = `toast toast-${means}`;
  toast.textContent = text;
  region.append(toast);
}

if (region) {
  const watchAll = () => { for (const toast of region.querySelectorAll(".toast:not([data-watched])")) watch(toast); };
  new MutationObserver(watchAll).observe(region, { childList: true, subtree: true });
  watchAll();

  document.addEventListener("click", (event) => event.target.closest?.("[data-dismiss]")?.closest(".toast")?.remove());
  // Anyone may speak: dispatch `waypost:say` with {text} or {known: "copied"}, the region holds the known sentences.
  // A server says it with the header `HX-Trigger: {"waypost:say": {"text": "…"}}`.
  document.addEventListener("waypost:say", ({ detail }) => {
    const known = detail.known && region.dataset[`say${detail.known[0].toUpperCase()}${detail.known.slice(1)}`];
    say(known ?? detail.text, detail.means);
  });
}
