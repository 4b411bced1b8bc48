"""Translators get what is missing as JSON, and what they send back is checked before it is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from makegood.dev.messages.catalogues import Words
from makegood.dev.messages.chunks import NotATranslation, fill, missing
from tests.environment import PROJECT


@pytest.fixture
def ukrainian() -> Words:
    words = Words("uk")
    words.add("Sign in", "Увійти")
    words.add("May", "", context="month", auto_comments=["in a calendar"], locations=[("a.py", 0)])
    words.add("May", "", context="right")
    words.add("See <b>{name}</b>", "")
    words.add(("One request", "{count} requests"), ("", "", ""))
    return words


def test_what_is_missing_says_all_that_a_translator_needs(ukrainian: Words) -> None:
    assert missing(ukrainian) == [
        {"id": "May", "context": "month", "comment": "in a calendar", "files": ["a.py"]},
        {"id": "May", "context": "right", "files": []},
        {
            "id": "One request",
            "plural": "{count} requests",
            "forms": ["1, 21, 31, 41, 51", "2, 3, 4, 22, 23", "0, 5, 6, 7, 8"],
            "placeholders": ["{count}"],
            "files": [],
        },
        {"id": "See <b>{name}</b>", "placeholders": ["{name}"], "files": []},
    ]


def test_what_is_right_is_kept(ukrainian: Words) -> None:
    forms = ["{count} запит", "{count} запити", "{count} запитів"]
    said = [
        {
            "id": "May",
            "context": "month",
            "text": "травень",
            "comment": "what else is in it is not looked at",
        },
        {"id": "One request", "text": forms},
    ]
    assert list(fill(ukrainian, said)) == []
    assert [text["id"] for text in missing(ukrainian)] == ["May", "See <b>{name}</b>"]
    assert ukrainian.get("One request").string == tuple(forms)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (
            {"id": "See <b>{name}</b>", "text": "Див. <b>{nome}</b>"},
            "placeholders must be {name}, and are {nome}",
        ),
        ({"id": "See <b>{name}</b>", "text": "Див. {name}"}, "tags must be <b> </b>, and are none"),
        ({"id": "See <b>{name}</b>", "text": ""}, "It is empty."),
        ({"id": "See <b>{name}</b>", "text": ["Див. <b>{name}</b>", "ще"]}, "It has no plural"),
        ({"id": "One request", "text": ["{count} запит", "{count} запити"]}, "needs 3 forms"),
        (
            {"id": "One request", "text": ["Один запит", "{count} запити", "{count} запитів"]},
            "form for 1, 21, 31, 41",
        ),
        ({"id": "One request", "text": "{count} запит"}, "needs 3 forms"),
        ({"id": "May", "text": "травень"}, "no such text"),
        ({"id": "Sign out", "text": "Вийти"}, "no such text"),
    ],
)
def test_what_is_wrong_is_refused_in_a_sentence_and_the_rest_kept(
    ukrainian: Words, said: dict[str, object], problem: str
) -> None:
    before = {(message.id, message.context): message.string for message in ukrainian if message.id}
    (told,) = fill(ukrainian, [said, {"id": "May", "context": "right", "text": "може"}])
    assert problem in told
    after = {(message.id, message.context): message.string for message in ukrainian if message.id}
    assert after == before | {("May", "right"): "може"}


@pytest.mark.parametrize(
    "said",
    [
        {},
        None,
        [1],
        [{"id": "May"}],
        [{"id": 1, "text": "x"}],
        [{"id": "May", "text": [1]}],
        [{"id": "May", "text": []}],
    ],
)
def test_what_is_no_list_of_translations_changes_nothing(ukrainian: Words, said: object) -> None:
    with pytest.raises(NotATranslation, match="must be an object with “id”"):
        list(fill(ukrainian, said))


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "makegood.dev.messages", *words]
    environment = {"PYTHONPATH": str(PROJECT), "PATH": os.environ["PATH"]}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_command_needs_no_settings_and_no_database() -> None:
    parts = [json.loads(run("missing", "de", "--part", f"{part}/3").stdout) for part in (1, 2, 3)]
    whole = json.loads(run("missing", "de").stdout)
    assert [len(part) for part in parts] == [len(whole[part::3]) for part in range(3)]
    assert sorted(map(json.dumps, chain(*parts))) == sorted(map(json.dumps, whole))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["missing", "tlh"], "There is no catalogue “tlh”."),
        (["missing", "de", "--part", "4/3"], "invalid _part value"),
        (["fill", "de", "/nowhere.json"], "No such file"),
        (["add", "de"], "There is a catalogue “de” already."),
        (["add", "klingon"], "is not the code of a language"),
        ([], "required: COMMAND"),
    ],
)
def test_a_mistake_is_a_sentence(words: list[str], told: str) -> None:
    answer = run(*words)
    assert answer.returncode == 2
    assert told in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_file_that_is_not_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{")
    answer = run("fill", "de", str(tmp_path / "x.json"))
    assert (answer.returncode, "is not JSON" in answer.stderr) == (2, True)
