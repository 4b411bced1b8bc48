"""From the last piece to the picture: the worker, the page that does not wait for it, and what goes wrong."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import NoReturn

import pytest
from django.utils import timezone

from makegood.refund_requests.evidence import checking, cleaning, uploads
from makegood.refund_requests.evidence.keeping import MAX_FILES
from makegood.refund_requests.models import Draft, Evidence, RefundRequest, Upload, UploadState
from makegood.refund_requests.submitting import FilesOnTheirWay, submit
from tests import cases
from tests.at_once import at_once
from tests.jobs import jobs, work
from tests.members.scenes import words
from tests.members.uploads.tus import Tus
from tests.people import NOON, olena
from tests.refund_requests.evidence import files

pytestmark = pytest.mark.django_db

GOOD, BAD = files.picture(size=(300, 200)), b"<html>"


def page(tus: Tus) -> str:
    return f"/refunds/form/{tus.draft.token}/what-happened/"


def told(tus: Tus) -> dict[str, str]:
    return {"description": "It stops", "steps": "I pressed Send", **tus.draft.answers}


@pytest.mark.django_db(transaction=True)
def test_the_worker_checks_it(tus: Tus, draft: Draft) -> None:
    tus.send(GOOD)
    tus.send(BAD, "page.png")
    work()
    assert jobs("succeeded") == ["evidence.check_upload"] * 2
    assert draft.evidence.get().name == "error.png"
    assert Upload.objects.get().refusal == "not_a_picture"


def test_the_list_says_how_it_stands_and_renews_itself_only_while_something_is_checked(tus: Tus) -> None:
    tus.send(GOOD)
    url = f"/refunds/form/{tus.draft.token}/pictures/list/"
    shown = tus.browser.get(url).content.decode()
    assert "checking your picture…" in shown
    assert "every 2s" in shown
    checking.check(Upload.objects.get().token, at=NOON)
    shown = tus.browser.get(url).content.decode()
    assert "every 2s" not in shown
    assert f"/refunds/evidence/{Evidence.objects.get().pk}/pages/1/" in shown


def test_an_unfinished_file_is_listed_with_how_to_go_on(tus: Tus) -> None:
    url = tus.begun(len(GOOD))
    tus.piece(url, GOOD[: len(GOOD) // 2])
    shown = words(tus.browser.get(page(tus)))
    assert "50 % arrived" in shown or "49 % arrived" in shown
    assert "Please choose the same file again to go on, or remove it." in shown


def test_going_on_does_not_wait_for_the_worker(tus: Tus, draft: Draft) -> None:
    tus.send(GOOD)
    assert tus.browser.post(page(tus), told(tus)).status_code == 303
    assert draft.evidence.count() == 1


def test_a_refusal_is_told_before_going_on_and_then_hinders_nobody(tus: Tus) -> None:
    tus.send(GOOD)
    tus.send(BAD, "page.png")
    answer = tus.browser.post(page(tus), told(tus))
    assert answer.status_code == 422
    assert "“page.png” is not a picture that we can take" in words(answer)
    assert tus.browser.post(page(tus), told(tus)).status_code == 303


def test_a_file_that_has_not_arrived_is_not_forgotten_by_sending(tus: Tus) -> None:
    cases.a_picture_of(tus.draft)
    tus.begun(len(GOOD), "second.png")
    answer = tus.browser.post(f"/refunds/form/{tus.draft.token}/check/")
    assert answer.status_code == 422
    assert "“second.png” has not arrived completely" in words(answer)
    with pytest.raises(FilesOnTheirWay):
        submit(tus.draft.token, by=olena(), at=timezone.now())
    assert not RefundRequest.objects.exists()


def test_a_file_that_takes_too_long_to_check_is_told_so(tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "PATIENCE", -1)
    tus.send(GOOD)
    answer = tus.browser.post(page(tus), told(tus))
    assert "“error.png” is still being checked" in words(answer)
    assert Upload.objects.get().state == UploadState.CHECKING


def test_the_request_takes_the_pictures_and_leaves_the_refusals(tus: Tus) -> None:
    tus.send(GOOD)
    tus.send(BAD, "page.png")
    for upload in Upload.objects.all():
        checking.check(upload.token, at=NOON)
    sent = submit(tus.draft.token, by=olena(), at=timezone.now())
    assert sent.evidence.get().name == "error.png"
    assert not Upload.objects.exists()


def test_the_same_file_twice_is_one_picture(tus: Tus, draft: Draft) -> None:
    tus.send(GOOD)
    tus.send(GOOD, "again.png")
    for upload in Upload.objects.all():
        checking.check(upload.token, at=NOON)
    assert draft.evidence.get().name == "error.png"


def test_pictures_stand_in_the_order_in_which_they_were_chosen(tus: Tus, draft: Draft) -> None:
    for name, size in (("one.png", 10), ("two.png", 20), ("three.png", 30)):
        tus.send(files.picture(size=(size, size)), name)
    for upload in Upload.objects.order_by("-place"):
        checking.check(upload.token, at=NOON)
    assert [row.name for row in draft.evidence.order_by("place")] == ["one.png", "two.png", "three.png"]
    two = draft.evidence.get(name="two.png")
    move = f"/refunds/form/{draft.token}/pictures/{two.pk}/move/"
    for forward, order in (
        ("1", ["one", "three", "two"]),
        ("1", ["one", "three", "two"]),
        ("0", ["one", "two", "three"]),
    ):
        assert tus.browser.post(move, {"forward": forward}).status_code == 303
        assert [row.name.removesuffix(".png") for row in draft.evidence.order_by("place")] == order


# Limits


def test_unfinished_files_count_and_refused_ones_do_not(tus: Tus) -> None:
    for number in range(MAX_FILES):
        tus.begun(100, f"{number}.png")
    answer = tus.begin(100, "eleventh.png")
    assert (answer.status_code, "At most 10 files" in answer.content.decode()) == (422, True)
    Upload.objects.filter(name="0.png").update(state="refused", refusal="broken", received=100)
    assert tus.begin(100, "eleventh.png").status_code == 201


def test_a_file_too_large_or_empty_is_refused_before_anything_is_sent(tus: Tus) -> None:
    large, empty = tus.begin(cleaning.MAX_BYTES + 1, "film.png"), tus.begin(0, "nothing.png")
    assert (large.status_code, empty.status_code) == (413, 422)
    assert "“film.png” is larger than 10 MB" in large.content.decode()
    assert "“nothing.png” is empty" in empty.content.decode()
    assert not Upload.objects.exists()


def test_one_member_has_no_more_on_its_way_than_two_full_forms(
    tus: Tus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_UNFINISHED_BYTES", 1000)
    tus.begun(900)
    assert "Too much is on its way already" in tus.begin(200, "more.png").content.decode()


def test_no_more_refusals_are_kept_than_files(tus: Tus) -> None:
    for number in range(MAX_FILES + 3):
        tus.send(BAD, f"{number}.png")
        Upload.objects.filter(state="checking").update(state="refused", refusal="broken")
    assert Upload.objects.count() == MAX_FILES


# What goes wrong


def test_a_full_disk_is_not_the_fault_of_the_file(tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    tus.send(GOOD)
    token = Upload.objects.get().token
    with monkeypatch.context() as patched:
        patched.setattr(checking, "clean_file", full)
        with pytest.raises(OSError, match="No space"):
            checking.check(token, at=NOON)
    checking.check(token, at=NOON)
    assert Evidence.objects.count() == 1


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done(
    tus: Tus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    tus.send(GOOD)
    upload = Upload.objects.get()
    with monkeypatch.context() as patched:
        patched.setattr(checking, "store", killed)
        with pytest.raises(KeyboardInterrupt):
            checking.check(upload.token, at=NOON)
    upload.refresh_from_db()
    assert (upload.state, upload.path.read_bytes()) == (UploadState.CHECKING, GOOD)
    uploads.sweep(at=upload.touched_at + timedelta(minutes=6))
    assert jobs("todo") == ["evidence.check_upload"] * 2


def test_what_nobody_goes_on_with_is_swept_after_a_day(
    tus: Tus, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    url = tus.begun(len(GOOD))
    tus.piece(url, GOOD[:50])
    upload = Upload.objects.get()
    uploads.sweep(at=upload.touched_at + timedelta(hours=23))
    assert Upload.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        uploads.sweep(at=upload.touched_at + timedelta(hours=25))
    assert (Upload.objects.exists(), upload.path.exists()) == (False, False)


def test_bytes_without_a_row_are_swept(tus: Tus) -> None:
    tus.piece(tus.begun(len(GOOD)), GOOD[:50])
    stray = Upload.objects.get().path.with_name("00000000-0000-0000-0000-000000000000.part")
    stray.write_bytes(b"left")
    uploads.sweep(at=timezone.now() + timedelta(hours=25))
    assert not stray.exists()


def test_a_file_that_is_called_as_no_upload_is_hinders_no_sweep(tus: Tus) -> None:
    tus.piece(tus.begun(len(GOOD)), GOOD[:50])
    folder = Upload.objects.get().path.parent
    strays = [folder / "a.part", folder / "x.part", folder / "00000000-0000-0000-0000-000000000000.part"]
    for stray in strays:
        stray.write_bytes(b"left")
    uploads.sweep(at=timezone.now())
    assert all(stray.exists() for stray in strays), "nobody throws away what was written just now"
    uploads.sweep(at=timezone.now() + timedelta(hours=25))
    assert not any(stray.exists() for stray in strays)


@pytest.mark.django_db(transaction=True)
def test_two_pieces_at_once_are_written_once(tus: Tus) -> None:
    tus.begun(len(GOOD))
    upload = Upload.objects.get()
    taken: list[int] = []

    def append() -> None:
        piece = BytesIO(GOOD[:100])
        try:
            taken.append(uploads.append(upload, piece, length=100, offset=0, at=NOON).received)
        except uploads.WrongOffset as wrong:
            taken.append(-wrong.received)

    at_once(append, append)
    assert sorted(taken) == [-100, 100]
    assert Upload.objects.get().path.read_bytes() == GOOD[:100]
