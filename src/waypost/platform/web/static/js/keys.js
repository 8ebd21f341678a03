// A key clicks the element that declares it: data-key="e", "g i" (one after the other) or "Control+k".
// Elements declare keys, so a key exists exactly where its act is permitted and on the page.
let first = "";
let forget = 0;

const typing = (target) => target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio], [type=button]), textarea, select"));

function element(key, form = null) {
  // The form one is in comes first, else the last one wins: a toast's undo lies over an older one.
  const found = [...document.querySelectorAll("[data-key]")].filter((each) => each.dataset.key.toLowerCase() === key.toLowerCase() && !each.disabled);
  const seen = found.filter((each) => each.checkVisibility());
  return (form && seen.find((each) => each.form === form)) ?? seen.at(-1) ?? found.at(-1);
}

function press(found) {
  if (found.matches("input, textarea, select")) {
    found.focus();
    found.select?.();
    // Opens the choice at once where the browser permits it; focus alone is enough where not.
    if (found instanceof HTMLSelectElement) try { found.showPicker(); } catch { /* focus stays */ }
  } else {
    found.click();
  }
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const ctrl = event.ctrlKey || event.metaKey;
  if (ctrl && !event.shiftKey) {
    const found = element(`Control+${event.key}`, event.target.form);
    if (found) { event.preventDefault(); press(found); }
    return;
  }
  if (ctrl || typing(event.target) || document.querySelector("dialog[open]")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const found = (first && element(`${first} ${key}`)) || element(key);
  clearTimeout(forget);
  first = "";
  if (found) { event.preventDefault(); press(found); return; }
  if (document.querySelector(`[data-key^="${CSS.escape(key)} "]`)) {
    first = key;
    forget = setTimeout(() => { first = ""; }, 1200);
  }
});

// Escape leaves a field for the list, so that keys work again.
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && typing(event.target) && !event.target.closest("dialog")) event.target.blur();
});
