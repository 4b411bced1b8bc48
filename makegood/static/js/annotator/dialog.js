// The dialog: looks at the pictures that somebody gave, marks them, and hands them on. Opened by annotator.js.
import { showMarks, showPictures } from "./choices.js";
import { exported } from "./exporting.js";
import { handOn, offer } from "../handing.js";
import { drawByKeyboard } from "./keyboard.js";
import { Pen } from "./pen.js";
import { drawByPointer } from "./pointer.js";
import { Tools } from "./tools.js";
import { View } from "./view.js";
import { filled, plural } from "../words.js";
import { writeWords } from "./writing.js";

const PARTS = [
  ...["add", "cancel", "canvas", "discard", "frame", "leave-out"],
  ...["marks", "pictures-given", "status", "toolbar", "writing"],
];

export class Annotator {
  #pictures = [];
  #shown = null;
  #area = null;
  #goBackTo = null;
  #adding = null; // a promise while files are made and handed on

  constructor(dialog) {
    this.dialog = dialog;
    this.sentences = dialog.dataset;
    this.parts = Object.fromEntries(PARTS.map((name) => [name, dialog.querySelector(`[data-${name}]`)]));
    const { canvas, frame, toolbar, writing } = this.parts;
    const view = (this.view = new View(canvas, frame, inksOf(dialog)));
    const pen = (this.pen = new Pen(view, this.#tells()));
    this.writing = writeWords(writing, pen, canvas);
    this.tools = new Tools(toolbar, {
      view,
      pen,
      says: (sentence) => this.#say(sentence),
      sentences: this.sentences,
      leaves: () => this.writing.finish(),
      changes: () => this.#refresh(),
    });
    drawByPointer(view, pen);
    drawByKeyboard(view, pen, this.tools);
    this.#listen();
  }

  /** Shows the pictures; what is already open stays, and these join it. `area` receives them when they are ready. */
  async open(pictures, area) {
    await this.#adding; // else they would be forgotten with those that are just being handed on
    this.#pictures.push(...pictures);
    this.#area = area;
    await this.#show(pictures[0]);
    if (this.dialog.open) return;
    const at = document.activeElement; // the body, when a picture was dropped or pasted
    this.#goBackTo = at === document.body ? area.querySelector("input, button") : at;
    this.dialog.showModal();
    this.view.fit();
    this.parts.add.focus();
  }

  #listen() {
    const { dialog, parts } = this;
    parts.cancel.addEventListener("click", () => this.#leave());
    parts.add.addEventListener("click", () => this.#add());
    parts["leave-out"].addEventListener("click", () => this.#leaveOut());
    parts.discard.addEventListener("close", () => parts.discard.returnValue === "discard" && dialog.close());
    const isOwn = (event) => event.target.closest("dialog") === dialog; // and not the question's inside it
    const own = (name, act) => dialog.addEventListener(name, (event) => isOwn(event) && act(event));
    const instead = (act) => (event) => {
      event.preventDefault();
      act(event);
    };
    const escape = instead(() => this.#escape());
    own("keydown", (event) => event.key === "Escape" && escape(event)); // else a second Escape closes without asking
    own("cancel", escape); // the Back button of a telephone
    own("close", () => this.#forget());
    own("dragover", instead(() => {})); // else the browser leaves the page for the file that is dropped
    own("drop", instead((event) => offer(this.#area, [...event.dataTransfer.files])));
  }

  #escape() {
    if (!this.pen.isDrawing) return this.#leave();
    this.writing.close();
    this.pen.abandon();
  }

  /** Closes at once when nothing but choosing would be lost; else asks. */
  #leave() {
    if (this.#adding) return;
    this.writing.finish();
    if (!this.#pictures.some(({ marks }) => marks.all.length)) return this.dialog.close();
    this.parts.discard.returnValue = "";
    this.parts.discard.showModal();
  }

  #forget() {
    this.#goBackTo?.focus();
    this.#pictures.forEach(({ thumbnail }) => thumbnail.close());
    this.#pictures = [];
    this.#shown = null;
    this.view.clear();
  }

  async #show(picture) {
    this.writing.finish();
    this.#shown = picture;
    const decoded = await createImageBitmap(picture.file);
    if (this.#shown !== picture) return decoded.close(); // another one was wanted meanwhile
    this.view.show(decoded, picture.marks);
    const told = filled(this.sentences.picture, { name: picture.file.name, ...picture.size });
    this.parts.canvas.setAttribute("aria-label", told);
    this.#refresh();
  }

  #refresh() {
    const { parts, view } = this;
    const pictures = this.#pictures;
    const given = parts["pictures-given"];
    showMarks(parts.marks, { marks: view.marks, selected: view.selected, select: (mark) => this.pen.select(mark) });
    showPictures(given, { pictures, shown: this.#shown, inks: view.inks, show: (picture) => this.#show(picture) });
    given.hidden = parts["leave-out"].hidden = pictures.length < 2;
    const all = pictures.length;
    parts.add.textContent = all < 2 ? this.sentences.addOne : plural(this.sentences, "add", all);
    this.tools.refresh();
  }

  #tells() {
    const { sentences, parts } = this;
    return {
      began: () => this.view.cross && this.#say(sentences.saidBegan),
      abandoned: () => this.#say(sentences.saidAbandoned),
      wantsWords: () => this.writing.open(),
      added: (mark) => {
        this.#refresh();
        this.#say(parts.marks.dataset[`${mark.kind}Added`]);
      },
      selected: (mark) => {
        this.#refresh();
        if (!mark) return;
        const number = this.view.marks.all.indexOf(mark) + 1;
        const named = filled(parts.marks.dataset[mark.kind], { number, words: mark.words });
        this.#say(sentences.saidSelected, { mark: named });
      },
    };
  }

  #leaveOut() {
    const at = this.#pictures.indexOf(this.#shown);
    const [left] = this.#pictures.splice(at, 1);
    left.thumbnail.close();
    this.#show(this.#pictures[Math.min(at, this.#pictures.length - 1)]);
    this.#say(this.sentences.saidLeftOut, { name: left.file.name });
    if (this.#pictures.length < 2) this.parts.add.focus();
  }

  #add() {
    this.#adding ??= this.#handOver().finally(() => (this.#adding = null));
  }

  async #handOver() {
    this.writing.finish();
    this.#say(this.sentences.saidSaving);
    try {
      const files = await this.#files();
      const closed = new Promise((resolve) => this.dialog.addEventListener("close", resolve, { once: true }));
      this.dialog.close();
      await closed;
      handOn(this.#area, files);
    } catch (error) {
      console.error(error);
      this.#say(this.sentences.saidTooLarge);
    }
  }

  async #files() {
    const how = { inks: this.view.inks, mostBytes: Number(this.sentences.mostBytes) };
    const files = [];
    for (const picture of this.#pictures) files.push(await exported(picture, how)); // one at a time: each may be large
    return files;
  }

  #say(sentence, values = {}) {
    this.parts.status.textContent = filled(sentence, { count: this.view.marks?.all.length ?? 0, ...values });
  }
}

// The colours are those of the style sheet, so that the product's colours stand in one place.
const inksOf = (dialog) => {
  const style = getComputedStyle(dialog);
  const colour = (name) => style.getPropertyValue(`--mark-${name}`).trim();
  return { mark: colour("ink"), edge: colour("edge"), cover: colour("cover") };
};
