// data-submit-once: a second press of the button sends nothing. The button stays enabled, so its value is sent with the form.
const markSent = (form, isSent) => {
  form.toggleAttribute("data-sent", isSent);
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    if (isSent) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
};

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-submit-once]");
  if (!form) return;
  if (form.hasAttribute("data-sent")) event.preventDefault();
  else if (!event.defaultPrevented) markSent(form, true);
});

// Coming back with the Back button restores the page as it was left: with its buttons spent.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach((form) => markSent(form, false));
});
