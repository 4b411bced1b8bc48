"""`makegood policy publish`."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from unittest.mock import Mock, call

import pytest
from django.core.management import CommandError, call_command

from makegood.refund_requests.models import PolicyVersion
from tests.cli.policy_line import REFUND_POLICY, command, run, written
from tests.environment import PROJECT

pytestmark = pytest.mark.django_db

DOCUMENT = PROJECT / "policies" / "refund-policy.md"


def changed(folder: Path, old: str, new: str) -> str:
    """The vendor's document with one passage changed, as a file."""
    text = DOCUMENT.read_text()
    assert old in text
    (folder / "changed.md").write_text(text.replace(old, new, 1))
    return str(folder / "changed.md")


def test_published_it_is_kept_word_for_word(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("policy", "publish", str(DOCUMENT))
    assert PolicyVersion.objects.get().text == DOCUMENT.read_text()
    assert capsys.readouterr().out == "Version 2026-11 is published, in force from 2010-01-01.\n"


def test_it_is_published_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(DOCUMENT.read_bytes())))
    call_command("policy", "publish", "-")
    assert PolicyVersion.objects.get().text == DOCUMENT.read_text()


def test_what_was_published_is_said_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("policy", "publish", str(DOCUMENT), "--json")
    version = PolicyVersion.objects.get()
    assert json.loads(capsys.readouterr().out) == {
        "policy": "refunds",
        "version": "2026-11",
        "sha256": version.sha256,
        "in_force_from": "2010-01-01",
        "languages": ["en"],
    }


def test_a_document_whose_examples_fail_is_not_published(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = changed(tmp_path, "| refund 79.00 USD (2) |", "| refund 78.00 USD (2) |")
    with pytest.raises(CommandError, match=r"1 of .* examples come out differently"):
        call_command("policy", "publish", file)
    said = capsys.readouterr().err
    assert "“An unfixable bug” comes out differently" in said
    assert "written: refund 78.00 USD (2)" in said
    assert "decided: refund 79.00 USD (2)" in said
    assert not PolicyVersion.objects.exists()


def test_a_document_that_is_wrong_is_told_by_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"changed\.md:\d+") as refused:
        call_command("policy", "publish", changed(tmp_path, "`bug_confirmed`", "`bug_confrmed`"))
    assert refused.value.returncode == 1
    assert not PolicyVersion.objects.exists()


def test_another_text_for_a_published_version_is_refused(tmp_path: Path) -> None:
    call_command("policy", "publish", str(DOCUMENT))
    with pytest.raises(CommandError, match="a published version never changes"):
        call_command("policy", "publish", changed(tmp_path, "## Try before you buy", "## Try first"))


def test_a_file_that_is_not_there_is_bad_usage() -> None:
    with pytest.raises(CommandError, match=r"There is no file nowhere\.md") as refused:
        call_command("policy", "publish", "nowhere.md")
    assert refused.value.returncode == 2


def test_the_command_line_hands_it_to_the_command_of_django(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Mock(return_value=1)
    monkeypatch.setattr("makegood.cli.__main__.run", asked)
    assert run("publish", "a.md").code == run("publish", "-", "--json").code == 1
    assert asked.call_args_list == [
        call(["policy", "publish", "a.md"]),
        call(["policy", "publish", "-", "--json"]),
    ]


def test_to_publish_takes_settings_and_to_ask_how_takes_none() -> None:
    refused = command("publish", str(DOCUMENT), DATABASE_URL=None)
    assert (refused.code, refused.err) == (
        2,
        "makegood: DATABASE_URL is not set. See docs/settings.md.\n",
    )
    asked = command("publish", "--help", DATABASE_URL=None, DJANGO_SETTINGS_MODULE=None)
    assert asked.code == 0
    assert "Publish a policy whose examples" in asked.out


UKRAINIAN = REFUND_POLICY.replace("refund-policy.md", "refund-policy.uk.md")


def test_a_document_in_another_language_is_held_to_the_same_rules(tmp_path: Path) -> None:
    done = run("check", "--quick", UKRAINIAN, "--same-rules-as", REFUND_POLICY)
    assert (done.code, done.out.splitlines()[-1]) == (0, f"The rules are those of {REFUND_POLICY}.")
    text = (
        Path(UKRAINIAN).read_text("utf-8").partition("\n## Приклади")[0].replace("`NOT fixable`", "`fixable`")
    )
    other = written(tmp_path, text)
    assert run("check", "--quick", other, "--same-rules-as", REFUND_POLICY).code == 1
    (told,) = run("check", "--quick", "--json", other, "--same-rules-as", REFUND_POLICY).lines
    assert not told["fine"]
    assert any("`NOT fixable`" in each for each in told["other_rules"])


def test_it_is_published_in_several_languages(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("policy", "publish", str(DOCUMENT), UKRAINIAN)
    assert capsys.readouterr().out == (
        "Version 2026-11 is published, in force from 2010-01-01.\nIt can be read in Українська too.\n"
    )
    call_command("policy", "publish", UKRAINIAN.replace(".uk.", ".pl."), "--json")
    assert json.loads(capsys.readouterr().out)["languages"] == ["en", "pl", "uk"]


def test_a_translation_with_another_rule_is_refused_with_the_difference(tmp_path: Path) -> None:
    text = Path(UKRAINIAN).read_text("utf-8").replace("`uses_since = 0`", "`uses_since <= 0`")
    with pytest.raises(CommandError, match=r"condition 4\(c\) is `uses_since = 0` here"):
        call_command("policy", "publish", str(DOCUMENT), written(tmp_path, text))
    assert not PolicyVersion.objects.exists()
