"""Pictures of the form: each refusal says what and why, and loses nothing; strangers see none of them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from makegood.refund_requests.evidence.cleaning import MAX_BYTES
from makegood.refund_requests.evidence.keeping import MAX_FILES
from makegood.refund_requests.models import Draft, Evidence
from tests.members.conftest import AtHome, Committed
from tests.members.scenes import TOLD, Page, a_png, olenas_order, ready_to_send, step, up_to_questions, words
from tests.people import joao, marta, olena, petro

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="9" height="9"/></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
NOT_A_PICTURE = "is not a picture that we can take"


def a_huge_png() -> bytes:
    """30,000 × 30,000 pixels in a few bytes: only the header says so."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    parts = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def a_truncated_png() -> bytes:
    """The first half of a picture."""
    whole: bytes = a_png().read()
    return whole[: len(whole) // 2]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("huge.png", a_huge_png(), "“huge.png” is larger than 40 megapixels"),
        ("drawing.svg", SVG, f"“drawing.svg” {NOT_A_PICTURE}"),
        ("page.png", HTML, f"“page.png” {NOT_A_PICTURE}"),
        ("empty.png", b"", "“empty.png” is empty"),
        ("half.png", a_truncated_png(), "“half.png” is damaged or not complete"),
        ("long.png", b"\0" * (MAX_BYTES + 1), "“long.png” is larger than 10 MB"),
    ],
)
def test_a_hostile_file_is_refused_in_words_and_the_text_is_kept(
    at_home: AtHome, name: str, content: bytes, why: str
) -> None:
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    file = SimpleUploadedFile(name, content, "image/png")
    answer = browser.post(step(draft, "what-happened"), TOLD | {"screenshots": [file]})
    assert answer.status_code == 422
    assert why in words(answer)
    assert "It stops after 400 letters" in words(answer)
    assert Draft.objects.get().answers == TOLD
    assert not Evidence.objects.exists()


