// How pictures go to and fro, by events on a place with data-pictures that carry detail.files. `picture:offered` asks
// whether somebody wants to look at the files first: who does calls preventDefault. `picture:ready` gives them to whoever
// uploads them.
const tell = (area, name, files) =>
  area.dispatchEvent(new CustomEvent(name, { detail: { files }, bubbles: true, cancelable: true }));

export const handOn = (area, files) => tell(area, "picture:ready", files);

export const offer = (area, files) => {
  if (tell(area, "picture:offered", files)) handOn(area, files);
};
