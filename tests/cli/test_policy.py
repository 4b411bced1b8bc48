"""`makegood policy`."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from makegood.refund_requests.models import PolicyVersion
from tests.environment import PROJECT

pytestmark = pytest.mark.django_db

DOCUMENT = PROJECT / "policies" / "refund-policy.md"


def changed(folder: Path, old: str, new: str) -> str:
    """The vendor's document with one passage changed, as a file."""
    text = DOCUMENT.read_text()
    assert old in text
    (folder / "changed.md").write_text(text.replace(old, new, 1))
    return str(folder / "changed.md")


def test_the_examples_of_the_vendors_policy_come_out_as_written(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("policy", "test", str(DOCUMENT))
    assert "examples come out as written" in capsys.readouterr().out


def test_published_it_is_kept_word_for_word() -> None:
    call_command("policy", "publish", str(DOCUMENT))
    assert PolicyVersion.objects.get().text == DOCUMENT.read_text()


def test_a_document_whose_examples_fail_is_not_published(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = changed(tmp_path, "| refund 79.00 USD (2) |", "| refund 78.00 USD (2) |")
    with pytest.raises(CommandError, match=r"1 of .* examples come out differently"):
        call_command("policy", "publish", file)
    assert "An unfixable bug: it says “refund 78.00 USD (2)”" in capsys.readouterr().err
    assert not PolicyVersion.objects.exists()


def test_a_document_that_is_wrong_is_told_by_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"changed\.md:\d+"):
        call_command("policy", "test", changed(tmp_path, "`bug_confirmed`", "`bug_confrmed`"))


def test_another_text_for_a_published_version_is_refused(tmp_path: Path) -> None:
    call_command("policy", "publish", str(DOCUMENT))
    with pytest.raises(CommandError, match="a published version never changes"):
        call_command("policy", "publish", changed(tmp_path, "## Try before you buy", "## Try first"))


def test_a_file_that_is_not_there_is_said() -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("policy", "test", "nowhere.md")
