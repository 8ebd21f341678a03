// data-copy="…": a click puts the value into the clipboard and says so.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    document.dispatchEvent(new CustomEvent("waypost:say", { detail: { known: "copied" } }));
  } catch {
    // No clipboard (plain http): select the text, so that the person's own copy key works.
    getSelection().selectAllChildren(button);
  }
});
