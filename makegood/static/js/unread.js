// [data-reference]: marks the messages that came since this browser last showed the conversation.
const talk = document.querySelector("[data-reference]");
const place = `read-${talk.dataset.reference}`;
const number = (entry) => Number(entry.dataset.key.split("-")[1]);
const messages = () => [...talk.querySelectorAll("[data-key^=message-]")];
const newest = () => Math.max(0, ...messages().map(number));
const read = Number(localStorage.getItem(place) ?? newest()); // on the first visit nothing is news yet

const mark = () => {
  for (const entry of messages().filter((each) => number(each) > read)) {
    entry.querySelector(".said__new")?.removeAttribute("hidden");
  }
  if (!document.hidden) localStorage.setItem(place, newest());
};

document.addEventListener("live", mark);
document.addEventListener("visibilitychange", mark);
mark();
