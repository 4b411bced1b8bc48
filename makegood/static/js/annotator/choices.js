// Rows of buttons of which one is chosen: the marks on the picture, and the pictures given.
import { drawMarks } from "./drawing.js";
import { filled } from "../words.js";

const row = (list, buttons) =>
  list.replaceChildren(
    ...buttons.map((button) => {
      const item = document.createElement("li");
      item.append(button);
      return item;
    }),
  );

const button = (words, isChosen, chosen) => {
  const made = document.createElement("button");
  made.type = "button";
  made.setAttribute("aria-pressed", String(isChosen));
  made.setAttribute("aria-label", words);
  made.addEventListener("click", chosen);
  return made;
};

/** Every mark as a button “Box 2” which selects it; pressed again it selects none. */
export const showMarks = (list, { marks, selected, select }) =>
  row(
    list,
    marks.all.map((mark, index) => {
      const words = filled(list.dataset[mark.kind], { number: index + 1, words: mark.words });
      const made = button(words, mark === selected, () => {
        const at = [...list.querySelectorAll("button")].indexOf(document.activeElement);
        select(mark === selected ? null : mark);
        list.querySelectorAll("button")[at]?.focus();
      });
      made.className = "button button--small";
      made.textContent = words;
      return made;
    }),
  );

/** Every picture as a small one with its marks. */
export const showPictures = (list, { pictures, shown, inks, show }) =>
  row(
    list,
    pictures.map((picture, index) => {
      const values = { number: index + 1, all: pictures.length, name: picture.file.name, marks: picture.marks.all.length };
      const made = button(filled(list.dataset.picture, values), picture === shown, () => {
        show(picture);
        list.querySelectorAll("button")[index].focus();
      });
      made.className = "annotator__thumbnail";
      made.append(small(picture, inks));
      return made;
    }),
  );

const small = ({ thumbnail, size, marks }, inks) => {
  const canvas = document.createElement("canvas");
  canvas.width = thumbnail.width;
  canvas.height = thumbnail.height;
  const context = canvas.getContext("2d");
  context.drawImage(thumbnail, 0, 0);
  context.scale(thumbnail.width / size.width, thumbnail.height / size.height);
  drawMarks(context, marks.all, { picture: size, inks });
  return canvas;
};
