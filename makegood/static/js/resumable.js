// upload:start on an element (detail: file, begin, csrf, url or null) sends the file in pieces (tus 1.0), one file after the other; the element
// hears upload:begun {url}, upload:moved {sent}, upload:waiting, upload:refused {sentence, status}, upload:arrived. upload:stop gives it up.
const PIECE = 256 * 1024;
const LONGEST_PAUSE_MS = 30_000;
const running = new WeakMap();
let last = Promise.resolve();

class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const inBase64 = (text) => base64(new TextEncoder().encode(text));
const tell = (element, name, detail) => element.dispatchEvent(new CustomEvent(`upload:${name}`, { detail }));

const ask = async (method, url, job, headers = {}, body = null) => {
  const response = await fetch(url, {
    method,
    body,
    headers: { "Tus-Resumable": "1.0.0", "X-CSRFToken": job.csrf, "X-Requested-With": "autosave", ...headers },
    signal: job.control.signal,
  });
  if (response.ok) return response;
  // What passes with time: a busy server, too many at once, a piece that is there already or was changed on its way.
  if (response.status >= 500 || [408, 409, 429, 460].includes(response.status)) throw new Error(response.status);
  const isSentence = response.headers.get("Content-Type")?.startsWith("text/plain");
  throw new Refused(isSentence ? await response.text() : "", response.status);
};

const begin = async (job) => {
  const name = `filename ${inBase64(job.file.name)},modified ${inBase64(String(job.file.lastModified))}`;
  const response = await ask("POST", job.begin, job, { "Upload-Length": job.file.size, "Upload-Metadata": name });
  return response.headers.get("Location");
};

const checksum = async (piece) => {
  if (!crypto.subtle) return {}; // without TLS there is none; the length is compared anyway
  const digest = await crypto.subtle.digest("SHA-256", await piece.arrayBuffer());
  return { "Upload-Checksum": `sha256 ${base64(new Uint8Array(digest))}` };
};

const sendFrom = async (offset, element, job) => {
  const type = { "Content-Type": "application/offset+octet-stream" };
  tell(element, "moved", { sent: offset });
  while (offset < job.file.size) {
    const piece = job.file.slice(offset, offset + PIECE);
    const headers = { ...type, ...(await checksum(piece)), "Upload-Offset": offset };
    const response = await ask("PATCH", job.url, job, headers, piece);
    offset = Number(response.headers.get("Upload-Offset"));
    job.failures = 0;
    tell(element, "moved", { sent: offset });
  }
};

const pause = (job) =>
  new Promise((resolve) => {
    const wait = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** job.failures++) * (0.75 + Math.random() / 2);
    setTimeout(resolve, wait);
    window.addEventListener("online", resolve, { once: true });
    job.control.signal.addEventListener("abort", resolve, { once: true });
  });

const attempt = async (element, job) => {
  while (!job.control.signal.aborted) {
    try {
      if (!job.url) tell(element, "begun", { url: (job.url = await begin(job)) });
      const there = await ask("HEAD", job.url, job);
      await sendFrom(Number(there.headers.get("Upload-Offset")), element, job);
      return tell(element, "arrived");
    } catch (why) {
      if (job.control.signal.aborted) return;
      if (why instanceof Refused) return tell(element, "refused", { sentence: why.message, status: why.status });
      tell(element, "waiting");
      await pause(job);
    }
  }
};

const send = async (element, job) => {
  const isOffline = () => tell(element, "waiting"); // said at once, before the piece that is on its way gives up
  window.addEventListener("offline", isOffline);
  await attempt(element, job);
  window.removeEventListener("offline", isOffline);
};

document.addEventListener("upload:start", ({ target, detail }) => {
  const job = { ...detail, control: new AbortController(), failures: 0 };
  running.set(target, job);
  last = last.then(() => send(target, job));
});

document.addEventListener("upload:stop", ({ target }) => {
  const job = running.get(target);
  job.control.abort();
  if (job.url) ask("DELETE", job.url, { ...job, control: new AbortController() }).catch(() => {}); // else it is swept
});
