// A picture that somebody gave, with its marks. Only the one on the screen is decoded in full; the others keep a thumbnail.
import { Marks } from "./marks.js";

// Others pass unseen: the desk says of each why it is refused.
const TYPES = new Set(["image/png", "image/jpeg", "image/webp"]);
const THUMBNAIL_WIDTH = 144;

export const isPicture = (file) => TYPES.has(file.type);

/** {file, marks, size, thumbnail}; null for what is no picture whatever its name says, or too large for this browser. */
export const pictureOf = async (file) => {
  try {
    const whole = await createImageBitmap(file);
    const size = { width: whole.width, height: whole.height };
    const thumbnail = await createImageBitmap(whole, { resizeWidth: THUMBNAIL_WIDTH, resizeQuality: "medium" });
    whole.close();
    return { file, marks: new Marks(), size, thumbnail };
  } catch {
    return null;
  }
};

/** Every file with its picture, or null; one after the other, for a photograph takes 50 MB while it is decoded. */
export const lookedAt = async (files) => {
  const looked = [];
  for (const file of files) looked.push([file, isPicture(file) ? await pictureOf(file) : null]);
  return looked;
};
