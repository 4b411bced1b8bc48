// data-earlier: a link to the page with the earlier messages; they are put before those shown, and the focus goes to the last of them.
const bring = async (link) => {
  const page = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
  const older = [...page.querySelectorAll("#last .conversation > li")];
  const last = older.at(-1); // none when the page is the one to sign in: the link leads there
  const list = document.querySelector("#last .conversation");
  const first = list.firstElementChild;
  if (older.some((each) => each.dataset.key === first.dataset.key)) first.remove(); // the day goes on
  last.tabIndex = -1;
  list.prepend(...older);
  last.focus();
  const next = page.querySelector("[data-earlier]");
  if (next) link.href = next.href;
  else link.closest("p").remove();
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-earlier]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  bring(link).catch(() => location.assign(link.href));
});
