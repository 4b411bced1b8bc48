// data-pictures: files chosen, pasted anywhere on the page or dropped here are offered (picture:offered); nobody stops it: they are ready.
const rename = (file, name) => new File([file], name, { type: file.type, lastModified: file.lastModified });

const watch = (area) => {
  const input = area.querySelector("input[type=file]");
  let pasted = 0;

  const tell = (name, files) =>
    area.dispatchEvent(new CustomEvent(name, { detail: { files }, bubbles: true, cancelable: true }));
  const offer = (given) => {
    const files = [...given];
    if (files.length && tell("picture:offered", files)) tell("picture:ready", files);
  };

  input.addEventListener("change", () => {
    offer(input.files);
    input.value = ""; // they are sent in pieces, so the form must not send them again
  });
  document.addEventListener("paste", (event) => {
    const pictures = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
    if (!pictures.length) return; // text goes where the cursor is
    event.preventDefault();
    offer(pictures.map((file) => rename(file, `${area.dataset.pasted} ${++pasted}.${file.type.split("/")[1]}`)));
  });
  area.addEventListener("dragover", (event) => {
    event.preventDefault();
    area.toggleAttribute("data-over", true);
  });
  area.addEventListener("dragleave", () => area.removeAttribute("data-over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    area.removeAttribute("data-over");
    offer(event.dataTransfer.files);
  });
  area.querySelector("[data-paste-hint]").hidden = false;
};

document.querySelectorAll("[data-pictures]").forEach(watch);
