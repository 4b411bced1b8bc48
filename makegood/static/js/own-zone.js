// data-own-zone: a list of time zones; offers the one that the device is set to, and takes it only when the button is pressed.
const zones = document.querySelector("[data-own-zone]");
const offer = document.querySelector("[data-zone-offer]");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
// Browsers call some zones by an older name (Europe/Kiev), and every name of one alike.
const asBrowserSays = (zone) => new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
const option = zones && [...zones.options].find((each) => each.value === own || asBrowserSays(each.value) === own);

if (offer && option && !option.selected) {
  offer.querySelector("[data-zone-name]").textContent = option.text;
  offer.querySelector("button").addEventListener("click", () => {
    option.selected = true;
    offer.hidden = true;
    zones.focus();
  });
  offer.hidden = false;
}
