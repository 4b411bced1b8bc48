"""PDFs: each page is drawn, and the drawings are written as a PDF of pictures, page by page."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image

from makegood.refund_requests.evidence.pictures import write_thumbnail
from makegood.refund_requests.evidence.refusals import Refusal, Refused

MAX_PAGES = 20
PAGE_PIXELS = 4_000_000
RESOLUTION = 144


def clean(source: Path, target: Path, folder: Path) -> dict[str, object]:
    """Write the drawn pages of `source` to `target`, small ones to `folder`. Raises Refused."""
    document = _opened(source)
    first: Image.Image | None = None
    for number in range(len(document)):
        picture = _drawn(document, number)
        picture.save(target, format="PDF", resolution=RESOLUTION, append=number > 0)
        write_thumbnail(picture, folder, page=number + 1)
        first = first or picture
    if first is None:
        raise Refused(Refusal.BROKEN)
    return {
        "content_type": "application/pdf",
        "width": first.width,
        "height": first.height,
        "pages": len(document),
        "thumbnails": len(document),
    }


def _opened(source: Path) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        raise Refused(Refusal.LOCKED if "password" in str(error).lower() else Refusal.BROKEN) from None
    if len(document) > MAX_PAGES:
        raise Refused(Refusal.TOO_MANY_PAGES, room=MAX_PAGES)
    return document


def _drawn(document: pypdfium2.PdfDocument, number: int) -> Image.Image:
    try:
        page = document[number]
        points = page.get_width() * page.get_height()
        # Two pixels a point read well; a page of any size stays within its share of pixels.
        scale = min(2.0, (PAGE_PIXELS / max(points, 1.0)) ** 0.5)
        drawn = page.render(scale=scale)
    except pypdfium2.PdfiumError:
        raise Refused(Refusal.BROKEN) from None
    picture: Image.Image = drawn.to_pil().convert("RGB")
    drawn.close()
    page.close()
    return picture
