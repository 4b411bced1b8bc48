// data-guide: on a wide screen the guide opens beside the form, so that it is read while doing. Else it is a page in a new tab.
const WIDE = matchMedia("(width >= 64rem)");
const panel = document.querySelector("[data-guide-panel]");

const tellTab = () => {
  for (const hint of document.querySelectorAll("[data-guide-tab]")) hint.hidden = WIDE.matches;
};

const open = async (link) => {
  const inside = panel.querySelector("[data-guide-in]");
  if (!inside.hasChildNodes()) {
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return window.open(link.href, "_blank", "noopener");
    inside.innerHTML = await answer.text();
  }
  if (!panel.open) panel.show();
  panel.querySelector("h2").focus();
};

const watch = (link) =>
  link.addEventListener("click", (event) => {
    if (!WIDE.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link);
  });

if (panel) {
  document.querySelectorAll("[data-guide]").forEach(watch);
  panel.querySelector("[data-guide-close]").addEventListener("click", () => panel.close());
  panel.addEventListener("keydown", (event) => event.key === "Escape" && panel.close());
  tellTab();
  WIDE.addEventListener("change", tellTab);
}

// data-guide-back: the guide stands in a tab of its own, and the form in the other, with all that was typed: close this one.
document.querySelector("[data-guide-back]")?.addEventListener("click", (event) => {
  if (history.length > 1) return;
  event.preventDefault();
  window.close();
});
