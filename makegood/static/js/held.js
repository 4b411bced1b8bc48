// [data-live-held]: a list that changes at once only in its place. What came, went or moved waits behind [data-live-show],
// so that nothing moves under the pointer or the focus.
const button = document.querySelector("[data-live-show] button");
const held = new Map(); // what waits, by the id of its part

const entries = (part) => [...part.querySelectorAll("[data-key]")];
const order = (part) => [...part.querySelectorAll("[data-key], [id]")].map((each) => each.dataset.key ?? each.id).join(" ");
const news = (part) => {
  const known = new Set(entries(document.getElementById(part.id)).map((each) => each.dataset.key));
  return entries(part).filter((each) => !known.has(each.dataset.key));
};
const tell = () => {
  const count = [...held.values()].flatMap(news).length;
  button.hidden = !held.size;
  button.querySelector("[data-live-count]").textContent = count ? `(${count})` : "";
};

const showHeld = () => {
  const fresh = [...held.values()].flatMap(news);
  for (const [id, part] of held) document.getElementById(id).replaceWith(part);
  const shown = held.values().next().value;
  held.clear();
  tell();
  for (const { dataset } of document.querySelectorAll("[data-seen-up-to]")) {
    for (const field of document.querySelectorAll("[name=seen_up_to]")) field.value = dataset.seenUpTo;
  }
  for (const each of fresh) each.classList.add("is-new");
  const first = fresh[0] ?? shown;
  first.tabIndex = -1;
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "nearest" });
};

// `replace` takes an old entry and the fresh one in its place.
export const hold = (old, fresh, replace) => {
  if (order(old) === order(fresh)) {
    held.delete(fresh.id);
    const now = entries(fresh);
    entries(old).forEach((each, place) => replace(each, now[place]));
  } else held.set(fresh.id, fresh);
  tell();
};

button?.addEventListener("click", showHeld);
