"""Every text of the code has its translation in every language that is offered, with all it must keep."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings

from makegood.dev.messages import catalogues
from makegood.dev.messages.catalogues import Words
from makegood.dev.messages.checking import numbers_of_forms, problems_in, problems_of
from makegood.dev.messages.extracting import texts_of

OFFERED = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


@pytest.mark.parametrize("language", OFFERED)
def test_a_language_that_is_offered_is_complete(language: str) -> None:
    problems = list(problems_of(catalogues.read(language), texts_of()))
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("language", catalogues.languages())
def test_what_is_translated_is_right(language: str) -> None:
    words = catalogues.read(language)
    said = [message for message in words if message.id and catalogues.is_translated(message)]
    problems = [f"“{message.id}”: {problem}" for message in said for problem in problems_in(message, words)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("language", catalogues.languages())
def test_what_django_reads_is_what_people_wrote(language: str) -> None:
    words, path = catalogues.read(language), catalogues.path_of(language)
    again = "was edited; bin/messages compile writes both files anew"
    assert path.read_bytes() == catalogues.as_po(words), f"{path} {again}"
    assert path.with_suffix(".mo").read_bytes() == catalogues.as_mo(words), f"{path} {again}"


@pytest.fixture
def german(tmp_path: Path) -> Words:
    """A catalogue of four texts, all translated, and kept in `tmp_path`."""
    words = Words("de")
    words.add("Sign in", "Anmelden")
    words.add("Change", "Ändern", context="language")
    words.add("See <a href='/x'>%(name)s</a>", "Siehe <a href='/x'>%(name)s</a>")
    words.add(("One request", "{count} requests"), ("Ein Antrag", "{count} Anträge"))
    catalogues.write(words, tmp_path)
    return words


def the_texts() -> Catalog:
    texts = Catalog()
    texts.add("Sign in")
    texts.add("Change", context="language")
    texts.add("See <a href='/x'>%(name)s</a>")
    texts.add(("One request", "{count} requests"))
    return texts


def test_a_whole_catalogue_has_no_problem(german: Words, tmp_path: Path) -> None:
    assert list(problems_of(catalogues.read("de", tmp_path), the_texts())) == []
    assert catalogues.as_po(catalogues.read("de", tmp_path)) == catalogues.as_po(german)


@pytest.mark.parametrize(
    ("text", "said", "problem"),
    [
        ("Sign in", "", "is not translated"),
        ("See <a href='/x'>%(name)s</a>", "Siehe <a href='/x'>%(nome)s</a>", "placeholders must be %(name)s"),
        ("See <a href='/x'>%(name)s</a>", "Siehe <a href='/y'>%(name)s</a>", "tags must be <a href='/x'>"),
        ("See <a href='/x'>%(name)s</a>", "Siehe <a href='/x'>%(name)s", "tags must be"),
        ("See <a href='/x'>%(name)s</a>", "100 % <a href='/x'>%(name)s</a>", "must be written %%"),
        ("Sign in", "Anmelden ", "same spaces"),
        ("Sign in", "{who} anmelden", "placeholders must be none, and are {who}"),
        ("One request", ("Ein Antrag", ""), "is not translated"),
        ("One request", ("Ein Antrag", "Anträge"), "placeholders must be {count}"),
        ("One request", ("Ein Antrag",), "needs 2 forms"),
    ],
)
def test_each_mistake_is_named(german: Words, text: str, said: object, problem: str) -> None:
    message = german.get(text)
    assert message is not None
    message.string = said  # type: ignore[assignment]  # a tuple is what Babel keeps of a plural
    (told,) = problems_of(german, the_texts())
    assert told.startswith(f"de: “{text}”")
    assert problem in told


def test_a_text_that_is_new_and_one_that_is_gone_are_named(german: Words) -> None:
    texts = the_texts()
    texts.add("Sign out")
    texts.delete("Sign in")
    assert list(problems_of(german, texts)) == [
        "de: “Sign out” is missing; bin/messages extract adds it.",
        "de: “Sign in” is no longer used; bin/messages extract removes it.",
    ]


def test_a_guess_is_not_a_translation(german: Words) -> None:
    message = german.get("Sign in")
    assert message is not None
    message.flags.add("fuzzy")
    assert [told[:13] for told in problems_of(german, the_texts())] == ["de: “Sign in”"]


def test_what_an_english_catalogue_leaves_empty_stays_as_it_is_in_the_code() -> None:
    words = Words("en")
    words.add("Sign in", "Log in")
    words.add("Change", "", context="language")
    words.add("See <a href='/x'>%(name)s</a>", "Look at %(name)s")
    words.add(("One request", "{count} requests"), ("", ""))
    (told,) = problems_of(words, the_texts())
    assert "tags must be" in told


def test_the_number_may_be_left_out_only_where_the_form_is_for_one_alone() -> None:
    """Ukrainian says 1, 21 and 31 alike, so “один запит” would be wrong for 21."""
    for language, ones in (("uk", [1, 21]), ("pl", [1]), ("de", [1]), ("fr", [0, 1])):
        words = Words(language)
        assert numbers_of_forms(words)[0][:2] == ones
        plural = ("{count}",) * (words.num_plurals - 1)
        message = words.add(("One", "{count}"), ("Eins", *plural))
        assert bool(list(problems_in(message, words))) == (ones != [1])


def test_merging_keeps_what_is_translated_and_guesses_nothing(german: Words) -> None:
    texts = the_texts()
    texts.add("Sign in now")
    texts.delete("One request")
    texts.add("Change")
    new = catalogues.merged(german, texts)
    said = {(message.id, message.context): message.string for message in new if message.id}
    assert said == {
        ("Sign in", None): "Anmelden",
        ("Change", "language"): "Ändern",
        ("See <a href='/x'>%(name)s</a>", None): "Siehe <a href='/x'>%(name)s</a>",
        ("Sign in now", None): "",
        ("Change", None): "",
    }


def test_a_text_that_gets_a_plural_is_asked_for_anew() -> None:
    had, texts = Words("uk"), Catalog()
    had.add("request", "запит")
    texts.add(("request", "requests"))
    (message,) = [message for message in catalogues.merged(had, texts) if message.id]
    assert message.string == ("", "", "")


def test_the_same_words_are_the_same_bytes_whatever_their_order(german: Words) -> None:
    turned = Words("de")
    for message in reversed([message for message in german if message.id]):
        turned.add(message.id, message.string, context=message.context)
    assert catalogues.as_po(turned) == catalogues.as_po(german)
    assert catalogues.as_mo(turned) == catalogues.as_mo(german)
    assert b"Date" not in catalogues.as_po(german) + catalogues.as_mo(german)


def test_there_is_no_catalogue_of_a_language_that_nobody_began(tmp_path: Path) -> None:
    with pytest.raises(
        catalogues.NoSuchLanguage, match=r"There is no catalogue “de”\. There are: none yet\."
    ):
        catalogues.read("de", tmp_path)
    with pytest.raises(ValueError, match="not the code of a language"):
        Words("klingon")
