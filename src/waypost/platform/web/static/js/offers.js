// data-mentions="id": after an @ the names of that datalist are offered. data-addresses="id": after each comma its
// addresses are. Arrows choose, Enter or Tab takes, Escape closes; without scripts both are typed in full.
const MOST = 8;
let field = null;
let start = 0;
let at = 0;
const list = document.createElement("div");
list.className = "offers";
list.id = "offers";
list.setAttribute("role", "listbox");

const isCalling = (target) => target instanceof HTMLElement && target.matches("[data-mentions], [data-addresses]");

// The word that is being typed: where it begins, and what is known of it.
function typed(target) {
  const before = target.value.slice(0, target.selectionStart);
  const found = target.dataset.mentions ? /(?:^|[^\p{L}\p{N}_@.])@([\p{L}\p{N}.' -]{0,40})$/u.exec(before) : /(?:^|[,;]\s*)([^,;]*)$/.exec(before);
  return found && { from: before.length - found[1].length, word: found[1].toLowerCase() };
}

function fitting(target, word) {
  const named = document.getElementById(target.dataset.mentions ?? target.dataset.addresses);
  const all = [...(named?.options ?? [])].map((option) => ({ value: option.value, text: option.label || option.value }));
  const there = target.dataset.addresses ? target.value.toLowerCase() : "";
  const fits = ({ value, text }) => !there.includes(value.toLowerCase()) && `${value} ${text}`.toLowerCase().split(/[\s@<"]+/).some((part, index, parts) => parts.slice(index).join(" ").startsWith(word));
  return all.filter(fits).slice(0, MOST);
}

function close() {
  list.remove();
  field?.removeAttribute("aria-activedescendant");
  field?.removeAttribute("aria-controls");
  field = null;
}

function mark() {
  [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
  field.setAttribute("aria-activedescendant", `offer-${at}`);
}

function offer(target) {
  const place = typed(target);
  const found = place && (place.word || target.dataset.mentions) ? fitting(target, place.word) : [];
  if (!found.length || (found.length === 1 && found[0].value.toLowerCase() === place.word)) { close(); return; }
  if (field !== target) { close(); field = target; target.after(list); }
  start = place.from;
  at = 0;
  list.setAttribute("aria-label", target.labels?.[0]?.textContent ?? "");
  list.replaceChildren(...found.map(({ value, text }, index) => {
    const item = document.createElement("div");
    item.id = `offer-${index}`;
    item.className = "offer";
    item.textContent = text;
    item.dataset.value = value;
    item.setAttribute("role", "option");
    return item;
  }));
  target.setAttribute("aria-controls", "offers");
  mark();
}

function take() {
  const chosen = list.children[at].dataset.value;
  const target = field;
  const tail = target.dataset.addresses ? ", " : " ";
  target.setRangeText(chosen + tail, start, target.selectionStart, "end");
  close();
  target.dispatchEvent(new Event("input", { bubbles: true }));
  close();
}

document.addEventListener("input", ({ target }) => { if (isCalling(target)) offer(target); });
document.addEventListener("focusout", ({ target }) => { if (target === field) setTimeout(close, 150); });
list.addEventListener("mousedown", (event) => {
  event.preventDefault();
  at = [...list.children].indexOf(event.target.closest("[role=option]"));
  if (at >= 0) take();
});

addEventListener("keydown", (event) => {
  if (!field || event.target !== field || event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) at = (at + step + list.children.length) % list.children.length, mark();
  else if (event.key === "Escape") close();
  else if (["Enter", "Tab"].includes(event.key) && !event.ctrlKey && !event.metaKey) take();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });
