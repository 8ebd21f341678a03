// data-autosubmit: a form that sends itself on change. The choice shows at once; when the server refuses or cannot be
// reached it goes back to what is true. With htmx attributes on the form it stays on the page.
document.addEventListener("focusin", ({ target }) => { if (target.form?.matches("[data-autosubmit]")) target.dataset.was ??= target.value; });

document.addEventListener("change", ({ target }) => {
  if (target.form?.matches("[data-autosubmit]")) target.form.requestSubmit();
});

const controls = (element) => element.closest?.("[data-autosubmit]")?.querySelectorAll("[data-was]") ?? [];

for (const failed of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failed, ({ target }) => { for (const each of controls(target)) each.value = each.dataset.was; });
}
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (detail.successful) for (const each of controls(target)) each.dataset.was = each.value;
});
