"""What is taken and what is refused; of what is taken, only pixels stay."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import Settings

from makegood.refund_requests.evidence import cleaning
from makegood.refund_requests.evidence.cleaning import MAX_BYTES
from makegood.refund_requests.evidence.keeping import MAX_FILES, keep_for_draft
from makegood.refund_requests.evidence.sentences import FileRefused
from makegood.refund_requests.models import Draft, Evidence
from tests import cases
from tests.people import NOON, ago, an_order, olena
from tests.refund_requests.evidence import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Draft:
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("files")
    return cases.a_form(an_order(olena(), purchased_at=ago(days=3)), pictures=0)


def keep(draft: Draft, content: bytes, name: str = "error.png", kind: str = "image/png") -> Evidence:
    upload = SimpleUploadedFile(name, content, content_type=kind)
    return keep_for_draft(upload, draft=draft, by=olena(), at=NOON)


def pixels(evidence: Evidence) -> Image.Image:
    with evidence.file.open("rb") as kept:
        return Image.open(io.BytesIO(kept.read()))


def content(evidence: Evidence) -> bytes:
    with evidence.file.open("rb") as kept:
        return bytes(kept.read())


def stored_as(evidence: Evidence) -> str:
    return str(evidence.file.name)


# Taken


@pytest.mark.parametrize(
    ("kind", "content_type", "ending"),
    [("PNG", "image/png", ".png"), ("JPEG", "image/jpeg", ".jpg"), ("WEBP", "image/webp", ".webp")],
)
def test_pictures_are_kept_in_their_own_format(
    draft: Draft, kind: str, content_type: str, ending: str
) -> None:
    kept = keep(draft, files.picture(kind))
    assert (kept.content_type, kept.width, kept.height, kept.pages) == (content_type, 64, 48, 1)
    assert stored_as(kept).endswith(ending)
    red, green, blue = pixels(kept).convert("RGB").getpixel((10, 10))  # type: ignore[misc]
    assert (red > 180, green < 60, blue < 60) == (True, True, True)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_pictures_of_every_depth_are_kept(draft: Draft, mode: str) -> None:
    assert keep(draft, files.picture(mode=mode)).width == 64


def test_what_it_is_is_decided_by_its_bytes_and_not_by_name_or_type(draft: Draft) -> None:
    kept = keep(draft, files.picture("JPEG"), name="error.png", kind="text/html")
    assert (kept.content_type, stored_as(kept)[-4:]) == ("image/jpeg", ".jpg")


def test_a_pdf_is_kept_as_pictures_of_its_pages(draft: Draft) -> None:
    kept = keep(draft, files.pdf(pages=3), name="log.pdf")
    assert (kept.content_type, kept.pages, kept.width, kept.height) == ("application/pdf", 3, 400, 200)
    assert len(pypdfium2.PdfDocument(content(kept))) == 3


def test_20_pages_are_taken(draft: Draft) -> None:
    assert keep(draft, files.pdf(pages=20)).pages == 20


@pytest.mark.parametrize("size", [(14_400, 14_400), (1, 14_400)])
def test_a_page_of_any_size_stays_within_its_share_of_pixels(draft: Draft, size: tuple[int, int]) -> None:
    kept = keep(draft, files.pdf(size=size))
    assert kept.width * kept.height <= 4_100_000


# Only pixels stay


def test_place_camera_and_time_are_gone_and_the_picture_stands_upright(draft: Draft) -> None:
    kept = keep(draft, files.photo_with_a_place())
    assert dict(pixels(kept).getexif()) == {}
    assert b"Spycam" not in content(kept)
    assert (kept.width, kept.height) == (48, 64)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_comments_and_colour_profiles_are_gone(draft: Draft, kind: str) -> None:
    sent = files.pictures_with_notes()[kind]
    assert {"comment", "icc_profile"} & set(Image.open(io.BytesIO(sent)).info)
    assert not {"comment", "icc_profile"} & set(pixels(keep(draft, sent)).info)


def test_words_inside_and_after_a_picture_are_gone(draft: Draft) -> None:
    assert b"script" in files.png_with_words()
    assert b"script" not in content(keep(draft, files.png_with_words()))


def test_a_pdf_keeps_nothing_that_runs(draft: Draft) -> None:
    assert b"/JavaScript" in files.active_pdf()
    kept = content(keep(draft, files.active_pdf(), name="log.pdf"))
    assert not any(word in kept for word in (b"/JavaScript", b"/JS", b"/OpenAction", b"/AA", b"app.alert"))


def test_a_picture_that_is_also_a_page_of_html_is_a_picture_only(draft: Draft) -> None:
    polyglot = files.picture("JPEG") + b"<html><script>alert(1)</script></html>"
    assert b"<html" not in content(keep(draft, polyglot, name="a.html"))


# Refused, in words

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a PNG of 30,000 × 30,000 pixels": (files.flood, "larger than 40 megapixels"),
    "an SVG": (
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "not a picture that we",
    ),
    "HTML named .png": (lambda: b"<!DOCTYPE html><script>alert(1)</script>", "not a picture that we"),
    "an empty file": (lambda: b"", "is empty"),
    "a truncated PNG": (lambda: files.picture(size=(900, 900))[:-40], "damaged or not complete"),
    "a truncated JPEG": (lambda: files.picture("JPEG", size=(900, 900))[:-900], "damaged or not complete"),
    "a truncated WebP": (lambda: files.picture("WEBP", size=(900, 900))[:60], "damaged or not complete"),
    "the first bytes of a PNG": (lambda: files.picture()[:20], "damaged or not complete"),
    "a GIF": (lambda: files.picture("GIF"), "of a kind that we cannot take"),
    "a BMP": (lambda: files.picture("BMP"), "of a kind that we cannot take"),
    "a TIFF": (lambda: files.picture("TIFF"), "of a kind that we cannot take"),
    "a program": (lambda: b"MZ\x90\0" + bytes(400), "not a picture that we"),
    "a text bomb in a PNG": (files.text_bomb, "damaged or not complete"),
    "a PDF with a password": (files.locked_pdf, "protected by a password"),
    "a PDF of 21 pages": (lambda: files.pdf(pages=21), "more than 20 pages"),
    "a PDF that is none": (lambda: b"%PDF-1.7\nnothing", "damaged or not complete"),
    "a PDF without pages": (lambda: files.pdf(pages=0), "damaged or not complete"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_and_the_words_say_what_and_why(draft: Draft, what: str) -> None:
    made, words = REFUSED[what]
    with pytest.raises(FileRefused) as refused:
        keep(draft, made(), name="mine.png")
    assert str(refused.value).startswith("“mine.png” ")
    assert words in str(refused.value)
    assert not Evidence.objects.exists()


def test_a_file_of_more_than_10_mb_is_refused_before_it_is_opened(draft: Draft) -> None:
    with pytest.raises(FileRefused, match="larger than 10 MB"):
        keep(draft, files.picture() + bytes(MAX_BYTES))


def test_a_decoder_that_never_ends_is_stopped(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "SECONDS", 0.001)
    with pytest.raises(FileRefused, match="took too long"):
        keep(draft, files.picture())


def test_the_tenth_file_fits_and_the_eleventh_is_refused(draft: Draft) -> None:
    for _ in range(MAX_FILES - 1):
        cases.a_picture_of(draft)
    keep(draft, files.picture())
    with pytest.raises(FileRefused, match="At most 10 files"):
        keep(draft, files.picture(size=(9, 9)))


def test_the_same_file_sent_twice_is_kept_once(draft: Draft) -> None:
    assert keep(draft, files.picture()) == keep(draft, files.picture(), name="again.png")


def test_the_stored_name_tells_nothing_and_cannot_be_guessed(draft: Draft) -> None:
    one = stored_as(keep(draft, files.picture(), name="passport-olena.png"))
    two = stored_as(keep(draft, files.picture(size=(9, 9)), name="passport-olena.png"))
    assert "olena" not in one
    assert one != two
