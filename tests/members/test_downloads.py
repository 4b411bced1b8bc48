"""Downloads: noted before the file is handed over, full versions only to those who bought."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from makegood.members.views import downloads
from makegood.orders.models import Download, Edition, Release
from makegood.orders.payments import reserve
from tests.members.conftest import AtHome
from tests.members.scenes import olenas_order, words
from tests.people import joao, mail_sender, olena

PROGRAM = b"MZ, and then the program"  # 24 bytes


def a_release(edition: Edition = Edition.TRIAL) -> Release:
    """Mail Sender 9.6 for Windows."""
    release = Release(
        product=mail_sender(),
        version="9.6",
        platform="Windows",
        edition=edition,
        byte_size=4_200_000,
        sha256="ab" * 32,
        released_on=timezone.now().date(),
    )
    release.file.save(f"mail-sender-{edition}.exe", ContentFile(PROGRAM))
    return release


def body(answer: Any) -> bytes:
    """What was sent, to its end."""
    sent: bytes = answer.getvalue()
    return sent


def link(browser: Client, release: Release) -> str:
    """Where the button leads."""
    return str(browser.post(f"/downloads/{release.pk}/")["Location"])


def test_a_release_shows_version_platform_size_and_checksum(at_home: AtHome) -> None:
    a_release()
    page = words(at_home(joao()).get("/downloads/"))
    for what in ("Mail Sender", "Trial 9.6, Windows", "4.0 MB", "ab" * 32):
        assert what.replace("\xa0", " ") in page.replace("\xa0", " ")


def test_a_download_is_noted_and_handed_over(at_home: AtHome) -> None:
    release = a_release()
    answer = at_home(joao()).post(f"/downloads/{release.pk}/", follow=True)
    assert body(answer) == PROGRAM
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"] == "application/octet-stream"
    assert Download.objects.get().member == joao()


def test_looking_at_a_download_notes_nothing(at_home: AtHome) -> None:
    release = a_release()
    assert at_home(joao()).get(f"/downloads/{release.pk}/").status_code == 405
    assert not Download.objects.exists()


def test_a_full_version_is_for_those_who_bought_it(at_home: AtHome) -> None:
    release = a_release(Edition.FULL)
    olenas_order()
    assert "Full version" in words(at_home(olena()).get("/downloads/"))
    assert "Full version" not in words(at_home(joao()).get("/downloads/"))
    refused = at_home(joao()).post(f"/downloads/{release.pk}/", follow=True)
    assert "is for those who bought it" in words(refused)
    assert not Download.objects.exists()


def test_a_file_that_is_gone_is_said_and_not_noted(at_home: AtHome) -> None:
    release = a_release()
    release.file.storage.delete(str(release.file.name))
    refused = at_home(joao()).post(f"/downloads/{release.pk}/", follow=True)
    assert "This file cannot be had at the moment" in words(refused)
    assert not Download.objects.exists()


@pytest.mark.parametrize("pk", [0, 999_999])
def test_an_unknown_release_is_not_found(at_home: AtHome, pk: int) -> None:
    assert at_home(joao()).post(f"/downloads/{pk}/").status_code == 404


def test_nothing_to_download_is_said(at_home: AtHome) -> None:
    assert "Nothing to download yet" in words(at_home(joao()).get("/downloads/"))


def test_older_versions_stand_behind_a_fold(at_home: AtHome) -> None:
    old = a_release()
    Release.objects.filter(pk=old.pk).update(version="9.5", released_on=date(2020, 1, 1))
    a_release()
    page = words(at_home(joao()).get("/downloads/"))
    assert page.index("Trial 9.6") < page.index("1 older version") < page.index("Trial 9.5")
    assert at_home(joao()).post(f"/downloads/{old.pk}/")["Location"].startswith("/downloads/file/")


# Going on with a broken download


def test_going_on_sends_what_is_missing_and_notes_nothing_again(at_home: AtHome) -> None:
    browser = at_home(joao())
    url = link(browser, a_release())
    whole = browser.get(url)
    assert (whole["Accept-Ranges"], whole["ETag"]) == ("bytes", f'"{"ab" * 32}"')
    assert whole["Content-Length"] == "24"
    assert body(whole) == PROGRAM
    rest = browser.get(url, headers={"Range": "bytes=10-", "If-Range": whole["ETag"]})
    assert (rest.status_code, rest["Content-Range"]) == (206, "bytes 10-23/24")
    assert rest["Content-Length"] == "14"
    assert body(rest) == PROGRAM[10:]
    assert Download.objects.count() == 1


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=3-9", 3, 9),
        ("bytes=20-99999", 20, 23),
        ("bytes=-4", 20, 23),
        ("bytes=-9999", 0, 23),
        ("BYTES = 5 - 6", 5, 6),
    ],
)
def test_a_part_is_sent(at_home: AtHome, asked: str, first: int, last: int) -> None:
    browser = at_home(joao())
    part = browser.get(link(browser, a_release()), headers={"Range": asked})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes {first}-{last}/24")
    assert body(part) == PROGRAM[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=24-", "bytes=999999999999999999-", "bytes=-0"])
def test_a_part_behind_the_end_is_refused_with_the_size(at_home: AtHome, asked: str) -> None:
    browser = at_home(joao())
    refused = browser.get(link(browser, a_release()), headers={"Range": asked})
    assert (refused.status_code, refused["Content-Range"]) == (416, "bytes */24")
    assert refused["ETag"]


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=9-3",
        "bytes=-",
        "bytes=",
        "lines=1-2",
        "bytes=0-1,5-6",
        "bytes=a-b",
        "nonsense",
        "bytes=" + "9" * 99,
    ],
)
def test_what_is_no_single_range_gets_the_whole_file(at_home: AtHome, asked: str) -> None:
    browser = at_home(joao())
    whole = browser.get(link(browser, a_release()), headers={"Range": asked})
    assert (whole.status_code, body(whole)) == (200, PROGRAM)


def test_of_a_file_that_has_changed_the_whole_is_sent(at_home: AtHome) -> None:
    browser = at_home(joao())
    again = browser.get(link(browser, a_release()), headers={"Range": "bytes=10-", "If-Range": '"another"'})
    assert (again.status_code, body(again)) == (200, PROGRAM)


def test_asked_for_its_headers_it_tells_the_size_and_sends_nothing(at_home: AtHome) -> None:
    browser = at_home(joao())
    headers = browser.head(link(browser, a_release()), headers={"Range": "bytes=1-2"})
    assert (headers.status_code, headers["Content-Length"]) == (200, "24")
    assert body(headers) == b""


def test_a_link_is_for_whom_it_was_made_and_not_for_long(
    at_home: AtHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = at_home(joao())
    url = link(browser, a_release())
    assert at_home(olena()).get(url).status_code == 404
    assert Client().get(url)["Location"].startswith("/accounts/login/")
    monkeypatch.setattr(downloads, "LINK_LASTS", -1)
    assert browser.get(url).status_code == 404


def test_a_link_ends_with_what_was_bought(at_home: AtHome) -> None:
    order, browser = olenas_order(), at_home(olena())
    url = link(browser, a_release(Edition.FULL))
    assert body(browser.get(url)) == PROGRAM
    reserve(order.payments.get().pk, order.amount)
    assert browser.get(url).status_code == 404


@pytest.mark.parametrize(
    ("by", "header", "says"),
    [
        ("x-accel:/of-makegood/", "X-Accel-Redirect", "/of-makegood/releases/mail-sender-trial"),
        ("x-sendfile", "X-Sendfile", "/releases/mail-sender-trial"),
    ],
)
def test_a_server_in_front_can_send_the_bytes(
    at_home: AtHome, settings: Settings, by: str, header: str, says: str
) -> None:
    settings.MAKEGOOD_SEND_FILES = by
    browser = at_home(joao())
    answer = browser.get(link(browser, a_release()))
    assert says in answer[header]
    assert answer.content == b""
    assert answer["Content-Disposition"].startswith("attachment;")
