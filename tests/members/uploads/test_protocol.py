"""Uploads in pieces as tus 1.0 says: begun, asked, appended, broken off, gone on with, given up."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from makegood.refund_requests.evidence.checking import check
from makegood.refund_requests.models import Draft, Evidence, Upload, UploadState
from tests.jobs import jobs
from tests.members.uploads.tus import Tus
from tests.people import NOON, joao, petro
from tests.refund_requests.evidence import files

pytestmark = pytest.mark.django_db

WHOLE = files.picture(size=(300, 200))
HALF = len(WHOLE) // 2


def test_a_file_sent_in_pieces_becomes_a_picture(tus: Tus, draft: Draft) -> None:
    tus.send(WHOLE, piece=100)
    upload = Upload.objects.get()
    assert (upload.state, upload.received, jobs("todo")) == (
        "checking",
        len(WHOLE),
        ["evidence.check_upload"],
    )
    check(upload.token, at=NOON)
    kept = draft.evidence.get()
    assert (kept.name, kept.width, kept.original_sha256) == (
        "error.png",
        300,
        hashlib.sha256(WHOLE).hexdigest(),
    )
    assert not Upload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_sent_is_gone_once_it_is_checked(tus: Tus) -> None:
    tus.send(WHOLE)
    path = Upload.objects.get().path
    assert path.read_bytes() == WHOLE
    check(Upload.objects.get().token, at=NOON)
    assert not path.exists()


def test_the_server_says_what_it_can(tus: Tus) -> None:
    answer = tus.browser.options(f"/refunds/form/{tus.draft.token}/pictures/uploads/")
    assert (answer.status_code, answer["Tus-Version"], answer["Tus-Max-Size"]) == (204, "1.0.0", "10485760")
    assert answer["Tus-Extension"] == "creation,checksum,expiration,termination"


def test_a_new_upload_has_an_address_and_an_end(tus: Tus) -> None:
    answer = tus.begin(len(WHOLE))
    assert (answer.status_code, answer["Upload-Offset"], answer["Tus-Resumable"]) == (201, "0", "1.0.0")
    assert answer["Upload-Expires"].endswith("GMT")


def test_a_creation_repeated_because_its_answer_was_lost_is_the_same_upload(tus: Tus) -> None:
    assert tus.begun(len(WHOLE)) == tus.begun(len(WHOLE))
    assert Upload.objects.count() == 1


def test_a_broken_connection_costs_only_what_did_not_arrive(tus: Tus) -> None:
    url = tus.begun(len(WHOLE))
    broken = tus.broken_piece(url, WHOLE[:HALF], announced=len(WHOLE))
    assert (broken.status_code, broken["Upload-Offset"]) == (204, str(HALF))
    there = tus.arrived(url)
    assert (there["Upload-Offset"], there["Upload-Length"]) == (str(HALF), str(len(WHOLE)))
    assert tus.piece(url, WHOLE[HALF:], HALF).status_code == 204
    assert Upload.objects.get().path.read_bytes() == WHOLE


def test_a_piece_sent_twice_is_written_once(tus: Tus) -> None:
    url = tus.begun(len(WHOLE))
    tus.piece(url, WHOLE[:HALF])
    again = tus.piece(url, WHOLE[:HALF])
    assert (again.status_code, again["Upload-Offset"]) == (409, str(HALF))
    assert Upload.objects.get().path.read_bytes() == WHOLE[:HALF]


def test_bytes_of_a_change_that_was_rolled_back_are_written_over(tus: Tus) -> None:
    url = tus.begun(len(WHOLE))
    tus.piece(url, WHOLE[:HALF])
    with Upload.objects.get().path.open("ab") as left:
        left.write(b"nobody knows of this")
    tus.piece(url, WHOLE[HALF:], HALF)
    assert Upload.objects.get().path.read_bytes() == WHOLE


@pytest.mark.parametrize("name", ["sha1", "sha256"])
def test_a_piece_changed_on_its_way_is_not_written(tus: Tus, name: str) -> None:
    url = tus.begun(len(WHOLE))
    right = f"{name} {b64encode(hashlib.new(name, WHOLE[:HALF]).digest()).decode()}"
    wrong = tus.piece(url, b"x" * HALF, **{"Upload-Checksum": right})
    assert (wrong.status_code, tus.arrived(url)["Upload-Offset"]) == (460, "0")
    assert tus.piece(url, WHOLE[:HALF], **{"Upload-Checksum": right}).status_code == 204


def test_a_checksum_of_an_unknown_kind_is_refused(tus: Tus) -> None:
    assert tus.piece(tus.begun(9), b"123", **{"Upload-Checksum": "crc32 AAAA"}).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Upload-Offset": "-1"}, 400),
        ({"Upload-Offset": ""}, 400),
        ({"Upload-Offset": "9" * 400}, 400),
        ({"Upload-Offset": "5"}, 409),
        ({"Content-Type": "image/png"}, 415),
    ],
)
def test_a_piece_that_is_not_as_the_protocol_has_it(tus: Tus, headers: dict[str, str], status: int) -> None:
    url = tus.begun(len(WHOLE))
    answer = tus.piece(url, WHOLE[:HALF], **headers)
    assert answer.status_code == status
    assert answer.content
    assert Upload.objects.get().received == 0


def test_more_than_the_file_is_long_is_not_taken(tus: Tus) -> None:
    url = tus.begun(10)
    answer = tus.piece(url, b"12345678901")
    assert answer.status_code == 413
    assert "More was sent than the file is long" in answer.content.decode()
    assert tus.arrived(url)["Upload-Offset"] == "0"


@pytest.mark.parametrize("size", ["", "ten", "-5", "9" * 30])
def test_a_length_that_is_none_begins_nothing(tus: Tus, size: str) -> None:
    assert tus.begin(size).status_code == 400
    assert not Upload.objects.exists()


@pytest.mark.parametrize("told", ["²", "٣", "9" * 20, "9" * 5000, "-1", "soon"])
def test_when_the_file_was_changed_is_believed_only_as_a_number(tus: Tus, told: str) -> None:
    """A sign that is a digit but no number, and a number that no column holds, are as good as none."""
    named, modified = (b64encode(each.encode()).decode() for each in ("error.png", told))
    answer = tus.begin(9, **{"Upload-Metadata": f"filename {named},modified {modified}"})
    assert answer.status_code == 201
    assert Upload.objects.get().modified == 0


@pytest.mark.parametrize("told", ["filename %%%", f"filename {b64encode(bytes([200, 200])).decode()}"])
def test_a_name_that_cannot_be_read_begins_nothing(tus: Tus, told: str) -> None:
    assert tus.begin(9, **{"Upload-Metadata": told}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_an_upload_given_up_is_gone(tus: Tus) -> None:
    url = tus.begun(len(WHOLE))
    tus.piece(url, WHOLE[:HALF])
    path = Upload.objects.get().path
    assert tus.remove(url).status_code == 204
    assert (path.exists(), tus.arrived(url).status_code, tus.remove(url).status_code) == (False, 404, 404)
    assert "not there any more" in tus.piece(url, WHOLE[HALF:], HALF).content.decode()


def test_an_upload_is_nobody_elses(tus: Tus) -> None:
    url = tus.begun(len(WHOLE))
    for person in (joao(), petro()):
        browser = Client()
        browser.force_login(person)
        theirs = Tus(browser, tus.draft)
        assert theirs.arrived(url).status_code == 404
        assert theirs.piece(url, WHOLE).status_code == 404
        assert theirs.remove(url).status_code == 404
        assert browser.post(f"{url}remove/").status_code == 404
        assert theirs.begin(9).status_code == 404
    assert Upload.objects.get().received == 0


def test_a_token_that_was_guessed_is_nothing(tus: Tus) -> None:
    assert tus.piece(f"/refunds/uploads/{uuid4()}/", WHOLE).status_code == 404


def test_signed_out_a_script_is_told_so(tus: Tus) -> None:
    url = tus.begun(9)
    tus.browser.logout()
    assert tus.piece(url, b"1", **{"X-Requested-With": "autosave"}).status_code == 403


def test_a_form_thrown_away_takes_its_uploads_along(tus: Tus) -> None:
    url = tus.send(WHOLE)
    token = Upload.objects.get().token
    tus.browser.post(f"/refunds/form/{tus.draft.token}/discard/")
    check(token, at=NOON)
    assert (Upload.objects.count(), Evidence.objects.count(), tus.arrived(url).status_code) == (0, 0, 404)


def test_bytes_lost_on_our_disk_are_asked_for_once_more(tus: Tus) -> None:
    tus.send(WHOLE)
    upload = Upload.objects.get()
    Path(upload.path).unlink()
    check(upload.token, at=NOON)
    upload.refresh_from_db()
    assert (upload.state, upload.refusal) == (UploadState.REFUSED, "lost")
