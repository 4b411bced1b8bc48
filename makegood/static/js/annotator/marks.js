// The marks on one picture, and the way back. A mark is {kind, from, to, words}: kind is arrow, box, text or hide;
// from and to are points {x, y} in pixels of the picture; words are those of a text, which begins at `from`.
export class Marks {
  #past = [];
  #all = [];
  #future = [];

  /** In the order in which they were made: a later one lies over an earlier one. */
  get all() {
    return this.#all;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  add(mark) {
    this.#become([...this.#all, mark]);
  }

  remove(mark) {
    this.#become(this.#all.filter((kept) => kept !== mark));
  }

  undo() {
    this.#future.push(this.#all);
    this.#all = this.#past.pop();
  }

  redo() {
    this.#past.push(this.#all);
    this.#all = this.#future.pop();
  }

  #become(marks) {
    this.#past.push(this.#all);
    this.#future = [];
    this.#all = marks;
  }
}

/** The rectangle between the two points of a mark, in whole pixels and never smaller than what was drawn. */
export const boxOf = ({ from, to }) => {
  const x = Math.floor(Math.min(from.x, to.x));
  const y = Math.floor(Math.min(from.y, to.y));
  return { x, y, width: Math.ceil(Math.max(from.x, to.x)) - x, height: Math.ceil(Math.max(from.y, to.y)) - y };
};
