"""Wrong, hostile and unusual files, each sent in pieces and checked as the worker does it.

Each gets a sentence of its own in the list on the page, or is kept as pixels alone; the process that opens it
never holds more than 300 MB.
"""

from __future__ import annotations

import html
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from makegood.refund_requests.evidence import checking
from makegood.refund_requests.models import Draft, Evidence, Upload
from tests.members.uploads.tus import Tus
from tests.people import NOON
from tests.refund_requests.evidence import files, hostile
from tests.refund_requests.evidence.hostile import SCRIPT

pytestmark = pytest.mark.django_db

Made = Callable[[], bytes]

MOST_KILOBYTES = 300 * 1024
SMALL = """
import resource, subprocess, sys
ended = subprocess.run(sys.argv[2:])
with open(sys.argv[1], "a") as peaks:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=peaks)
sys.exit(ended.returncode if ended.returncode >= 0 else 1)
"""
"""Between the test and the decoder: a large process that starts another lends it its own peak."""


@pytest.fixture
def peak(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], int]:
    """Gives the most memory, in kilobytes, that a decoder of this test held."""
    peaks, run = tmp_path / "peaks", subprocess.run

    def measured(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        return run([sys.executable, "-I", "-S", "-c", SMALL, str(peaks), *command], **options)

    monkeypatch.setattr(subprocess, "run", measured)
    return lambda: max(int(line) for line in peaks.read_text().split())


def sent_and_checked(tus: Tus, content: bytes, name: str) -> None:
    """As a page sends it and the worker checks it."""
    tus.send(content, name, piece=4 * 1024**2)
    checking.check(Upload.objects.get().token, at=NOON)


def listed(tus: Tus) -> str:
    """The list of pictures as the page shows it."""
    answer = tus.browser.get(f"/refunds/form/{tus.draft.token}/pictures/list/")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


NO_PICTURE = "is not a picture that we can take"
OTHER_KIND = "is a picture of a kind that we cannot take"
PHONE = "is a photograph in the format HEIC or AVIF"
DAMAGED = "is damaged or not complete"
TOO_LARGE = "is larger than {} megapixels"

REFUSED: dict[str, tuple[Made, str, str]] = {
    "HTML named .png": (lambda: b"<!doctype html>" + SCRIPT, "a.png", NO_PICTURE),
    "an SVG with onload": (
        lambda: b'<svg onload="alert(1)" xmlns="http://www.w3.org/2000/svg"/>',
        "a.svg",
        NO_PICTURE,
    ),
    "an SVG behind a prolog": (
        lambda: b"<?xml version='1.0'?><svg><style>@import 'x'</style></svg>",
        "a.png",
        NO_PICTURE,
    ),
    "a ZIP": (hostile.archive, "a.zip", NO_PICTURE),
    "a program": (lambda: b"MZ\x90\0" + bytes(400), "setup.exe", NO_PICTURE),
    "a program for Linux": (lambda: b"\x7fELF" + bytes(400), "picture.png", NO_PICTURE),
    "noise": (lambda: bytes(range(1, 250)) * 40, "noise.jpg", NO_PICTURE),
    "a text": (lambda: "Я прошу повернути гроші".encode(), "note.txt", NO_PICTURE),
    "a GIF": (lambda: files.picture("GIF"), "a.gif", OTHER_KIND),
    "a GIF that is a Java archive too": (
        lambda: files.picture("GIF") + hostile.archive(),
        "gifar.gif",
        OTHER_KIND,
    ),
    "a BMP": (lambda: files.picture("BMP"), "a.bmp", OTHER_KIND),
    "a TIFF": (lambda: files.picture("TIFF"), "a.tiff", OTHER_KIND),
    "an icon": (lambda: files.picture("ICO"), "favicon.ico", OTHER_KIND),
    "a photograph of an iPhone": (lambda: hostile.isobmff(b"heic"), "IMG_0001.HEIC", PHONE),
    "an AVIF": (lambda: hostile.isobmff(b"avif"), "a.avif", PHONE),
    "a PNG of 30,000 × 30,000 pixels": (files.flood, "flood.png", TOO_LARGE.format(40)),
    "a JPEG of 65,000 × 65,000 pixels": (hostile.jpeg_flood, "flood.jpg", TOO_LARGE.format(40)),
    "a WebP of 16,384 × 16,384 pixels": (hostile.webp_flood, "flood.webp", TOO_LARGE.format(13)),
    "a progressive JPEG of 36 megapixels": (hostile.progressive_flood, "large.jpg", TOO_LARGE.format(22)),
    "a truncated PNG": (lambda: files.picture(size=(900, 900))[:-40], "half.png", DAMAGED),
    "a truncated JPEG": (lambda: files.picture("JPEG", size=(900, 900))[:-900], "half.jpg", DAMAGED),
    "a truncated WebP": (lambda: files.picture("WEBP", size=(900, 900))[:60], "half.webp", DAMAGED),
    "a truncated PDF": (lambda: files.pdf(pages=3)[:200], "half.pdf", DAMAGED),
    "a PNG of no pixels": (lambda: hostile.png(0, 0, b""), "none.png", NO_PICTURE),
    "a PNG changed on its way": (hostile.wrong_checksum, "changed.png", DAMAGED),
    "a text bomb in a PNG": (files.text_bomb, "bomb.png", DAMAGED),
    "a PDF that is none": (lambda: b"%PDF-1.7\nnothing", "none.pdf", DAMAGED),
    "a PDF without pages": (lambda: files.pdf(pages=0), "empty.pdf", DAMAGED),
    "a PDF whose pages are their own child": (hostile.pdf_within_itself, "loop.pdf", DAMAGED),
    "a PDF of 2,000 pages": (lambda: files.pdf(pages=2000), "log.pdf", "has more than 20 pages"),
    "a PDF with a password": (files.locked_pdf, "secret.pdf", "is protected by a password"),
    "a bomb as a colour profile": (hostile.profile_bomb, "icc.png", DAMAGED),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_in_words_beside_its_name(tus: Tus, peak: Callable[[], int], what: str) -> None:
    made, name, words = REFUSED[what]
    sent_and_checked(tus, made(), name)
    assert f"“{name}” {words}" in listed(tus)
    assert not Evidence.objects.exists()
    assert peak() <= MOST_KILOBYTES


TAKEN: dict[str, tuple[Made, str, str]] = {
    "a PNG that is a page of HTML too": (lambda: files.picture() + SCRIPT, "a.html", "image/png"),
    "a PNG with a script in a note": (files.png_with_words, "a.png", "image/png"),
    "a PNG that is a ZIP too": (lambda: files.picture() + hostile.archive(), "a.zip", "image/png"),
    "a JPEG that is a page of HTML too": (lambda: files.picture("JPEG") + SCRIPT, "a.php", "image/jpeg"),
    "a JPEG with several pictures": (hostile.several_in_one, "phone.jpg", "image/jpeg"),
    "a photograph that says where it was taken": (files.photo_with_a_place, "home.jpg", "image/jpeg"),
    "a colour profile": (lambda: files.pictures_with_notes()["PNG"], "icc.png", "image/png"),
    "a PDF with a picture of 2.7 GB": (hostile.pdf_with_a_huge_picture, "bomb.pdf", "application/pdf"),
    "a bomb as pixels": (hostile.pixel_bomb, "bomb.png", "image/png"),
    "an animated PNG": (lambda: hostile.animation("PNG"), "film.png", "image/png"),
    "an animated WebP": (lambda: hostile.animation("WEBP"), "film.webp", "image/webp"),
    "a JPEG for printing": (lambda: files.picture("JPEG", mode="CMYK"), "print.jpg", "image/jpeg"),
    "16 bits": (hostile.sixteen_bits, "deep.png", "image/png"),
    "a name that says another kind": (lambda: files.picture("WEBP"), "a.exe", "image/webp"),
    "a line of 1 × 20,000 pixels": (lambda: files.picture(size=(1, 20_000)), "line.png", "image/png"),
    "40 megapixels with transparency": (
        lambda: hostile.large("PNG", (8000, 5000), "RGBA"),
        "wall.png",
        "image/png",
    ),
    "a photograph of 40 megapixels": (
        lambda: hostile.large("JPEG", (8000, 5000), "RGB"),
        "wall.jpg",
        "image/jpeg",
    ),
    "a WebP as large as it may be": (
        lambda: hostile.large("WEBP", (4200, 3200), "RGB"),
        "wall.webp",
        "image/webp",
    ),
    "a clear WebP as large as it may be": (
        lambda: hostile.large("WEBP", (3900, 2500), "RGBA"),
        "w.webp",
        "image/webp",
    ),
    "a PDF that runs JavaScript": (files.active_pdf, "a.pdf", "application/pdf"),
    "a PDF that starts a program": (hostile.launching_pdf, "a.pdf", "application/pdf"),
    "a PDF that carries a file": (hostile.pdf_with_a_file_inside, "a.pdf", "application/pdf"),
    "a PDF that reads a file of ours": (hostile.pdf_reading_a_file, "a.pdf", "application/pdf"),
    "a PDF of 20 large pages": (lambda: files.pdf(pages=20, size=(3000, 3000)), "a.pdf", "application/pdf"),
}
ACTIVE = (
    b"<script",
    b"alert",
    b"/JS",
    b"/JavaScript",
    b"/Launch",
    b"/OpenAction",
    b"evil.exe",
    b"etc/passwd",
    b"run.sh",
)


@pytest.mark.parametrize("what", TAKEN)
def test_it_is_kept_as_pixels_alone(tus: Tus, draft: Draft, peak: Callable[[], int], what: str) -> None:
    made, name, content_type = TAKEN[what]
    sent_and_checked(tus, made(), name)
    kept = draft.evidence.get()
    with kept.file.open("rb") as file:
        pixels = file.read()
    assert (kept.content_type, kept.name) == (content_type, name)
    assert not [words for words in ACTIVE if words in pixels]
    assert not {"exif", "icc_profile", "comment", "Comment"} & _notes(pixels)
    assert f"/refunds/evidence/{kept.pk}/pages/1/" in listed(tus)
    assert peak() <= MOST_KILOBYTES


def _notes(pixels: bytes) -> set[str]:
    if pixels.startswith(b"%PDF"):
        return set()
    with Image.open(io.BytesIO(pixels)) as image:
        assert getattr(image, "n_frames", 1) == 1
        return {str(name) for name in image.info}


def test_it_is_more_than_forty() -> None:
    assert len(REFUSED) + len(TAKEN) >= 40


NAMES = {
    "\u200b.htaccess": "htaccess",
    "error.png\0.html": "error.png.html",
    "../../../etc/cron.d/error.png": "error.png",
    "C:\\Windows\\error.png": "error.png",
    "gnp\u202egpj.exe": "gnpgpj.exe",
    "a" * 300 + ".png": "a" * 116 + ".png",
    "shell.php": "shell.php",
    "": "picture",
    "<img src=x onerror=alert(1)>.png": "<img src=x onerror=alert(1)>.png",
    "a\r\nSet-Cookie: x=y.png": "aSet-Cookie: x=y.png",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_what_people_read(tus: Tus, name: str) -> None:
    assert tus.begin(100, name).status_code == 201
    assert Upload.objects.get().name == NAMES[name]
    answer = tus.browser.get(f"/refunds/form/{tus.draft.token}/pictures/list/")
    assert b"<img src=x" not in answer.content
    assert Upload.objects.get().path.name == f"{Upload.objects.get().token}.part"
