// Calls `ask` when the server tells that something changed (data-live-stream, if there is one), and from time to time; less
// often while it tells, for it tells only of what the page is about. `ask` answers false once nobody may ask any more.
const SELDOM_TIMES = 6; // how much rarer, too, a tab in the background asks
const SLOWEST_MS = 300_000;
const SOON_MS = 300; // so that all pages that are told the same do not ask at once
const LEAVES_MS = 10_000; // a tab in the background gives its connection back
const TRIES_AGAIN_MS = 300_000; // a stream that the server would not hold

export const whenTold = (status, ask) => {
  const { liveStream, livePace = 1 } = status.dataset;
  let stream = null;
  let refused = -TRIES_AGAIN_MS;
  let asked = -TRIES_AGAIN_MS;
  let failures = 0;
  let timer = 0;
  let leaving = 0;
  let isOver = false;

  const isTold = () => stream?.readyState === EventSource.OPEN;
  const plan = (pause) => {
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(turn, pause);
  };
  const wait = () => {
    const often = 1000 * document.querySelector("[data-live-seconds]").dataset.liveSeconds;
    plan(Math.min(SLOWEST_MS, often * (document.hidden || isTold() ? SELDOM_TIMES : 1) * 2 ** failures));
  };
  const soon = () => plan(Math.max(SOON_MS * Math.random(), asked + 1000 * livePace - performance.now()));
  const leave = () => {
    stream?.close();
    stream = null;
  };
  const follow = () => {
    if (!liveStream || stream || isOver || document.hidden || performance.now() - refused < TRIES_AGAIN_MS) return;
    stream = new EventSource(liveStream);
    stream.addEventListener("message", soon);
    stream.addEventListener("error", () => {
      if (stream?.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      refused = performance.now();
      leave();
      wait();
    });
  };
  const turn = async () => {
    asked = performance.now();
    try {
      isOver = !(await ask());
      failures = 0;
    } catch {
      failures = Math.min(failures + 1, 8); // no connection, or the site is being upgraded
    }
    if (isOver) {
      leave();
      document.querySelector("[data-live-ended]").hidden = false;
      return;
    }
    follow();
    wait();
  };

  document.addEventListener("visibilitychange", () => {
    clearTimeout(leaving);
    if (document.hidden) leaving = setTimeout(leave, LEAVES_MS);
    else if (!isOver) turn();
  });
  follow();
  wait();
};
