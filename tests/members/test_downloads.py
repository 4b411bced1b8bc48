"""Downloads: noted before the file is handed over, full versions only to those who bought."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from makegood.orders.models import Download, Edition, Release
from tests.members.conftest import AtHome
from tests.members.scenes import olenas_order, words
from tests.people import joao, mail_sender, olena


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
    release.file.save(f"mail-sender-{edition}.exe", ContentFile(b"MZ, and then the program"))
    return release


def test_a_release_shows_version_platform_size_and_checksum(at_home: AtHome) -> None:
    a_release()
    page = words(at_home(joao()).get("/downloads/"))
    for what in ("Mail Sender", "Trial 9.6, Windows", "4.0 MB", "ab" * 32):
        assert what.replace("\xa0", " ") in page.replace("\xa0", " ")


def test_a_download_is_noted_and_handed_over(at_home: AtHome) -> None:
    release = a_release()
    answer = at_home(joao()).post(f"/downloads/{release.pk}/")
    assert b"".join(answer.streaming_content).startswith(b"MZ")  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment;")
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
