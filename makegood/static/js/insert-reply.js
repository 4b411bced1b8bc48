// data-insert-reply: puts the chosen prepared reply where the cursor is, as the server fills it in. Whenever that fails,
// the button does what it does without scripts: the server shows the page again with the words in the field.
const fieldIn = (form) => form.querySelector("textarea");

const filledIn = async (form) => {
  const address = new URL(location.pathname, location.href);
  address.searchParams.set("macro", form.elements.macro.value);
  const answer = await fetch(address, { headers: { "X-Requested-With": "macro" }, redirect: "error" });
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const words = page.getElementById(fieldIn(form).id)?.value;
  if (!words) throw new Error("this reply is not offered any more");
  return words;
};

const insert = (field, words) => {
  field.focus();
  // The old way of editing is the only one that the browser can undo; where it is refused the words are still put in.
  if (!document.execCommand("insertText", false, words)) field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

const watch = (part) => {
  const button = part.querySelector("button");
  const form = part.closest("form");
  button?.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      insert(fieldIn(form), await filledIn(form));
    } catch {
      form.requestSubmit(button);
    }
  });
};

document.querySelectorAll("[data-insert-reply]").forEach(watch);
