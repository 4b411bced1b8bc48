// The dialog: looks at the pictures that somebody gave, marks them, and hands them on. Opened by annotator.js.
import { showMarks, showPictures } from "./choices.js";
import { exported } from "./exporting.js";
import { drawByKeyboard } from "./keyboard.js";
import { Pen } from "./pen.js";
import { drawByPointer } from "./pointer.js";
import { handOn, offer } from "./handing.js";
import { rove, spend } from "./toolbar.js";
import { View } from "./view.js";
import { filled, plural } from "./words.js";
import { writeWords } from "./writing.js";

export class Annotator {
  #pictures = [];
  #shown = null;
  #area = null;
  #goBackTo = null;
  #isBusy = false;

  constructor(dialog) {
    this.dialog = dialog;
    const part = (name) => dialog.querySelector(`[data-${name}]`);
    this.parts = Object.fromEntries(
      ["canvas", "frame", "toolbar", "marks", "pictures-given", "leave-out", "status", "add", "discard"].map((name) => [name, part(name)]),
    );
    this.view = new View(this.parts.canvas, this.parts.frame, inksOf(dialog));
    this.pen = new Pen(this.view, this.#tells());
    this.writing = writeWords(part("writing"), this.pen, this.parts.canvas);
    drawByPointer(this.view, this.pen);
    drawByKeyboard(this.view, this.pen, this.#commands());
    rove(this.parts.toolbar, (button) => this.#press(button));
    this.#listen(part("cancel"));
  }

  /** Shows the pictures; what is already open stays, and these join it. `area` receives them when they are ready. */
  async open(pictures, area) {
    this.#pictures.push(...pictures);
    this.#area = area;
    await this.#show(this.#pictures[this.#pictures.length - pictures.length]);
    if (this.dialog.open) return;
    const at = document.activeElement;
    this.#goBackTo = at === document.body ? area.querySelector("input, button") : at; // who drops a picture has no focus
    this.dialog.showModal();
    this.view.fit();
    this.parts.add.focus();
  }

  #listen(cancel) {
    const { dialog, parts } = this;
    cancel.addEventListener("click", () => this.#leave());
    parts.add.addEventListener("click", () => this.#add());
    parts["leave-out"].addEventListener("click", () => this.#leaveOut());
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.target.closest("dialog") !== dialog) return;
      event.preventDefault(); // else a second Escape closes the dialog without asking
      this.#escape();
    });
    dialog.addEventListener("cancel", (event) => {
      if (event.target !== dialog) return;
      event.preventDefault();
      this.#escape(); // the Back button of a telephone
    });
    dialog.addEventListener("dragover", (event) => event.preventDefault()); // else the browser leaves the page for the file
    dialog.addEventListener("drop", (event) => {
      event.preventDefault();
      offer(this.#area, [...event.dataTransfer.files]);
    });
    dialog.addEventListener("close", (event) => event.target === dialog && this.#forget());
    parts.discard.addEventListener("close", () => parts.discard.returnValue === "discard" && dialog.close());
  }

  #escape() {
    if (this.pen.isDrawing) {
      this.writing.close();
      this.pen.abandon();
    } else this.#leave();
  }

  /** Closes at once when nothing but choosing would be lost; else asks. */
  #leave() {
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
    const decoded = await createImageBitmap(picture.file);
    this.#shown = picture;
    this.view.show(decoded, picture.marks);
    const { name } = picture.file;
    this.parts.canvas.setAttribute("aria-label", filled(this.dialog.dataset.picture, { name, width: decoded.width, height: decoded.height }));
    this.#refresh();
  }

  #refresh() {
    const { parts, view, dialog } = this;
    const pictures = this.#pictures;
    showMarks(parts.marks, { marks: view.marks, selected: view.selected, select: (mark) => this.pen.select(mark) });
    showPictures(parts["pictures-given"], { pictures, shown: this.#shown, inks: view.inks, show: (picture) => this.#show(picture) });
    for (const name of ["pictures-given", "leave-out"]) parts[name].hidden = pictures.length < 2;
    parts.add.textContent = pictures.length < 2 ? dialog.dataset.addOne : plural(dialog.dataset, "add", pictures.length);
    const act = (name) => parts.toolbar.querySelector(`[data-act=${name}]`);
    spend(act("undo"), !view.marks.canUndo);
    spend(act("redo"), !view.marks.canRedo);
    spend(act("remove"), !view.selected);
    act("full").setAttribute("aria-pressed", String(view.isFull));
  }

  #press(button) {
    const { tool, act } = button.dataset;
    if (tool) this.#choose(button);
    else this.#commands()[act]();
  }

  #choose(button) {
    this.writing.finish();
    this.pen.tool = button.dataset.tool;
    for (const each of this.parts.toolbar.querySelectorAll("[data-tool]")) each.setAttribute("aria-pressed", String(each === button));
    this.#say(button.dataset.how);
  }

  #commands() {
    const { view, parts, dialog } = this;
    const change = (isPossible, act, sentence) => {
      if (!isPossible) return;
      act();
      view.selected = null;
      view.draw();
      this.#refresh();
      this.#say(sentence);
    };
    return {
      choose: (index) => this.#choose(parts.toolbar.querySelectorAll("[data-tool]")[index]),
      undo: () => change(view.marks.canUndo, () => view.marks.undo(), dialog.dataset.saidUndone),
      redo: () => change(view.marks.canRedo, () => view.marks.redo(), dialog.dataset.saidRedone),
      remove: () => {
        if (!view.selected) return this.#say(dialog.dataset.saidSelectFirst);
        change(true, () => view.marks.remove(view.selected), dialog.dataset.saidRemoved);
      },
      full: () => {
        view.isFull = !view.isFull;
        view.fit();
        this.#refresh();
      },
    };
  }

  #tells() {
    const { parts, dialog } = this;
    return {
      began: () => this.view.cross && this.#say(dialog.dataset.saidBegan),
      abandoned: () => this.#say(dialog.dataset.saidAbandoned),
      wantsWords: () => this.writing.open(),
      added: (mark) => {
        this.#refresh();
        this.#say(parts.marks.dataset[`${mark.kind}Added`]);
      },
      selected: (mark) => {
        this.#refresh();
        const number = this.view.marks.all.indexOf(mark) + 1;
        if (mark) this.#say(dialog.dataset.saidSelected, { mark: filled(parts.marks.dataset[mark.kind], { number, words: mark.words }) });
      },
    };
  }

  #leaveOut() {
    const at = this.#pictures.indexOf(this.#shown);
    const [left] = this.#pictures.splice(at, 1);
    left.thumbnail.close();
    this.#show(this.#pictures[Math.min(at, this.#pictures.length - 1)]);
    this.#say(this.dialog.dataset.saidLeftOut, { name: left.file.name });
    if (this.#pictures.length < 2) this.parts.add.focus();
  }

  async #add() {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.writing.finish();
    this.#say(this.dialog.dataset.saidSaving);
    try {
      const files = [];
      const how = { inks: this.view.inks, mostBytes: Number(this.dialog.dataset.mostBytes) };
      for (const picture of this.#pictures) files.push(await exported(picture, how)); // one at a time: each may be large
      const area = this.#area;
      this.dialog.close();
      handOn(area, files);
    } catch (error) {
      console.error(error);
      this.#say(this.dialog.dataset.saidTooLarge);
    } finally {
      this.#isBusy = false;
    }
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
