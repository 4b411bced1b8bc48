// data-shortcut="n" (or "g b" for two keys): presses that button, follows that link, goes into that field. "?" opens the help.
// data-steps="SELECTOR": "j" and "k" walk through what it names inside that element, from where the focus is.
const OFF = "shortcuts-off";
const PAIR_MS = 1200;
const dialog = document.querySelector("[data-shortcuts]");
const isTyping = (element) =>
  element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
let first = { key: "", at: 0 };

const press = (element) => {
  const fold = element.closest("details");
  if (!isTyping(element)) return element.click();
  if (fold) fold.open = true;
  element.focus();
};
const walk = (by) => {
  const part = document.querySelector("[data-steps]");
  if (!part) return false;
  const steps = [...part.querySelectorAll(part.dataset.steps)];
  const here = steps.findIndex((step) => step.contains(document.activeElement));
  const next = here < 0 ? steps.at(by > 0 ? 0 : -1) : steps[here + by];
  if (next?.tabIndex < 0) next.tabIndex = -1; // takes the focus, yet Tab passes it by
  next?.focus();
  return true;
};
const targetOf = (keys) => document.querySelector(`[data-shortcut="${CSS.escape(keys)}"]`);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target) || dialog.open || localStorage.getItem(OFF)) return;
  if (event.key === "?") return dialog.showModal();
  const key = event.key.toLowerCase();
  if ((key === "j" || key === "k") && walk(key === "j" ? 1 : -1)) return;
  const isPair = first.key && event.timeStamp - first.at < PAIR_MS;
  const target = (isPair && targetOf(`${first.key} ${key}`)) || targetOf(key);
  first = { key: target ? "" : key, at: event.timeStamp };
  if (!target) return document.dispatchEvent(new Event(`shortcut:${key}`)); // for scripts of the page
  event.preventDefault(); // "/" must not be typed into the field it opens
  press(target);
});

// "/" on a page without a search leads to the one that has it.
if (location.hash === "#search") press(targetOf("/"));

const help = document.querySelector("[data-shortcuts-help]");
help.hidden = false;
help.addEventListener("click", () => dialog.showModal());

const isOn = dialog.querySelector("[data-shortcuts-on]");
isOn.checked = !localStorage.getItem(OFF);
isOn.addEventListener("change", () =>
  isOn.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1"),
);
