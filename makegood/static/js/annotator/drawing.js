// Draws marks. All lengths come from the picture's own size, so that the screen and the exported file look the same.
import { boxOf } from "./marks.js";

const LINE_HEIGHT = 1.3;
const WIDEST_TEXT = 0.5; // of the picture, so that it does not cover what it explains

/** The width of a line in pixels of the picture; everything else is a multiple of it. */
export const unitOf = ({ width, height }) => Math.max(2.5, Math.min(width, height) / 150);

/** Draws `marks` in order. `inks` are the colours {mark, edge, cover}; `picture` has width and height in pixels. */
export const drawMarks = (context, marks, { picture, inks }) => {
  const unit = unitOf(picture);
  for (const mark of marks) draw[mark.kind](context, mark, { unit, inks, picture });
};

// A line in the colour of marks on a wider one in the colour of edges: seen on any picture.
const strokeTwice = (context, path, { unit, inks }) => {
  context.lineJoin = context.lineCap = "round";
  for (const [colour, width] of [[inks.edge, 2 * unit], [inks.mark, unit]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(path);
  }
};

const arrow = (context, { from, to }, drawn) => {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const head = Math.min(6 * drawn.unit, Math.hypot(to.x - from.x, to.y - from.y) / 2);
  const path = new Path2D();
  path.moveTo(from.x, from.y);
  path.lineTo(to.x, to.y);
  for (const side of [-0.5, 0.5]) {
    path.moveTo(to.x, to.y);
    path.lineTo(to.x - head * Math.cos(angle + side), to.y - head * Math.sin(angle + side));
  }
  strokeTwice(context, path, drawn);
};

const box = (context, mark, drawn) => {
  const { x, y, width, height } = boxOf(mark);
  const path = new Path2D();
  path.roundRect(x, y, width, height, Math.min(drawn.unit, width / 2, height / 2));
  strokeTwice(context, path, drawn);
};

// One opaque colour, whatever lies below: blocks and blurs of letters can be turned back into letters, this cannot.
const hide = (context, mark, { unit, inks }) => {
  const { x, y, width, height } = boxOf(mark);
  context.fillStyle = inks.cover;
  context.fillRect(x, y, width, height);
  context.strokeStyle = inks.edge;
  context.lineWidth = unit / 3;
  context.strokeRect(x, y, width, height);
};

const text = (context, mark, { unit, inks, picture }) => {
  const plate = plateOf(context, mark, picture);
  const path = new Path2D();
  path.roundRect(plate.x, plate.y, plate.width, plate.height, unit);
  context.fillStyle = inks.edge;
  context.fill(path);
  context.strokeStyle = inks.mark;
  context.lineWidth = unit / 2;
  context.stroke(path);
  context.fillStyle = inks.mark;
  context.textBaseline = "top";
  context.textAlign = "left";
  context.direction = document.dir || "ltr"; // that of the page, for the canvas of the export stands in no page
  plate.lines.forEach((line, at) => {
    const down = plate.y + plate.padding + (at * LINE_HEIGHT + (LINE_HEIGHT - 1) / 2) * plate.size;
    context.fillText(line, plate.x + plate.padding, down);
  });
};

/** Where the plate of a text lies: it is moved back into the picture, and its lines are broken at half the picture's width. */
export const plateOf = (context, { from, words }, picture) => {
  const unit = unitOf(picture);
  const size = Math.min(5 * unit, picture.height / 3);
  const padding = size / 3;
  context.font = `600 ${size}px ${getComputedStyle(document.body).fontFamily}`;
  const lines = broken(context, words, picture.width * WIDEST_TEXT);
  const width = Math.max(...lines.map((line) => context.measureText(line).width)) + 2 * padding;
  const height = lines.length * LINE_HEIGHT * size + 2 * padding;
  const x = Math.max(0, Math.min(from.x, picture.width - width));
  const y = Math.max(0, Math.min(from.y, picture.height - height));
  return { x, y, width, height, lines, size, padding };
};

const broken = (context, words, width) => {
  const lines = [""];
  for (const word of words.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (!lines.at(-1) || context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
};

const draw = { arrow, box, text, hide };
