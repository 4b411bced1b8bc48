// A cross moved by the arrow keys: Enter begins a mark where it stands, Enter again ends it there. 1 to 4 choose the tool.
const STEP = 6; // CSS pixels; six times as far with Shift
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const isPlain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey;

/** `commands` has the functions choose(index of the tool), remove(), undo() and redo(). */
export const drawByKeyboard = (view, pen, commands) => {
  const { canvas } = view;

  const stand = () => {
    view.cross ??= { x: view.picture.width / 2, y: view.picture.height / 2 };
    view.draw();
  };
  const walk = ([right, down], isFar) => {
    stand();
    const far = (STEP * (isFar ? 6 : 1)) / view.scale;
    view.cross = view.inside({ x: view.cross.x + right * far, y: view.cross.y + down * far });
    if (pen.isDrawing) pen.stretch(view.cross);
    view.draw();
    keepInSight(view);
  };
  const press = () => {
    stand();
    if (pen.isDrawing) pen.end(view.cross);
    else pen.begin(view.cross);
  };

  canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && stand());
  canvas.addEventListener("blur", () => {
    if (pen.isDrawing) return; // the words of a text are being typed
    view.cross = null;
    view.draw();
  });
  canvas.addEventListener("keydown", (event) => {
    if (!isPlain(event) || !view.picture) return;
    if (event.key in WAYS) walk(WAYS[event.key], event.shiftKey);
    else if (event.key === "Enter" || event.key === " ") press();
    else if (event.key === "Delete" || event.key === "Backspace") commands.remove();
    else if (/^[1-4]$/.test(event.key)) commands.choose(Number(event.key) - 1);
    else return;
    event.preventDefault();
  });
  canvas.closest("dialog").addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.matches("input")) return;
    const key = event.key.toLowerCase();
    if (key === "y" || (key === "z" && event.shiftKey)) commands.redo();
    else if (key === "z") commands.undo();
    else return;
    event.preventDefault();
  });
};

const keepInSight = ({ cross, scale, frame, canvas }) => {
  const margin = 40;
  const x = cross.x * scale + canvas.offsetLeft;
  const y = cross.y * scale + canvas.offsetTop;
  const { scrollLeft, scrollTop, clientWidth, clientHeight } = frame;
  frame.scrollTo({
    left: Math.min(Math.max(scrollLeft, x + margin - clientWidth), x - margin),
    top: Math.min(Math.max(scrollTop, y + margin - clientHeight), y - margin),
    behavior: "instant",
  });
};
