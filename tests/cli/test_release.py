"""`makegood release`: what it puts on offer, and what it refuses in a sentence."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.orders.downloads import releases_open_to
from makegood.orders.models import Release
from tests.people import joao, mail_sender, verifier

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(tmp_path: Path) -> str:
    mail_sender()
    (tmp_path / "mail-sender.exe").write_bytes(b"MZ" + b"x" * 3_000_000)
    return str(tmp_path / "mail-sender.exe")


def test_a_file_is_measured_and_on_offer(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("release", "mail-sender", "trial", "9.6.1", "Windows", program)
    (release,) = releases_open_to(joao())
    sha256 = hashlib.sha256(Path(program).read_bytes()).hexdigest()
    assert (release.byte_size, release.sha256) == (3_000_002, sha256)
    with release.file.open("rb") as kept:
        assert kept.read() == Path(program).read_bytes()
    assert str(release.file).endswith("/mail-sender.exe")
    assert sha256 in capsys.readouterr().out
    assert Event.objects.get(action=Action.RELEASE_PUBLISHED).subject_id == release.pk


def test_a_published_file_is_not_replaced(program: str) -> None:
    call_command("release", "mail-sender", "trial", "9.6.1", "Windows", program)
    with pytest.raises(CommandError, match=r"is published already\. Give the new file a new version"):
        call_command("release", "mail-sender", "trial", "9.6.1", "Windows", program)
    assert Release.objects.count() == 1


@pytest.mark.parametrize(
    ("sku", "version", "told"),
    [
        ("nothing", "1", "nothing is no product"),
        ("verifier-online", "1", "is a service; only software has files"),
        ("mail-sender", "9" * 41, "version: Ensure this value has at most 40"),
        ("mail-sender", "", "version: This field cannot be blank"),
    ],
)
def test_what_cannot_be_is_said(program: str, sku: str, version: str, told: str) -> None:
    verifier()
    with pytest.raises(CommandError, match=told):
        call_command("release", sku, "trial", version, "Windows", program)
    assert not Release.objects.exists()


def test_a_file_that_is_not_there_is_said(program: str) -> None:
    with pytest.raises(CommandError, match=r"none\.exe cannot be read: No such file"):
        call_command(
            "release", "mail-sender", "full", "1", "Windows", str(Path(program).with_name("none.exe"))
        )
