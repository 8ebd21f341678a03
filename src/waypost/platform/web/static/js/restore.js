// Places are kept: the scroll of each pane, the picked rows and the focused row, by the name of the list or the address.
const address = location.pathname + location.search;

function name(pane) {
  const list = pane.querySelector("[data-keep]")?.dataset.keep;
  return `waypost:${pane.dataset.scroll}:${list ?? address}`;
}

function keep() {
  for (const pane of document.querySelectorAll("[data-scroll]")) {
    const picked = [...pane.querySelectorAll("input[name=ids]:checked")].map((box) => box.value);
    const focus = pane.contains(document.activeElement) ? document.activeElement.closest("[data-row]")?.querySelector("a")?.getAttribute("href") : null;
    try { sessionStorage.setItem(name(pane), JSON.stringify({ top: pane.scrollTop, picked, focus })); } catch { return; }
  }
}

function restore() {
  const [navigation] = performance.getEntriesByType("navigation");
  const back = ["back_forward", "reload"].includes(navigation?.type);
  for (const pane of document.querySelectorAll("[data-scroll]")) {
    const isList = pane.querySelector("[data-keep]") !== null;
    // A list keeps its place whenever it is shown again; other panes only on the way back.
    if (!isList && !back) continue;
    const kept = JSON.parse(sessionStorage.getItem(name(pane)) ?? "null");
    if (!kept) continue;
    pane.scrollTop = kept.top;
    for (const box of pane.querySelectorAll("input[name=ids]")) box.checked = kept.picked.includes(box.value);
    const row = kept.focus && back && pane.querySelector(`a[href="${CSS.escape(kept.focus)}"]`);
    if (row && !location.hash) row.focus({ preventScroll: true });
  }
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    // Sideways only, and clear of the edge that fades: scrollIntoView would move the page as well.
    const row = tab.parentElement, past = tab.offsetLeft + tab.offsetWidth - row.offsetLeft - row.clientWidth;
    if (past > -20) row.scrollLeft = tab.offsetLeft - row.offsetLeft - 20;
  }
  document.querySelector("[data-row] [aria-current]")?.closest("[data-row]").scrollIntoView({ block: "nearest" });
  document.dispatchEvent(new CustomEvent("waypost:restored"));
}

addEventListener("pagehide", keep);
restore();
