// A toolbar: one stop of the Tab key, the arrow keys go from button to button.
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** `pressed(button)` is called for every button that is pressed and not disabled. */
export const rove = (toolbar, pressed) => {
  const buttons = [...toolbar.querySelectorAll("button")];
  const stop = (button) => buttons.forEach((each) => (each.tabIndex = each === button ? 0 : -1));

  toolbar.addEventListener("keydown", (event) => {
    const shown = buttons.filter((button) => button.getClientRects().length);
    const at = shown.indexOf(event.target);
    const isTurned = getComputedStyle(toolbar).direction === "rtl" && /Left|Right/.test(event.key);
    let next = at + (STEPS[event.key] ?? 0) * (isTurned ? -1 : 1);
    if (event.key === "Home") next = 0;
    if (event.key === "End") next = shown.length - 1;
    if (next === at) return;
    event.preventDefault();
    shown.at(next % shown.length).focus();
  });
  toolbar.addEventListener("focusin", (event) => stop(event.target));
  toolbar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && button.getAttribute("aria-disabled") !== "true") pressed(button);
  });
  stop(buttons[0]);
};

/** Spent buttons keep the focus and say so, which a disabled one would not. */
export const spend = (button, isSpent) => button.setAttribute("aria-disabled", String(isSpent));
