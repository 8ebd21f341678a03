// htmx: every request carries the session's token; what cannot be sent is said, never swallowed.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (token) detail.headers["X-CSRF-Token"] = token;
});

const say = (known) => document.dispatchEvent(new CustomEvent("waypost:say", { detail: { known, means: "danger" } }));
// data-quiet: what a page does by itself fails silently; it comes round again.
const quiet = (target) => target.matches?.("[data-quiet]");
document.addEventListener("htmx:sendError", ({ target }) => { if (!quiet(target)) say("offline"); });
document.addEventListener("htmx:timeout", ({ target }) => { if (!quiet(target)) say("offline"); });
// A refusal that comes with a block for #problems explains itself; one without gets a sentence.
document.addEventListener("htmx:responseError", ({ detail }) => { if (!detail.xhr.responseText || !document.getElementById("problems")) say("failed"); });
// A new request clears the last problem.
document.addEventListener("htmx:beforeRequest", ({ detail, target }) => { if (!quiet(target) && detail.requestConfig.verb !== "get") document.getElementById("problems")?.replaceChildren(); });

// What was written stays until it is sent or kept as a draft: leaving a page with other text asks first.
let sent = false;
document.addEventListener("submit", () => { sent = true; setTimeout(() => { sent = false; }, 5000); });
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  const form = target.closest?.("form[data-draft]");
  if (form && detail.successful) for (const each of form.querySelectorAll("textarea")) each.dataset.kept = each.value;
});
const isOpen = (text) => text.value !== text.defaultValue && text.value !== text.dataset.kept;
addEventListener("beforeunload", (event) => { if (!sent && [...document.querySelectorAll("textarea")].some(isOpen)) event.preventDefault(); });

// A composer that opens takes the cursor.
document.addEventListener("click", ({ target }) => {
  const composer = target.closest?.("summary[data-opens]")?.parentElement;
  // The click opens it only after this listener.
  if (composer && !composer.open) setTimeout(() => composer.querySelector("textarea")?.focus());
});

// data-opens-composer="id": a link elsewhere on the page opens a composer as its own key does.
document.addEventListener("click", (event) => {
  const wanted = event.target.closest?.("[data-opens-composer]")?.dataset.opensComposer;
  const summary = wanted && document.getElementById(wanted)?.querySelector("summary");
  if (!summary) return;
  event.preventDefault();
  if (!summary.parentElement.open) summary.click();
  summary.scrollIntoView({ block: "nearest" });
});

// data-prints: the browser's own dialog.
document.addEventListener("click", (event) => { if (event.target.closest?.("[data-prints]")) print(); });
