// The field in which the words of a text are typed; they appear on the picture meanwhile.
export const writeWords = (form, pen, canvas) => {
  const field = form.querySelector("input");

  const close = () => {
    if (form.hidden) return;
    form.hidden = true;
    canvas.focus();
  };
  const finish = () => {
    if (form.hidden) return;
    close();
    pen.endWords();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    finish();
  });
  field.addEventListener("input", () => pen.write(field.value));
  return {
    open: () => {
      field.value = "";
      form.hidden = false;
      field.focus();
    },
    close,
    /** Keeps what is written so far, if a text is being written. */
    finish,
  };
};
