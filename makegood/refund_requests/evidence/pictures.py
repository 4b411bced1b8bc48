"""PNG, JPEG and WebP: decoded, stood upright and written anew, with few copies of the pixels in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from makegood.refund_requests.evidence.refusals import Refusal, Refused

MAX_PIXELS = 40_000_000
PIXEL_BYTES = 170 * 1024**2
"""What the copies of the pixels may take at once."""
HEADER_BYTES = 30
THUMBNAIL = (416, 416)
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_OPTIONS: dict[str, dict[str, Any]] = {
    "PNG": {},
    "JPEG": {"quality": 90},
    "WEBP": {"quality": 90, "method": 2},
}
_KEPT_MODES = {
    "PNG": {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"},
    "JPEG": {"L", "RGB"},
    "WEBP": {"RGB", "RGBA"},
}
_ORIENTATION = 0x0112


def clean(source: Path, target: Path, folder: Path) -> dict[str, object]:
    """Write the pixels of `source` to `target`, small ones to `folder`, and describe them. Raises Refused."""
    image, image_format = _read(source)
    write_thumbnail(image, folder, page=1)
    try:
        image.save(target, format=image_format, **_OPTIONS[image_format])
    except ValueError:
        # So the encoder of WebP says that its memory ran out.
        raise Refused(Refusal.TOO_HARD) from None
    return {
        "content_type": FORMATS[image_format],
        "width": image.width,
        "height": image.height,
        "pages": 1,
        "thumbnails": 1,
    }


def _read(source: Path) -> tuple[Image.Image, str]:
    """The pixels and nothing else, upright, in a mode that their format is written in."""
    Image.MAX_IMAGE_PIXELS = None  # counted here, by what each format needs
    with source.open("rb") as file:
        head = file.read(HEADER_BYTES)
    # The decoder of WebP takes all its memory on opening, so its header is looked at first.
    _require_room(_webp_pixels(head), _WEBP_CLEAR_BYTES if _webp_may_be_clear(head) else _WEBP_BYTES)
    try:
        # Only these decoders are ever tried: each other format is one more parser to attack.
        with Image.open(source, formats=list(FORMATS)) as opened:
            # Phones put several pictures into one JPEG; the first is the photograph.
            image_format = "JPEG" if opened.format == "MPO" else str(opened.format)
            _decode(opened, image_format)
            return _bare(opened, image_format), image_format
    except UnidentifiedImageError:
        raise Refused(Refusal.NOT_A_PICTURE) from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise Refused(Refusal.BROKEN) from None


_WEBP_BYTES, _WEBP_CLEAR_BYTES = 13, 18
"""A pixel: two frames of the decoder, and what it hands over; with transparency the encoder takes more."""


def _webp_may_be_clear(head: bytes) -> bool:
    """Whether a WebP says that it has transparency, or is of the kind that always may."""
    return head[12:16] == b"VP8L" or (head[12:16] == b"VP8X" and bool(head[20] & 0x10))


def _webp_pixels(head: bytes) -> int:
    """How large a WebP says it is; 0 for other files."""
    if len(head) < HEADER_BYTES or head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return 0
    match head[12:16]:
        case b"VP8X":
            return (int.from_bytes(head[24:27], "little") + 1) * (int.from_bytes(head[27:30], "little") + 1)
        case b"VP8L":
            sizes = int.from_bytes(head[21:25], "little")
            return ((sizes & 0x3FFF) + 1) * ((sizes >> 14 & 0x3FFF) + 1)
        case b"VP8 ":
            wide, high = int.from_bytes(head[26:28], "little"), int.from_bytes(head[28:30], "little")
            return (wide & 0x3FFF) * (high & 0x3FFF)
    return 0


def _decode(image: Image.Image, image_format: str) -> None:
    """Read the pixels; a JPEG that fits only so, at half its width and height, which costs nothing."""
    pixels = image.width * image.height
    if image_format == "PNG":
        _require_room(pixels, 4)
    elif image_format == "JPEG":
        # A progressive one is held as coefficients, two bytes for each of its colours, until it is read.
        held = 2 * len(image.getbands()) if image.info.get("progressive") else 0
        _require_room(pixels, held + 2)
        if pixels * (held + 8) > PIXEL_BYTES:
            image.draft(None, (image.width // 2, image.height // 2))
    image.load()
    if image_format == "PNG" and _is_turned(image):  # told anywhere in the file, so it is known only now
        _require_room(pixels, 8)


def _require_room(pixels: int, bytes_a_pixel: int) -> None:
    most = min(MAX_PIXELS, PIXEL_BYTES // bytes_a_pixel)
    if pixels > most:
        raise Refused(Refusal.TOO_MANY_PIXELS, room=most // 1_000_000)


def _bare(image: Image.Image, image_format: str) -> Image.Image:
    """`image` without its notes: what Pillow would carry over lies in `info`, so only transparency stays."""
    transparency = image.info.get("transparency") if image_format == "PNG" else None
    wanted = image if image.mode in _KEPT_MODES[image_format] else image.convert(_mode_for(image))
    bare = ImageOps.exif_transpose(wanted) if _is_turned(image) else wanted
    if bare is image and image_format == "WEBP":
        bare = image.copy()  # so that the buffers of its decoder are freed with the file
    bare.info = {} if transparency is None else {"transparency": transparency}
    return bare


def _mode_for(image: Image.Image) -> str:
    has_alpha = image.mode in ("RGBa", "La", "PA") or "transparency" in image.info
    return "RGBA" if has_alpha else "RGB"


def _is_turned(image: Image.Image) -> bool:
    return bool(image.getexif().get(_ORIENTATION, 1) != 1)


def write_thumbnail(image: Image.Image, folder: Path, *, page: int) -> None:
    """A small picture of `image` for lists, at most 416 pixels wide and high."""
    small = _eight_bits(image)
    small.thumbnail(THUMBNAIL, Image.Resampling.BOX)
    shown = small if small.mode == "RGBA" else small.convert("RGB")
    shown.info = {}
    shown.save(folder / f"page-{page}.webp", format="WEBP", quality=75, method=2)


def _eight_bits(image: Image.Image) -> Image.Image:
    """A smaller copy of `image` with eight bits a colour."""
    if image.mode in ("RGB", "L"):
        return image.reduce(max(1, min(image.width // THUMBNAIL[0], image.height // THUMBNAIL[1])))
    # Averaging colours with transparency would copy the whole picture first.
    scale = min(1.0, 4 * THUMBNAIL[0] / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.resize(size, Image.Resampling.NEAREST)
    if image.mode == "I;16":
        return small.point(lambda value: value * (1 / 256)).convert("L")
    small.info = dict(image.info)
    has_alpha = image.mode in ("RGBA", "LA") or "transparency" in image.info
    return small.convert("RGBA" if has_alpha else "RGB")
