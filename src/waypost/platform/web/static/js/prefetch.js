// A link that is about to be clicked is fetched already. Browsers that know speculation rules get them by a response
// header and need nothing here; for the others a hint does what it can.
const speculates = HTMLScriptElement.supports?.("speculationrules") ?? false;
const asked = new Set();

function hint({ target }) {
  const link = target.closest?.("a[data-prefetch]");
  if (!link || asked.has(link.href) || link.origin !== location.origin || navigator.connection?.saveData) return;
  asked.add(link.href);
  const element = document.createElement("link");
  element.rel = "prefetch";
  element.href = link.href;
  document.head.append(element);
}

if (!speculates) for (const intent of ["pointerover", "focusin", "touchstart"]) document.addEventListener(intent, hint, { passive: true });
