// data-annotator: pictures offered to a place with data-pictures are looked at in this dialog first. Others pass at once.
import { Annotator } from "./dialog.js";
import { isPicture, pictureOf } from "./picture.js";

const annotator = new Annotator(document.querySelector("[data-annotator]"));

const handOn = (area, files) => {
  if (files.length) area.dispatchEvent(new CustomEvent("picture:ready", { detail: { files }, bubbles: true }));
};

// Caught on the way down, so that it is heard whether or not it bubbles, and from a place that htmx brings later.
document.addEventListener(
  "picture:offered",
  async (event) => {
    const area = event.target;
    const { files } = event.detail;
    if (!files.some(isPicture)) return;
    event.preventDefault();
    const looked = await Promise.all(files.map(async (file) => [file, isPicture(file) ? await pictureOf(file) : null]));
    handOn(area, looked.filter(([, picture]) => !picture).map(([file]) => file));
    const pictures = looked.map(([, picture]) => picture).filter(Boolean);
    if (pictures.length) await annotator.open(pictures, area);
  },
  { capture: true },
);
