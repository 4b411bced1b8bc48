// form[data-keeps="NAME"]: what is typed there outlives a lost connection, a reload and Back, in this tab alone. The form's token
// is kept with it, so that words which did arrive stand in the conversation (data-token) and are not offered again, nor sent twice.
const wasSaid = (token) => document.querySelector(`[data-token="${token}"]`) !== null;

for (const form of document.querySelectorAll("form[data-keeps]")) {
  const place = `words-${form.dataset.keeps}`;
  const [field, token] = [form.elements.body, form.elements.token];
  const line = form.querySelector("[data-kept-words]");
  const say = (name) => {
    for (const sentence of line.querySelectorAll("[data-says]")) sentence.hidden = sentence.dataset.says !== name;
  };
  const forget = () => sessionStorage.removeItem(place);
  const keep = () => {
    if (field.value.trim()) sessionStorage.setItem(place, JSON.stringify({ token: token.value, words: field.value }));
    else forget();
  };

  const kept = JSON.parse(sessionStorage.getItem(place) ?? "null");
  if (kept && wasSaid(kept.token)) forget();
  else if (kept && !field.value.trim()) {
    [field.value, token.value] = [kept.words, kept.token];
    form.closest("details")?.setAttribute("open", "");
    say("kept");
  }

  form.addEventListener("input", keep);
  form.addEventListener("submit", (event) => {
    keep();
    if (navigator.onLine) return;
    event.preventDefault(); // before data-submit-once hears of it: the button stays fresh
    say("offline");
  });
  line.querySelector("button").addEventListener("click", () => {
    [field.value, token.value] = ["", crypto.randomUUID()];
    forget();
    say("");
    field.focus();
  });
}
