// data-in-turn: the form is sent when what it saved by itself before has arrived, else an older choice that is saved late would win.
const LONGEST_MS = 4000; // a line that hangs keeps nobody longer who wants to go on

const said = (form) =>
  new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string")).toString();

const watch = (form) => {
  const saving = new Map(); // what is on its way, and what the form said when it went
  let waiting = null;

  const isOlderOnItsWay = () => [...saving.values()].some((was) => was !== said(form));
  const send = () => {
    const { submitter, timer } = waiting;
    clearTimeout(timer);
    saving.clear();
    waiting = null;
    form.requestSubmit(submitter);
  };
  const begun = (key) => saving.set(key, said(form));
  const ended = (key) => {
    saving.delete(key);
    if (waiting && !isOlderOnItsWay()) send();
  };

  form.addEventListener("save:begun", ({ detail }) => begun(detail));
  form.addEventListener("save:ended", ({ detail }) => ended(detail));
  form.addEventListener("htmx:beforeRequest", ({ target, detail }) => target === form && begun(detail.xhr));
  form.addEventListener("htmx:afterRequest", ({ target, detail }) => target === form && ended(detail.xhr));
  form.addEventListener(
    "submit",
    (event) => {
      if (!waiting && !isOlderOnItsWay()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting = { submitter: event.submitter, timer: waiting?.timer ?? setTimeout(send, LONGEST_MS) };
    },
    { capture: true },
  );
};

document.querySelectorAll("form[data-in-turn]").forEach(watch);
