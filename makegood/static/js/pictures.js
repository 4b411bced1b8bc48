// data-pictures: files that are ready (picture:ready) are sent, each with its progress, its refusal and a way to cancel; then the list is renewed.
import { filled } from "./words.js";

const megabytes = (bytes) => `${(bytes / 1024 ** 2).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} MB`;

const watch = (area) => {
  const { dataset } = area;
  const form = area.closest("form");
  const input = area.querySelector("input[type=file]");
  const rows = area.querySelector("[data-sending]");
  const status = area.querySelector("[data-pictures-said]");
  const list = () => area.querySelector("[data-picture-list]");
  const count = (state) => list().querySelectorAll(`[data-state=${state}]`).length;
  const isSending = () => rows.querySelector("[data-url]") !== null;
  let goesOnWith = null;
  let checked = count("checked");
  let checking = count("checking");

  // What also stands beside a file is only read out.
  const say = (words, isShown = false) => {
    status.classList.toggle("visually-hidden", !isShown);
    status.textContent = words;
  };
  const renew = () => document.body.dispatchEvent(new Event("pictures:changed"));
  const goOn = () => {
    if (!goesOnWith || isSending()) return;
    const button = goesOnWith;
    goesOnWith = null;
    form.requestSubmit(button);
  };

  // The same file chosen once more goes on where it stopped.
  const begunBefore = (file) =>
    [...list().querySelectorAll("[data-upload]")].find(
      ({ dataset: known }) =>
        known.name === file.name && Number(known.size) === file.size && Number(known.modified) === file.lastModified,
    );

  const start = (file) => {
    const row = area.querySelector("[data-sending-row]").content.firstElementChild.cloneNode(true);
    const bar = row.querySelector("progress");
    const said = row.querySelector("[data-said]");
    const known = begunBefore(file);
    row.dataset.url = known?.dataset.upload ?? "";
    known?.remove();
    row.querySelectorAll("[data-name]").forEach((place) => (place.textContent = file.name));
    bar.setAttribute("aria-label", file.name);
    const end = (words) => {
      delete row.dataset.url;
      bar.remove();
      said.textContent = words;
      goOn();
    };
    const moved = (sent) => {
      bar.value = sent / file.size;
      said.textContent = filled(dataset.saidSending, { sent: megabytes(sent), size: megabytes(file.size) });
    };
    row.addEventListener("upload:begun", ({ detail }) => (row.dataset.url = detail.url));
    row.addEventListener("upload:moved", ({ detail }) => moved(detail.sent));
    row.addEventListener("upload:waiting", () => {
      if (said.textContent === dataset.saidOffline) return; // said once, not at every try
      say((said.textContent = dataset.saidOffline));
    });
    row.addEventListener("upload:arrived", () => {
      row.dataset.arrived = "";
      row.querySelector("[data-cancel]").remove();
      say(filled(dataset.saidArrived, { name: file.name }));
      end(dataset.saidChecking);
      renew();
    });
    row.addEventListener("upload:refused", ({ detail }) => {
      if (detail.status === 404 && bar.value === 1) return row.dispatchEvent(new CustomEvent("upload:arrived"));
      row.toggleAttribute("data-refused", true);
      say(detail.status === 403 ? dataset.saidSignedOut : detail.sentence);
      goesOnWith = null; // it is to be read first
      end(status.textContent);
    });
    row.querySelector("[data-cancel]").addEventListener("click", () => {
      if ("url" in row.dataset) row.dispatchEvent(new CustomEvent("upload:stop", { bubbles: true }));
      row.remove();
      say("");
      input.focus();
      goOn();
    });
    rows.append(row);
    moved(0);
    const detail = {
      file,
      begin: dataset.uploads,
      url: known?.dataset.upload,
      csrf: form.querySelector("[name=csrfmiddlewaretoken]").value,
    };
    row.dispatchEvent(new CustomEvent("upload:start", { detail, bubbles: true }));
  };

  area.addEventListener("picture:ready", ({ detail }) => detail.files.forEach(start));
  form.addEventListener(
    "submit",
    (event) => {
      if (!isSending()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      goesOnWith = event.submitter;
      say(dataset.saidWaiting, true);
    },
    { capture: true },
  );
  area.addEventListener("htmx:afterSwap", () => {
    rows.querySelectorAll("[data-arrived]").forEach((row) => row.remove());
    const sending = [...rows.querySelectorAll("[data-url]")].map((row) => row.dataset.url);
    list().querySelectorAll("[data-upload]").forEach((row) => sending.includes(row.dataset.upload) && row.remove());
    if (checking && !count("checking")) {
      const refused = [...list().querySelectorAll("[data-state=refused] .shot__why")].map((why) => why.textContent);
      say([dataset.saidChecked, ...refused].join(" "));
    }
    checking = count("checking");
    // The policy's answer may depend on how many pictures there are.
    if (checked !== count("checked")) input.dispatchEvent(new Event("input", { bubbles: true }));
    checked = count("checked");
  });
  document.querySelectorAll("[data-plain]").forEach((button) => (button.hidden = true));
};

document.querySelectorAll("[data-pictures]").forEach(watch);
