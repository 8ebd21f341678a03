// htmx: every request carries the session's token; what cannot be sent is said, never swallowed.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (token) detail.headers["X-CSRF-Token"] = token;
});

const say = (known) => document.dispatchEvent(new CustomEvent("waypost:say", { detail: { known, means: "danger" } }));
document.addEventListener("htmx:sendError", () => say("offline"));
document.addEventListener("htmx:timeout", () => say("offline"));
// A refusal that comes with a block for #problems explains itself; one without gets a sentence.
document.addEventListener("htmx:responseError", ({ detail }) => { if (!detail.xhr.responseText || !document.getElementById("problems")) say("failed"); });
// A new request clears the last problem.
document.addEventListener("htmx:beforeRequest", ({ detail }) => { if (detail.requestConfig.verb !== "get") document.getElementById("problems")?.replaceChildren(); });

// What was written stays until it is sent: leaving a page with typed text asks first.
let dirty = false;
document.addEventListener("input", ({ target }) => { if (target instanceof HTMLTextAreaElement) dirty = [...document.querySelectorAll("textarea")].some((each) => each.value !== each.defaultValue); });
document.addEventListener("submit", () => { dirty = false; });
addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

// A composer that opens takes the cursor.
document.addEventListener("click", ({ target }) => {
  const composer = target.closest?.("summary[data-opens]")?.parentElement;
  // The click opens it only after this listener.
  if (composer && !composer.open) setTimeout(() => composer.querySelector("textarea")?.focus());
});
