// How pictures go to and fro: `picture:offered` on a place with data-pictures asks whether somebody wants to look at the files first,
// and who does calls preventDefault; `picture:ready` on the same place gives files to whoever uploads them. Both carry detail.files.
const tell = (area, name, files) => area.dispatchEvent(new CustomEvent(name, { detail: { files }, bubbles: true, cancelable: true }));

export const handOn = (area, files) => tell(area, "picture:ready", files);

export const offer = (area, files) => {
  if (tell(area, "picture:offered", files)) handOn(area, files);
};
