// data-answer: when htmx brings the policy's new answer, the bar stays open if it was, and a changed line is read out.
const lineOf = (aside) => aside.querySelector("[data-answer-line]")?.textContent.trim();

for (const aside of document.querySelectorAll("[data-answer]")) {
  let isOpen = false;
  let line = lineOf(aside);

  aside.addEventListener("htmx:beforeSwap", () => {
    isOpen = aside.querySelector("details")?.open ?? false;
  });
  aside.addEventListener("htmx:afterSwap", () => {
    aside.querySelector("details")?.toggleAttribute("open", isOpen);
    const status = aside.querySelector("[role=status]");
    if (status && lineOf(aside) !== line) status.textContent = line = lineOf(aside);
  });
}
