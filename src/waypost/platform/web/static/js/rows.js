// j and k move the focus from row to row, enter is the link's own, x picks; shift and a click pick a range.
const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
const link = (row) => row?.querySelector("a[href]");

function current(all) {
  const focused = document.activeElement?.closest?.("[data-row]");
  return all.indexOf(focused ?? all.find((row) => row.querySelector("[aria-current]")));
}

function move(by) {
  const all = rows();
  if (!all.length) return;
  const at = current(all);
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
  link(next)?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function pick() {
  const all = rows();
  all[current(all)]?.querySelector("input[type=checkbox]")?.click();
}

const acts = { j: () => move(1), k: () => move(-1), x: pick };

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target instanceof HTMLElement && event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  if (event.key in acts && rows().length) { event.preventDefault(); acts[event.key](); }
});

const boxes = () => [...document.querySelectorAll("input[name=ids]")];

function count() {
  const picked = boxes().filter((box) => box.checked).length;
  for (const each of document.querySelectorAll("[data-picked]")) each.textContent = each.dataset.picked.replace("{n}", picked);
}

let last = null;
document.addEventListener("click", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.name !== "ids") return;
  const all = boxes();
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const each of all.slice(from, to + 1)) each.checked = box.checked;
  }
  last = box;
});
document.addEventListener("change", (event) => { if (event.target.name === "ids") count(); });
document.addEventListener("reset", () => setTimeout(count));
document.addEventListener("waypost:restored", count);
count();
