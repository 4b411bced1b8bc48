// data-earlier: a link to the page with the earlier messages; they are put before those shown, and the focus on the first.
const bring = async (link) => {
  const page = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
  const older = [...page.querySelectorAll("#last .conversation > li")];
  const list = document.querySelector("#last .conversation");
  const here = list.firstElementChild;
  const top = here.getBoundingClientRect().top;
  const days = new Set(older.map((each) => each.dataset.key));
  if (days.has(here.dataset.key)) here.remove(); // the day goes on
  list.prepend(...older);
  const next = page.querySelector("[data-earlier]");
  if (next) link.href = next.href;
  else link.closest("p").remove();
  const mark = here.isConnected ? here : older.at(-1);
  scrollBy({ top: mark.getBoundingClientRect().top - top, behavior: "instant" });
  older.at(-1).tabIndex = -1;
  older.at(-1).focus({ preventScroll: true });
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-earlier]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  bring(link).catch(() => location.assign(link.href));
});
