// data-capture: takes one picture of a window or of the screen that its owner chooses, and offers it like any other.
import { offer } from "../handing.js";
import { filled } from "../words.js";

const SETTLING_MS = 300; // the browser's own picker still fades from the screen
const COUNTDOWN_S = 5; // for a whole screen: time to bring the program to the front
const isPossible = window.isSecureContext && "getDisplayMedia" in (navigator.mediaDevices ?? {});
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let taken = 0;

const choose = () => {
  const wanted = { video: true, audio: false, selfBrowserSurface: "exclude", surfaceSwitching: "exclude" };
  if ("CaptureController" in window) {
    wanted.controller = new CaptureController();
    wanted.controller.setFocusBehavior("no-focus-change"); // the form stays in front
  }
  return navigator.mediaDevices.getDisplayMedia(wanted);
};

const pictureOf = async (stream) => {
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = stream;
  await video.play();
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  video.srcObject = null;
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
};

const capture = async (button, say) => {
  const stream = await choose();
  try {
    const [track] = stream.getVideoTracks();
    if (track.getSettings().displaySurface === "monitor") {
      for (let left = COUNTDOWN_S; left; left -= 1) {
        say(filled(button.dataset.countdown, { seconds: left }));
        await wait(1000);
      }
    } else await wait(SETTLING_MS);
    return await pictureOf(stream);
  } finally {
    stream.getTracks().forEach((track) => track.stop());
  }
};

const watch = (place) => {
  const button = place.querySelector("button");
  const said = place.querySelector("[role=status]");
  const say = (sentence) => (said.textContent = sentence);
  let isBusy = false;

  button.addEventListener("click", async () => {
    if (isBusy) return;
    isBusy = true;
    say("");
    try {
      const blob = await capture(button, say);
      say("");
      const file = new File([blob], filled(button.dataset.name, { number: (taken += 1) }), { type: blob.type });
      offer(button.closest("[data-pictures]"), [file]);
    } catch (error) {
      say(error.name === "NotAllowedError" ? button.dataset.refused : button.dataset.failed);
    } finally {
      isBusy = false;
    }
  });
  place.hidden = false;
};

if (isPossible) document.querySelectorAll("[data-capture]").forEach(watch);
