// The palette and the help dialog: both list what the page itself declares, nothing more, so nothing forbidden is shown.
const palette = document.getElementById("palette");
const help = document.getElementById("help");
const said = (key) => key.toUpperCase().replace("CONTROL+", "Ctrl ").replace("ENTER", "↵");

function made(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function cap(key) {
  const element = made("kbd", "kbd", said(key));
  element.setAttribute("aria-hidden", "true");
  return element;
}

// One entry a name: the same act may stand in the toolbar and in a menu. A choice that saves itself is an entry, and
// so is each other value of it: "Status: Closed".
function commands() {
  const found = new Map();
  for (const element of document.querySelectorAll("[data-command]")) {
    const { command, key } = element.dataset;
    if (element.disabled || element.closest("dialog") || found.has(command)) continue;
    found.set(command, { element, key });
    if (!element.matches("[data-autosubmit] select")) continue;
    for (const option of element.options) {
      if (!option.selected && !option.disabled) found.set(`${command}: ${option.label}`, { element, option });
    }
  }
  return [...found].map(([name, one]) => ({ name, ...one }));
}

// Keys that the dialog names by itself.
const STANDING = ["?", "u", "Control+k", "Control+Enter"];

if (help) {
  const list = help.querySelector("[data-keys]");
  const open = () => {
    for (const old of list.querySelectorAll("[data-found]")) old.remove();
    for (const { name, key } of commands().filter((each) => each.key && !STANDING.includes(each.key))) {
      const line = made("div", "", "");
      const value = document.createElement("dd");
      line.dataset.found = "";
      value.append(cap(key));
      line.append(made("dt", "", name), value);
      list.append(line);
    }
    help.showModal();
  };
  document.addEventListener("click", (event) => { if (event.target.closest?.("[data-opens-help]")) open(); });
}

if (palette) {
  const [input, list, none] = [palette.querySelector("input"), palette.querySelector("[role=listbox]"), palette.querySelector(".palette-none")];
  let shown = [];
  let at = 0;

  const mark = () => {
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    list.children[at]?.scrollIntoView({ block: "nearest" });
    if (shown.length) input.setAttribute("aria-activedescendant", `palette-${at}`);
    else input.removeAttribute("aria-activedescendant");
  };

  const fits = (name, wanted) => wanted.every((word) => name.toLowerCase().includes(word));

  const fill = () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = commands().filter((each) => fits(each.name, wanted));
    at = 0;
    list.replaceChildren(...shown.map(({ name, key }, index) => {
      const item = made("div", "palette-item", name);
      item.id = `palette-${index}`;
      item.setAttribute("role", "option");
      if (key) item.append(cap(key));
      return item;
    }));
    none.hidden = shown.length > 0;
    list.hidden = shown.length === 0;
    mark();
  };

  const run = () => {
    const { element: chosen, option } = shown[at] ?? {};
    palette.close();
    if (!chosen) return;
    if (option) {
      chosen.focus();
      option.selected = true;
      chosen.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (chosen.matches("input, select, textarea")) chosen.focus();
    else chosen.click();
  };

  const step = { ArrowDown: 1, ArrowUp: -1 };
  input.addEventListener("input", fill);
  input.addEventListener("keydown", (event) => {
    if (event.key in step && shown.length) {
      event.preventDefault();
      at = (at + step[event.key] + shown.length) % shown.length;
      mark();
    } else if (event.key === "Enter") { event.preventDefault(); run(); }
  });
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) { at = [...list.children].indexOf(item); run(); }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-opens-palette]")) return;
    input.value = "";
    fill();
    palette.showModal();
    input.focus();
  });
}

// A click beside a dialog closes it.
document.addEventListener("click", (event) => { if (event.target instanceof HTMLDialogElement) event.target.close(); });
