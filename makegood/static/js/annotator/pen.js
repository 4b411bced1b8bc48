// Makes marks, for the pointer and the keyboard alike: begin, stretch, end. Says nothing itself: `tells` does.
const SMALLEST = 6; // CSS pixels; a shorter stroke is a press, which selects

export class Pen {
  tool = "arrow";

  /** `tells` has the functions added(mark), selected(mark or null), began(), abandoned() and wantsWords(). */
  constructor(view, tells) {
    Object.assign(this, { view, tells });
  }

  get isDrawing() {
    return this.view.drawn !== null;
  }

  begin(at) {
    this.view.selected = null;
    this.view.drawn = { kind: this.tool, from: at, to: at, words: "" };
    this.view.draw();
    if (this.tool === "text") this.tells.wantsWords();
    else this.tells.began();
  }

  stretch(to) {
    if (!this.isDrawing || this.view.drawn.kind === "text") return;
    this.view.drawn = { ...this.view.drawn, to };
    this.view.draw();
  }

  /** Ends the mark at `to`; one too small to be meant is a press, and selects what lies there. */
  end(to) {
    if (!this.isDrawing || this.view.drawn.kind === "text") return;
    const { from } = this.view.drawn;
    if (Math.hypot(to.x - from.x, to.y - from.y) * this.view.scale < SMALLEST) {
      this.#drop();
      this.select(this.view.markAt(to) ?? null);
      return;
    }
    this.stretch(to);
    this.#keep();
  }

  write(words) {
    this.view.drawn = { ...this.view.drawn, words };
    this.view.draw();
  }

  /** Keeps the text as it was written; without a word it is no mark. */
  endWords() {
    const words = this.view.drawn.words.trim();
    if (!words) return this.abandon();
    this.view.drawn = { ...this.view.drawn, words };
    this.#keep();
  }

  abandon() {
    this.#drop();
    this.tells.abandoned();
  }

  select(mark) {
    this.view.selected = mark;
    this.view.draw();
    this.tells.selected(mark);
  }

  #keep() {
    const mark = this.view.drawn;
    this.view.marks.add(mark);
    this.#drop();
    this.tells.added(mark);
  }

  #drop() {
    this.view.drawn = null;
    this.view.draw();
  }
}
