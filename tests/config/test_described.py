"""The settings in words: the page and docs/settings.md say the same, and no secret leaves."""

from __future__ import annotations

import re

import pytest

from makegood.audit.setting import Setting
from makegood.config.described import MEANINGS, SECRETS, described
from makegood.config.environment import KNOWN, REQUIRED, read_environment
from tests.environment import PROJECT, settings

ROW = re.compile(r"^\| `(?P<name>\w+)` \| (?P<meaning>.*?) \| (?P<third>.*) \|$", re.MULTILINE)


@pytest.fixture(autouse=True)
def good_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KNOWN:
        monkeypatch.delenv(name, raising=False)
    for name, value in settings(database_url="postgresql://ann:hunter2@db/makegood", run="none").items():
        monkeypatch.setenv(name, value)


def by_name() -> dict[str, Setting]:
    return {each.name: each for each in described(read_environment())}


def documented() -> dict[str, re.Match[str]]:
    text = (PROJECT / "docs" / "settings.md").read_text().split("## Of the commands")[0]
    return {row["name"]: row for row in ROW.finditer(text)}


def test_every_setting_is_described_once_and_in_the_order_of_the_documentation() -> None:
    assert set(MEANINGS) == set(KNOWN)
    assert list(MEANINGS) == list(documented())
    assert {each.name for each in by_name().values() if each.required} == set(REQUIRED)


@pytest.mark.parametrize("name", MEANINGS)
def test_the_page_says_what_the_documentation_says(name: str) -> None:
    said, written = str(MEANINGS[name]), documented()[name]["meaning"].replace("`", "")
    assert written[:1].lower() + written[1:] == written
    assert re.match(re.escape(said[:1].lower() + said[1:]) + r"(?!\w)", written)


@pytest.mark.parametrize("name", sorted(KNOWN - set(REQUIRED) - SECRETS))
def test_what_is_not_given_has_the_default_of_the_documentation(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in KNOWN - set(REQUIRED):
        monkeypatch.delenv(each, raising=False)
    setting = by_name()[name]
    told = documented()[name]["third"]
    assert not setting.given
    if setting.value == "":
        assert told.startswith(("empty", "the address of", "`MAKEGOOD_OIDC_SERVER_URL`"))
    else:
        assert f"`{setting.value}`" in told or setting.value == by_name()[told.strip("`")].value


def test_of_a_secret_only_a_keyed_mark_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    before = by_name()["DATABASE_URL"]
    assert (before.value, before.given, before.is_set) == ("", True, True)
    assert "hunter2" not in repr(described(read_environment()))
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann:hunter3@db/makegood")
    assert by_name()["DATABASE_URL"].kept != before.kept
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann:hunter2@db/makegood")
    assert by_name()["DATABASE_URL"].kept == before.kept
    monkeypatch.setenv("MAKEGOOD_SECRET_KEY", "another key of the tests, as long as the other one")
    assert by_name()["DATABASE_URL"].kept != before.kept


def test_what_could_hold_a_password_is_a_secret() -> None:
    assert {name for name in KNOWN if name.endswith(("_SECRET", "_KEY"))} <= SECRETS
    assert {"DATABASE_URL", "MAKEGOOD_EMAIL_URL", "MAKEGOOD_IMAP_URL"} <= SECRETS
