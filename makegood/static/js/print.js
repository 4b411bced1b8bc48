// data-print: a button that prints the page. It is hidden in the HTML, since without JavaScript it could do nothing.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
