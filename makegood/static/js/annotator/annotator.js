// data-annotator: pictures offered to a place with data-pictures are looked at in this dialog first. Others pass at once.
import { Annotator } from "./dialog.js";
import { handOn } from "../handing.js";
import { isPicture, lookedAt } from "./picture.js";

const annotator = new Annotator(document.querySelector("[data-annotator]"));

// Caught on the way down, so that it is heard whether or not it bubbles, and from a place that htmx brings later.
document.addEventListener(
  "picture:offered",
  async (event) => {
    const area = event.target;
    const { files } = event.detail;
    if (!files.some(isPicture)) return;
    event.preventDefault();
    const looked = await lookedAt(files);
    const passed = looked.filter(([, picture]) => !picture).map(([file]) => file);
    if (passed.length) handOn(area, passed);
    const pictures = looked.map(([, picture]) => picture).filter(Boolean);
    if (pictures.length) await annotator.open(pictures, area);
  },
  { capture: true },
);
