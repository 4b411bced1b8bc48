// data-autosave="URL": posts the form's fields (not its files) to URL when typing pauses, and says so in [data-autosave-status]. The form hears
// save:begun and save:ended (detail: the same for both) around each.
const PAUSE_MS = 900;

const say = (status, text, isFailed = false) => {
  status.toggleAttribute("data-failed", isFailed);
  status.textContent = text;
};

const tell = (form, name, detail) => form.dispatchEvent(new CustomEvent(`save:${name}`, { detail }));

const fieldsOf = (form) => {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  return fields;
};

const post = async (form) => {
  const response = await fetch(form.dataset.autosave, {
    method: "POST",
    body: fieldsOf(form),
    headers: { "X-Requested-With": "autosave" },
    redirect: "manual", // a redirect means the sign-in page: nothing was saved
    keepalive: document.hidden, // outlives the page; browsers limit such a body to 64 kB, so only then
  });
  if (response.type === "opaqueredirect" || response.status === 403) return "signedOut";
  return response.ok ? "saved" : "refused";
};

const watch = (form) => {
  const status = form.querySelector("[data-autosave-status]");
  let timer = 0;
  let saving = Promise.resolve();

  const save = async () => {
    clearTimeout(timer);
    timer = 0;
    say(status, status.dataset.saving);
    const turn = Symbol("save");
    tell(form, "begun", turn);
    const result = await post(form).catch(() => "offline");
    tell(form, "ended", turn);
    if (timer) return; // typing went on meanwhile: the next save will tell
    if (result === "saved") say(status, status.dataset.saved);
    else say(status, `${status.dataset.failedText} ${status.dataset[result]}`, true);
  };
  const saveInTurn = () => (saving = saving.then(save)); // never two at once, so an older text cannot win

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(saveInTurn, PAUSE_MS);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  window.addEventListener("online", () => status.hasAttribute("data-failed") && saveInTurn());
  document.addEventListener("visibilitychange", () => document.hidden && timer && saveInTurn());
};

document.querySelectorAll("form[data-autosave]").forEach(watch);
