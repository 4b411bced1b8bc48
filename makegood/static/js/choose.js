// data-choose: a form around rows with checkboxes. Shift-click chooses a range, "x" the row in focus, a button all of the page;
// how many are chosen is said in [data-choose-count].
import { filled } from "./words.js";

const form = document.querySelector("[data-choose]");
const boxes = [...form.querySelectorAll("[name=chosen]")];
const count = form.querySelector("[data-choose-count]");
const whole = form.querySelector("[data-choose-page]");
const every = form.elements.all;
let last = null;

const tell = () => {
  const chosen = boxes.filter((box) => box.checked).length;
  count.textContent = chosen && !every?.checked ? filled(count.dataset.words, { count: chosen }) : "";
};
const choose = (box, { isRange }) => {
  if (isRange && last) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    boxes.slice(from, to + 1).forEach((each) => (each.checked = box.checked));
  }
  last = box;
  tell();
};

form.addEventListener("click", (event) => {
  if (boxes.includes(event.target)) choose(event.target, { isRange: event.shiftKey });
});
form.addEventListener("change", tell);
document.addEventListener("shortcut:x", () => {
  const box = document.activeElement?.closest("tr")?.querySelector("[name=chosen]");
  if (!box) return;
  box.checked = !box.checked;
  choose(box, { isRange: false });
});
whole.hidden = false;
whole.addEventListener("click", () => {
  const isAll = boxes.every((box) => box.checked);
  boxes.forEach((box) => (box.checked = !isAll));
  tell();
});
tell(); // coming back, the browser has the boxes as they were left
