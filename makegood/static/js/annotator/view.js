// The picture with its marks on the screen: fitted into its frame or at its full size, sharp on every display.
import { boxOf } from "./marks.js";
import { drawMarks, plateOf, unitOf } from "./drawing.js";

const MOST_SCREEN_PIXELS = 16_000_000; // larger canvases are refused by telephones
const ZOOMED = 3; // what two fingers zoom to should still be sharp
const canZoom = matchMedia("(pointer: coarse)");
const ENLARGED_AT_MOST = 2;
const CROSS = 11; // half its size in CSS pixels

export class View {
  picture = null; // an ImageBitmap
  marks = null; // Marks
  drawn = null; // the mark in the making
  selected = null;
  cross = null; // where the keyboard stands; null while a pointer is used
  isFull = false;

  constructor(canvas, frame, inks) {
    Object.assign(this, { canvas, frame, inks, context: canvas.getContext("2d") });
    new ResizeObserver(() => this.fit()).observe(frame);
  }

  show(picture, marks) {
    this.picture?.close();
    Object.assign(this, { picture, marks, drawn: null, selected: null, cross: null, isFull: false });
    this.fit();
  }

  clear() {
    this.picture?.close();
    Object.assign(this, { picture: null, marks: null, drawn: null, selected: null, cross: null });
  }

  /** CSS pixels on the screen for each pixel of the picture. */
  get scale() {
    return this.canvas.clientWidth / this.picture.width;
  }

  fit() {
    if (!this.picture || !this.frame.clientWidth) return;
    const { width, height } = this.picture;
    const room = Math.min(this.frame.clientWidth / width, this.frame.clientHeight / height, ENLARGED_AT_MOST);
    const scale = this.isFull ? Math.max(1 / devicePixelRatio, room) : room;
    this.canvas.style.inlineSize = `${Math.max(1, Math.floor(width * scale))}px`;
    this.canvas.style.blockSize = `${Math.max(1, Math.floor(height * scale))}px`;
    const finest = Math.min(1 / scale, (canZoom.matches ? ZOOMED : 1) * devicePixelRatio);
    const sharp = Math.min(Math.max(devicePixelRatio, finest), Math.sqrt(MOST_SCREEN_PIXELS / (width * height)) / scale);
    this.canvas.width = Math.round(width * scale * sharp);
    this.canvas.height = Math.round(height * scale * sharp);
    this.draw();
  }

  draw() {
    const { canvas, context, picture } = this;
    if (!picture) return;
    const toScreen = canvas.width / picture.width;
    context.setTransform(toScreen, 0, 0, toScreen, 0, 0);
    context.imageSmoothingQuality = "high";
    context.clearRect(0, 0, picture.width, picture.height);
    context.drawImage(picture, 0, 0);
    drawMarks(context, this.drawn ? [...this.marks.all, this.drawn] : this.marks.all, { picture, inks: this.inks });
    if (this.selected) this.#frameSelected();
    if (this.cross) this.#drawCross();
  }

  /** The point of the picture under a pointer; outside the picture, the nearest one inside. */
  pointAt({ clientX, clientY }) {
    const at = this.canvas.getBoundingClientRect();
    const { width, height } = this.picture;
    return this.inside({ x: ((clientX - at.left) / at.width) * width, y: ((clientY - at.top) / at.height) * height });
  }

  inside({ x, y }) {
    return { x: Math.min(Math.max(x, 0), this.picture.width), y: Math.min(Math.max(y, 0), this.picture.height) };
  }

  /** The topmost mark at a point, or undefined. */
  markAt(point) {
    const reach = Math.max(12 / this.scale, unitOf(this.picture));
    return this.marks.all.findLast((mark) => {
      const { x, y, width, height } = this.#boxOf(mark);
      const isWithin = (at, from, size) => at >= from - reach && at <= from + size + reach;
      return isWithin(point.x, x, width) && isWithin(point.y, y, height);
    });
  }

  #boxOf(mark) {
    return mark.kind === "text" ? plateOf(this.context, mark, this.picture) : boxOf(mark);
  }

  #frameSelected() {
    const { x, y, width, height } = this.#boxOf(this.selected);
    const away = 2 * unitOf(this.picture);
    const path = new Path2D();
    path.rect(x - away, y - away, width + 2 * away, height + 2 * away);
    this.#thin(path, [6 / this.scale, 4 / this.scale]);
  }

  #drawCross() {
    const { x, y } = this.cross;
    const arm = CROSS / this.scale;
    const path = new Path2D();
    path.moveTo(x - 2 * arm, y);
    path.lineTo(x + 2 * arm, y);
    path.moveTo(x, y - 2 * arm);
    path.lineTo(x, y + 2 * arm);
    path.moveTo(x + arm, y);
    path.arc(x, y, arm, 0, 2 * Math.PI);
    this.#thin(path, []);
  }

  #thin(path, dashes) {
    const { context, inks } = this;
    for (const [colour, width, dash] of [[inks.edge, 4, []], [inks.cover, 1.8, dashes]]) {
      context.strokeStyle = colour;
      context.lineWidth = width / this.scale;
      context.setLineDash(dash);
      context.stroke(path);
    }
    context.setLineDash([]);
  }
}
