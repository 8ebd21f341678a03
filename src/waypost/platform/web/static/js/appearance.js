// Light, dark or like the system: shown at once, while the form carries the choice to the server.
document.addEventListener("click", (event) => {
  const choice = event.target.closest?.("[data-theme-choice]")?.dataset.themeChoice;
  if (!choice) return;
  document.documentElement.dataset.theme = choice;
  document.querySelector("meta[name=color-scheme]")?.setAttribute("content", choice === "auto" ? "light dark" : choice);
  for (const each of document.querySelectorAll("[data-theme-choice]")) each.setAttribute("aria-pressed", String(each.dataset.themeChoice === choice));
});
