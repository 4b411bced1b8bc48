// The file that is handed on: the one given, untouched, where nothing was drawn; else a new one at the picture's full size.
import { drawMarks } from "./drawing.js";

const JPEG_QUALITY = 0.92;

/** A File. Throws where the browser has no memory for a picture of this size. */
export const exported = async ({ file, marks }, { inks, mostBytes }) => {
  if (!marks.all.length) return file;
  const canvas = await drawn(file, marks, inks);
  const isPhoto = file.type === "image/jpeg";
  let blob = await encoded(canvas, isPhoto ? "image/jpeg" : "image/png");
  if (blob.size > mostBytes) blob = await encoded(canvas, "image/jpeg"); // a PNG of a photograph is many times the size
  const ending = blob.type === "image/jpeg" ? "jpg" : "png";
  return new File([blob], `${file.name.replace(/\.[^.]*$/, "")}.${ending}`, { type: blob.type });
};

const drawn = async (file, marks, inks) => {
  const picture = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  drawMarks(context, marks.all, { picture, inks });
  picture.close();
  return canvas;
};

const encoded = async (canvas, type) => {
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, JPEG_QUALITY));
  if (!blob) throw new Error(`${canvas.width} by ${canvas.height} pixels are too many for this browser`);
  return blob;
};
