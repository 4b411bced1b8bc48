// data-pictures: files chosen, pasted anywhere on the page or dropped here are offered to whoever wants to look at them, and are else ready.
import { offer } from "./handing.js";

const rename = (file, name) => new File([file], name, { type: file.type, lastModified: file.lastModified });

const watch = (area) => {
  const input = area.querySelector("input[type=file]");
  let pasted = 0;

  const give = (given) => {
    const files = [...given];
    if (files.length) offer(area, files);
  };
  const giveChosen = () => {
    give(input.files);
    input.value = ""; // they are sent in pieces, so the form must not send them again
  };

  input.addEventListener("change", giveChosen);
  document.addEventListener("paste", (event) => {
    const pictures = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
    if (!pictures.length) return; // text goes where the cursor is
    event.preventDefault();
    give(pictures.map((file) => rename(file, `${area.dataset.pasted} ${++pasted}.${file.type.split("/")[1]}`)));
  });
  area.addEventListener("dragover", (event) => {
    event.preventDefault();
    area.toggleAttribute("data-over", true);
  });
  area.addEventListener("dragleave", () => area.removeAttribute("data-over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    area.removeAttribute("data-over");
    give(event.dataTransfer.files);
  });
  area.toggleAttribute("data-gives", true); // from now on the input is empty whatever was chosen
  area.querySelector("[data-paste-hint]").hidden = false;
  // Files chosen while the page was still loading; by then whoever wants to look at them listens too.
  document.addEventListener("DOMContentLoaded", giveChosen);
};

document.querySelectorAll("[data-pictures]").forEach(watch);
