// form[data-lease]: whoever works on the page keeps the request; once it is lost the page says so, and takes nothing away.
const PAUSE = 60_000;
const form = document.querySelector("form[data-lease]");
const words = form.querySelector("[data-lease-words]");
let kept = Date.now();
let isLost = false;

const keep = async () => {
  if (isLost || Date.now() - kept < PAUSE) return;
  kept = Date.now();
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
    });
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return; // signed out: the next form says so
    words.textContent = (await answer.json()).words;
    isLost = !answer.ok;
    words.classList.toggle("soft", !isLost);
    words.classList.toggle("lease--lost", isLost);
  } catch {
    kept = 0; // no connection: the next key or click tries again
  }
};

for (const kind of ["input", "keydown", "pointerdown", "scroll"]) document.addEventListener(kind, keep, { passive: true });
form.querySelector("button").hidden = true;
