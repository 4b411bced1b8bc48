// data-live="URL": keeps the page's [data-live-part]s as the server has them. Never touches what is being typed or what
// has the focus, keeps the place on the screen, and says one sentence about what is new. What a [data-live-held] would move waits.
import { hold } from "./held.js";
import { whenTold } from "./told.js";

const status = document.querySelector("[data-live]");
let version = status.dataset.liveVersion ?? "";
let isBehind = false; // something kept its old words because it has the focus

const hasFocus = (element) => element.contains(document.activeElement);
const keyed = (root) => new Map([...root.querySelectorAll("[data-key]")].map((each) => [each.dataset.key, each]));

const replace = (old, fresh) => {
  if (old.isEqualNode(fresh)) return;
  if (hasFocus(old)) isBehind = true;
  else old.replaceWith(fresh);
};
const renewEntries = (old, fresh) => {
  const there = keyed(old);
  let last = null;
  for (const [key, entry] of keyed(fresh)) {
    const known = there.get(key);
    if (!known) last ? last.after(entry) : old.querySelector("[data-key]").before(entry);
    else replace(known, entry);
    last = known?.isConnected ? known : entry;
  }
};
const renew = (old, fresh) => {
  const folds = fresh.querySelectorAll("details");
  old.querySelectorAll("details").forEach((fold, place) => folds[place]?.toggleAttribute("open", fold.open));
  if (old.isEqualNode(fresh)) return;
  if (keyed(old).size && keyed(fresh).size) renewEntries(old, fresh);
  else replace(old, fresh);
};
// What the reader looks at stays where it is on the screen, whatever grew above it. Browsers that anchor the place do most
// of it by themselves, a moment later.
const keepingThePlace = (change) => {
  if (!scrollY) return change();
  const focused = document.activeElement;
  const held = focused === document.body ? document.elementFromPoint(innerWidth / 2, innerHeight / 3) : focused;
  const part = held.closest("[data-live-part]")?.id;
  const before = held.getBoundingClientRect().top;
  change();
  const settle = () => {
    const now = held.isConnected ? held : document.getElementById(part);
    scrollBy({ top: now.getBoundingClientRect().top - before, behavior: "instant" });
  };
  if (CSS.supports("overflow-anchor", "auto")) requestAnimationFrame(() => requestAnimationFrame(settle));
  else settle();
};
const put = (part) => {
  const old = document.getElementById(part.id);
  if ("liveHeld" in part.dataset) hold(old, part, replace);
  else renew(old, part);
};
const show = (html) => {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const known = keyed(document);
  const headline = document.querySelector("h1").textContent;
  keepingThePlace(() => {
    fresh.querySelectorAll("[data-live-part]").forEach(put);
    document.dispatchEvent(new Event("live"));
  });
  const now = document.querySelector("h1").textContent;
  const news = [...document.querySelectorAll("[data-news]")].filter((each) => !known.has(each.dataset.key)).pop();
  document.title = document.title.replace(headline, now);
  status.textContent = news?.dataset.news ?? (now === headline ? "" : now);
};
const ask = async () => {
  const headers = { "If-None-Match": version, "X-Requested-With": "live" };
  const answer = await fetch(status.dataset.live, { headers, cache: "no-store", redirect: "manual" });
  if (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status)) return false;
  if (answer.status !== 304 && !answer.ok) throw new Error(answer.statusText);
  isBehind &&= !answer.ok;
  if (answer.ok) show(await answer.text());
  version = isBehind ? "" : (answer.headers.get("ETag") ?? version);
  return true;
};

whenTold(status, ask);
