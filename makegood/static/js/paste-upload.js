// data-paste-upload: files pasted anywhere on the page or dropped here join those chosen; each can be taken out again.
const rename = (file, name) => new File([file], name, { type: file.type, lastModified: file.lastModified });

const watch = (drop) => {
  const input = drop.querySelector("input[type=file]");
  const list = drop.querySelector("[data-files]");
  let files = [];
  let pasted = 0;

  const show = () => {
    const transfer = new DataTransfer();
    files.forEach((file) => transfer.items.add(file));
    input.files = transfer.files;
    list.replaceChildren(...files.map(row));
  };
  const row = (file) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--small";
    button.textContent = drop.dataset.remove;
    button.setAttribute("aria-label", `${drop.dataset.remove}: ${file.name}`);
    button.addEventListener("click", () => {
      files = files.filter((kept) => kept !== file);
      show();
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    });
    item.append(file.name, button);
    return item;
  };
  const isKept = (file) => files.some((kept) => kept.name === file.name && kept.size === file.size);
  const add = (added) => {
    const fresh = [...added].filter((file) => !isKept(file));
    files = input.multiple ? [...files, ...fresh] : fresh.slice(-1);
    show();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // Whoever looks at pictures first takes them over here, and gives them back as ready.
  const offer = (offered) => {
    const files = [...offered];
    show(); // the browser has put the chosen ones in the place of those kept
    if (drop.dispatchEvent(new CustomEvent("picture:offered", { detail: { files }, bubbles: true, cancelable: true }))) add(files);
  };

  drop.addEventListener("picture:ready", (event) => add(event.detail.files));
  input.addEventListener("change", () => offer(input.files));
  document.addEventListener("paste", (event) => {
    const pictures = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
    if (!pictures.length) return; // text goes where the cursor is
    event.preventDefault();
    offer(pictures.map((file) => rename(file, `${drop.dataset.pasted} ${++pasted}.${file.type.split("/")[1]}`)));
  });
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.toggleAttribute("data-over", true);
  });
  drop.addEventListener("dragleave", () => drop.removeAttribute("data-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.removeAttribute("data-over");
    offer(event.dataTransfer.files);
  });
  drop.querySelector("[data-paste-hint]").hidden = false;
};

document.querySelectorAll("[data-paste-upload]").forEach(watch);
