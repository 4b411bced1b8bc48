"""Turns an untrusted file into clean pixels; runs in a process of its own with limits, and knows no Django.

Called as `python -m makegood.refund_requests.evidence.decoding SOURCE TARGET`; prints one JSON line: either
`{"content_type", "width", "height", "pages"}` with the clean file in TARGET, or `{"refused": REASON}`.
"""

from __future__ import annotations

import json
import resource
import sys
import warnings
from enum import StrEnum
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_PIXELS = 40_000_000
MAX_PAGES = 20
PAGE_PIXELS = 4_000_000
MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 30
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


class Refusal(StrEnum):
    """Why a file is not taken."""

    NOT_A_PICTURE = "not_a_picture"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    LOCKED = "locked"
    TOO_HARD = "too_hard"


class Refused(Exception):
    """The file is not taken."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def clean(source: Path, target: Path) -> dict[str, object]:
    """Write the pixels of `source` to `target` and describe them. Raises Refused."""
    if source.open("rb").read(1024).lstrip().startswith(b"%PDF-"):
        return _clean_pdf(source, target)
    return _clean_image(source, target)


def _clean_image(source: Path, target: Path) -> dict[str, object]:
    try:
        # Only these decoders are ever tried: each other format is one more parser to attack.
        with Image.open(source, formats=list(FORMATS)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Refused(Refusal.TOO_MANY_PIXELS)
            image_format = str(image.format)
            pixels = ImageOps.exif_transpose(image).convert("RGBA" if _has_alpha(image) else "RGB")
    except UnidentifiedImageError:
        raise Refused(Refusal.NOT_A_PICTURE) from None
    except Image.DecompressionBombError:
        raise Refused(Refusal.TOO_MANY_PIXELS) from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise Refused(Refusal.BROKEN) from None
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    options = {"PNG": {}, "JPEG": {"quality": 90}, "WEBP": {"quality": 90, "method": 2}}[image_format]
    bare.save(target, format=image_format, **options)
    return {"content_type": FORMATS[image_format], "width": bare.width, "height": bare.height, "pages": 1}


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _clean_pdf(source: Path, target: Path) -> dict[str, object]:
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        raise Refused(Refusal.LOCKED if "password" in str(error).lower() else Refusal.BROKEN) from None
    if len(document) == 0:
        raise Refused(Refusal.BROKEN)
    if len(document) > MAX_PAGES:
        raise Refused(Refusal.TOO_MANY_PAGES)
    pages = [_page_picture(page) for page in document]
    pages[0].save(target, format="PDF", save_all=True, append_images=pages[1:], resolution=144)
    return {
        "content_type": "application/pdf",
        "width": pages[0].width,
        "height": pages[0].height,
        "pages": len(pages),
    }


def _page_picture(page: pypdfium2.PdfPage) -> Image.Image:
    points = page.get_width() * page.get_height()
    # Two pixels a point read well; a page of any size stays within its share of pixels.
    scale = min(2.0, (PAGE_PIXELS / max(points, 1.0)) ** 0.5)
    picture: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
    return picture


def main() -> None:
    """Clean the file named on the command line within the limits of memory and time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("ignore")
    try:
        said = clean(Path(sys.argv[1]), Path(sys.argv[2]))
    except Refused as refused:
        said = {"refused": refused.refusal}
    except MemoryError:
        said = {"refused": Refusal.TOO_HARD}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
