// data-looking="URL": says every data-looking-seconds that this page is open, and shows who else has it open, as the server
// says it. A tab in the background says nothing, so its reader counts as gone until they come back.
const status = document.querySelector("[data-looking]");
const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
let timer = 0;

const ask = async () => {
  const headers = { "X-CSRFToken": token, "X-Requested-With": "looking" };
  const answer = await fetch(status.dataset.looking, { method: "POST", headers, redirect: "error" });
  if (!answer.ok) throw new Error(answer.statusText);
  const words = await answer.text();
  // Written only when it changed, so that it is not read out over and over.
  if (words !== status.textContent.trim()) status.textContent = words;
};

const turn = async () => {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    await ask();
  } catch {
    status.textContent = ""; // better nobody than somebody who may have gone
  }
  timer = setTimeout(turn, 1000 * status.dataset.lookingSeconds);
};

document.addEventListener("visibilitychange", turn);
turn();
