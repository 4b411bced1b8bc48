"""The catalogues: `locale/LANGUAGE/LC_MESSAGES/django.po`, which people edit, and Django's `django.mo`.

The same texts give the same bytes, whatever the day and the version of Babel: no dates, no numbers of lines.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileParser, write_po
from django.utils.translation import to_language, to_locale

from makegood.dev.messages.extracting import PACKAGE

LOCALE = PACKAGE / "locale"


class NoSuchLanguage(Exception):
    """There is no catalogue of this language."""

    def __init__(self, language: str, known: Iterable[str]) -> None:
        names = ", ".join(known) or "none yet"
        super().__init__(f"There is no catalogue “{language}”. There are: {names}.")


class Words(Catalog):
    """A catalogue whose head says the language and its plural forms, and nothing that changes by itself."""

    def __init__(self, language: str) -> None:
        """`language` as settings write it: `pt-br`. Raises ValueError for one that Babel does not know."""
        super().__init__(to_locale(language), header_comment="", fuzzy=False)
        if self.locale is None:
            raise ValueError(f"“{language}” is not the code of a language.")
        self.language = language

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """What the head of the file says."""
        return [
            ("Language", to_locale(self.language)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit\n"),
        ]

    @mime_headers.setter
    def mime_headers(self, said: Iterable[tuple[str, str]]) -> None:
        """Drop what the file says of itself: the plural forms are the language's, whoever wrote the file."""


def languages(locale: Path = LOCALE) -> list[str]:
    """The languages that have a catalogue, in alphabetical order."""
    return sorted(to_language(path.parents[1].name) for path in locale.glob("*/LC_MESSAGES/django.po"))


def path_of(language: str, locale: Path = LOCALE) -> Path:
    """Where the catalogue of `language` is kept."""
    return locale / to_locale(language) / "LC_MESSAGES" / "django.po"


def read(language: str, locale: Path = LOCALE) -> Words:
    """The catalogue of `language`. Raises NoSuchLanguage; PoFileError where the file is broken."""
    path = path_of(language, locale)
    if not path.is_file():
        raise NoSuchLanguage(language, languages(locale))
    words = Words(language)
    with path.open("rb") as file:
        PoFileParser(words, ignore_obsolete=True, abort_invalid=True).parse(file)
    return words


def write(words: Words, locale: Path = LOCALE) -> None:
    """Keep `words`, and what Django reads of them."""
    path = path_of(words.language, locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_po(words))
    path.with_suffix(".mo").write_bytes(as_mo(words))


def as_po(words: Words) -> bytes:
    """The file for people: sorted by text, one line a text, without the texts that are no longer used."""
    file = io.BytesIO()
    write_po(file, words, width=0, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return file.getvalue().lstrip(b"\n").rstrip() + b"\n"


def as_mo(words: Words) -> bytes:
    """The file for Django; a text that has no translation yet, or lacks a plural form, is left out."""
    whole = Words(words.language)
    for message in words:
        if message.id and is_translated(message):
            whole.add(message.id, message.string, context=message.context)
    file = io.BytesIO()
    write_mo(file, whole)
    return file.getvalue()


def is_translated(message: Message) -> bool:
    """Whether every form of the text is there and nobody has to look at it again."""
    said = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return bool(said) and all(said) and not message.fuzzy


def merged(words: Words, texts: Catalog) -> Words:
    """The `texts` of the code, each with its translation where `words` has one. Guesses at nothing."""
    new = Words(words.language)
    for text in texts:
        if not text.id:
            continue
        had = words.get(text.id if isinstance(text.id, str) else text.id[0], text.context)
        keeps = had is not None and had.id == text.id
        new.add(
            text.id,
            had.string if had is not None and keeps else "" if isinstance(text.id, str) else _empty(new),
            locations=text.locations,
            flags=had.flags if had is not None and keeps else (),
            auto_comments=text.auto_comments,
            user_comments=had.user_comments if had is not None else (),
            context=text.context,
        )
    return new


def _empty(words: Words) -> tuple[str, ...]:
    return ("",) * words.num_plurals