def test_a_good_picture_is_kept_though_another_is_refused(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    bad = SimpleUploadedFile("page.png", HTML, "image/png")
    answer = browser.post(step(draft, "what-happened"), TOLD | {"screenshots": [bad, a_png("good.png")]})
    assert answer.status_code == 422
    assert "“page.png”" in words(answer)
    assert "good.png" in words(answer)
    assert draft.evidence.get().name == "good.png"


def test_the_same_picture_twice_is_one(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    for _ in range(2):
        add(browser, draft, a_png())
    assert draft.evidence.count() == 1


def test_adding_pictures_stays_on_the_page_and_keeps_what_was_typed(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    answer = browser.post(
        f"/refunds/form/{draft.token}/pictures/", {"description": "It stops", "screenshots": [a_png()]}
    )
    assert (answer.status_code, answer["Location"]) == (303, step(draft, "what-happened") + "#pictures")
    assert Draft.objects.get().answers == {"description": "It stops"}
    assert draft.evidence.count() == 1


def test_a_refusal_while_adding_does_not_ask_for_the_rest_yet(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    answer = add(browser, draft, SimpleUploadedFile("page.png", HTML, "image/png"))
    assert NOT_A_PICTURE in words(answer)
    assert "Please answer" not in words(answer)


def test_more_files_than_fit_are_refused_in_words(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    files = [a_png(colour=f"#{number:03x}") for number in range(MAX_FILES + 1)]
    answer = browser.post(step(draft, "what-happened"), TOLD | {"screenshots": files})
    assert answer.status_code == 422
    assert f"At most {MAX_FILES} files fit here" in words(answer)
    assert (draft.evidence.count(), Draft.objects.get().answers) == (MAX_FILES, TOLD)


def test_a_picture_is_taken_out_and_what_was_typed_is_kept(
    at_home: AtHome, django_capture_on_commit_callbacks: Committed
) -> None:
    browser = at_home(olena())
    draft = ready_to_send(browser, olenas_order())
    picture = draft.evidence.get()
    url = f"/refunds/form/{draft.token}/pictures/{picture.pk}/remove/"
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(url, TOLD | {"description": "It stops at once"}).status_code == 303
    assert draft.evidence.count() == 0
    assert not picture.file.storage.exists(str(picture.file))
    assert Draft.objects.get().answers["description"] == "It stops at once"


def test_a_picture_of_another_form_is_not_taken_out(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order()
    one, other = ready_to_send(browser, order), ready_to_send(browser, order)
    browser.post(f"/refunds/form/{one.token}/pictures/{other.evidence.get().pk}/remove/", TOLD)
    assert other.evidence.count() == 1


def add(browser: Client, draft: Draft, file: SimpleUploadedFile) -> Page:
    """Press “Add these pictures”."""
    return browser.post(f"/refunds/form/{draft.token}/pictures/", {"screenshots": [file]})


# Looking at them


def fetched(browser: Client, url: str) -> HttpResponse:
    """The answer with its file read, which closes the file."""
    answer = browser.get(url)
    return HttpResponse(b"".join(answer.streaming_content), headers=answer.headers)  # type: ignore[attr-defined]


def test_a_picture_is_shown_to_its_member_and_can_do_nothing(at_home: AtHome) -> None:
    browser = at_home(olena())
    picture = ready_to_send(browser, olenas_order()).evidence.get()
    shown = fetched(browser, f"/refunds/evidence/{picture.pk}/error.png")
    assert shown.status_code == 200
    assert shown["Content-Type"] == "image/png"
    assert shown["Content-Disposition"] == 'inline; filename="error.png"'
    assert shown["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown.content.startswith(b"\x89PNG")


def test_a_picture_lost_on_the_disk_is_no_fault_of_the_page(
    at_home: AtHome, caplog: pytest.LogCaptureFixture
) -> None:
    browser = at_home(olena())
    picture = ready_to_send(browser, olenas_order()).evidence.get()
    Path(picture.file.path).unlink()
    assert browser.get(f"/refunds/evidence/{picture.pk}/error.png").status_code == 404
    assert "evidence_file_lost" in caplog.text


def test_a_name_cannot_break_out_of_its_header(at_home: AtHome) -> None:
    browser = at_home(olena())
    picture = ready_to_send(browser, olenas_order()).evidence.get()
    Evidence.objects.filter(pk=picture.pk).update(name='a"; x=.html\r\nSet-Cookie: a=b')
    shown = fetched(browser, f"/refunds/evidence/{picture.pk}/whatever")
    assert "\n" not in shown["Content-Disposition"]
    assert "Set-Cookie" not in shown.headers
    assert shown["Content-Disposition"].endswith('.png"') or ".png" in shown["Content-Disposition"]
    assert shown["Content-Type"] == "image/png"


def test_a_pdf_is_handed_over_instead_of_shown(at_home: AtHome) -> None:
    browser = at_home(olena())
    picture = ready_to_send(browser, olenas_order()).evidence.get()
    Evidence.objects.filter(pk=picture.pk).update(name="log.pdf", content_type="application/pdf")
    shown = fetched(browser, f"/refunds/evidence/{picture.pk}/log.pdf")
    assert shown["Content-Disposition"] == 'attachment; filename="log.pdf"'


def test_nobody_else_sees_a_picture_of_a_form(at_home: AtHome) -> None:
    picture = ready_to_send(at_home(olena()), olenas_order()).evidence.get()
    for person in (joao(), petro(), marta()):
        assert at_home(person).get(f"/refunds/evidence/{picture.pk}/error.png").status_code == 404


def test_a_picture_of_a_request_is_seen_by_the_desk_and_by_no_other_member(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = ready_to_send(browser, olenas_order())
    picture = draft.evidence.get()
    browser.post(step(draft, "check"))
    assert fetched(at_home(petro()), f"/refunds/evidence/{picture.pk}/error.png").status_code == 200
    assert at_home(joao()).get(f"/refunds/evidence/{picture.pk}/error.png").status_code == 404
