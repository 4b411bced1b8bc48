// data-passkey="create" or "get": a form whose hidden field `credential` the browser fills with a passkey. What to ask for stands
// in the JSON block that data-passkey-options names (#id), or is fetched from that address. Hidden where the browser cannot.
const isNamed = !/^[\d.]+$|:/.test(location.hostname); // a passkey belongs to a name, never to a number such as 127.0.0.1
const can = isNamed && Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON && window.PublicKeyCredential.parseRequestOptionsFromJSON);

const optionsOf = async (form) => {
  const from = form.dataset.passkeyOptions;
  if (from.startsWith("#")) return JSON.parse(document.querySelector(from).textContent);
  const answer = await fetch(from, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`No options: ${answer.status}`);
  return (await answer.json()).request_options;
};

const ask = async (form) => {
  const { publicKey } = await optionsOf(form);
  return form.dataset.passkey === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const failed = form.querySelector("[data-passkey-failed]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await ask(form));
      form.submit();
    } catch {
      // Also when the person changed their mind: the browser does not say which.
      failed.hidden = false;
      failed.focus();
    }
  });
  form.hidden = !can;
}

for (const place of document.querySelectorAll("[data-passkey-choice]")) place.hidden &&= !can;
for (const words of document.querySelectorAll("[data-passkey-cannot]")) words.hidden = can;
