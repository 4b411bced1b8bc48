// data-problem: the error summary takes the focus when the page arrives with errors, or when htmx brings one.
const focusProblem = (root) => root.querySelector("[data-problem]")?.focus();

focusProblem(document);
document.addEventListener("htmx:afterSwap", (event) => focusProblem(event.target));
