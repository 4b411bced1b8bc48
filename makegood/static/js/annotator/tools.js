// What the toolbar and the keys do: choose a tool, go back and forth, delete a mark, zoom.
import { rove, spend } from "./toolbar.js";

export class Tools {
  /** `says` takes a sentence, `sentences` holds them; `leaves` is called before another tool is taken, `changes` after. */
  constructor(toolbar, { view, pen, says, sentences, leaves, changes }) {
    Object.assign(this, { toolbar, view, pen, says, sentences, leaves, changes });
    this.buttons = [...toolbar.querySelectorAll("[data-tool]")];
    rove(toolbar, (button) => {
      if (button.dataset.tool) this.choose(this.buttons.indexOf(button));
      else this[button.dataset.act]();
    });
  }

  choose(index) {
    this.leaves();
    const chosen = this.buttons[index];
    this.pen.tool = chosen.dataset.tool;
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button === chosen));
    this.says(chosen.dataset.how);
  }

  undo() {
    if (this.view.marks.canUndo) this.#change(() => this.view.marks.undo(), this.sentences.saidUndone);
  }

  redo() {
    if (this.view.marks.canRedo) this.#change(() => this.view.marks.redo(), this.sentences.saidRedone);
  }

  remove() {
    const { view, sentences } = this;
    if (view.selected) this.#change(() => view.marks.remove(view.selected), sentences.saidRemoved);
    else this.says(sentences.saidSelectFirst);
  }

  full() {
    this.view.isFull = !this.view.isFull;
    this.view.fit();
    this.refresh();
  }

  /** Brings the buttons up to what can be done. */
  refresh() {
    const { view } = this;
    const act = (name) => this.toolbar.querySelector(`[data-act=${name}]`);
    spend(act("undo"), !view.marks.canUndo);
    spend(act("redo"), !view.marks.canRedo);
    spend(act("remove"), !view.selected);
    act("full").setAttribute("aria-pressed", String(view.isFull));
  }

  #change(change, sentence) {
    change();
    this.view.selected = null;
    this.view.draw();
    this.changes();
    this.says(sentence);
  }
}
