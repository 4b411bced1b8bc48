// A picture that somebody gave, with its marks. Only the one on the screen is decoded in full; the others keep a thumbnail.
import { Marks } from "./marks.js";

const TYPES = new Set(["image/png", "image/jpeg", "image/webp"]); // others pass unseen: the desk says of each why it is refused
const THUMBNAIL_WIDTH = 144;

export const isPicture = (file) => TYPES.has(file.type);

/** {file, marks, thumbnail}, or null for a file that is no picture whatever its name says. */
export const pictureOf = async (file) => {
  try {
    const thumbnail = await createImageBitmap(file, { resizeWidth: THUMBNAIL_WIDTH, resizeQuality: "medium" });
    return { file, marks: new Marks(), thumbnail };
  } catch {
    return null;
  }
};
