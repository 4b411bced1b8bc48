// Mouse, finger and pen. One finger draws; two are the browser's own zoom, which takes the first one's mark back.
export const drawByPointer = (view, pen) => {
  const { canvas } = view;
  let pointer = null;

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary || !view.picture || pen.tool === "text") return;
    view.cross = null;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    pen.begin(view.pointAt(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId === pointer) pen.stretch(view.pointAt(event));
  });
  canvas.addEventListener("pointerup", (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    pen.end(view.pointAt(event));
  });
  canvas.addEventListener("pointercancel", (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    if (pen.isDrawing) pen.abandon();
  });
  // A text begins with the click, which comes last: before it the browser would take the focus from the field again.
  canvas.addEventListener("click", (event) => {
    if (pen.tool !== "text" || !view.picture) return;
    const at = view.pointAt(event);
    const under = view.markAt(at);
    if (pen.isDrawing) pen.endWords();
    if (under?.kind === "text") pen.select(under);
    else pen.begin(at);
  });
};
