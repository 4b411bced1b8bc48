"""What somebody typed into the search, as a question to PostgreSQL's full-text index.

Every word must be found; each may be found as it stands, whatever its accents, or bent by the rules of any of
our languages, for nobody knows in which one a member wrote. "Several words" in quotes stand side by side,
`-word` must not be there, `word*` begins with this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

LONGEST = 254
MOST_WORDS = 12
SHORTEST_BEGINNING = 3

BENT_BY = ("english", "german", "french", "spanish", "portuguese")
_TOKEN = re.compile(r'-?"[^"]*"?|\S+')


class CannotLookFor(Exception):
    """What was typed is no question; the message says what to type."""


@dataclass(frozen=True)
class Asked:
    """The question as text of PostgreSQL's `tsquery`: what `every` one found meets, and `any` word of it."""

    every: str
    any: str


@dataclass(frozen=True)
class _Word:
    """A word or several side by side; `unwanted` behind a minus, `begins` before an asterisk."""

    text: str
    quoted: bool
    unwanted: bool
    begins: bool


def understood(typed: str, *, language: str) -> Asked:
    """The question in `typed`; words that say nothing in `language`, like “the”, are left out of several.

    Raises CannotLookFor.
    """
    words = _words(typed.replace("\0", " ")[:LONGEST])
    forms = _forms(words)
    said = [forms_of for word, forms_of in zip(words, forms, strict=True) if not word.unwanted]
    if not any(said):
        raise CannotLookFor(_("Please type a word, a name, an address or a number to look for."))
    telling = [each for each in said if each and not _says_nothing(each, language)] or said
    unwanted = [each for word, each in zip(words, forms, strict=True) if word.unwanted and each]
    every = [_either(each) for each in telling if each] + [f"!{_either(each)}" for each in unwanted]
    return Asked(every=" & ".join(every), any=" | ".join(_either(each) for each in telling if each))


def _words(typed: str) -> list[_Word]:
    found = []
    for token in _TOKEN.findall(typed)[:MOST_WORDS]:
        unwanted = token.startswith("-") and len(token) > 1
        bare = token.removeprefix("-") if unwanted else token
        quoted = bare.startswith('"')
        begins = bare.endswith("*") and not quoted
        text = bare.strip('"*').strip()
        if begins and len(text) < SHORTEST_BEGINNING:
            raise CannotLookFor(_("Please type at least three letters before the asterisk."))
        found.append(_Word(text, quoted=quoted, unwanted=unwanted, begins=begins))
    return found


@dataclass(frozen=True)
class _Forms:
    """How a word may stand in the index: `plain` forms, and by configuration the `bent` one, empty: mute."""

    plain: tuple[str, ...]
    bent: dict[str, str]

    def __bool__(self) -> bool:
        return bool(self.plain)


def _forms(words: list[_Word]) -> list[_Forms]:
    bent = ", ".join(f"phraseto_tsquery('pg_catalog.{each}', word)::text" for each in BENT_BY)
    sql = f"""
        SELECT search_quoted(word), search_quoted(search_folded(word)),
               phraseto_tsquery('pg_catalog.simple', search_folded(word))::text, {bent}
        FROM unnest(%s::text[]) WITH ORDINALITY AS typed(word, place) ORDER BY place
    """  # noqa: S608  # only names of configurations
    with connection.cursor() as cursor:
        cursor.execute(sql, [[word.text for word in words]])
        rows = cursor.fetchall()
    return [_forms_of(word, *row) for word, row in zip(words, rows, strict=True)]


def _forms_of(word: _Word, exact: str, folded: str, simple: str, *bent: str) -> _Forms:
    if not simple:
        return _Forms((), {})
    if word.begins:
        return _Forms((f"{exact}:*", f"{folded}:*"), {})
    return _Forms((exact, simple), dict(zip(BENT_BY, bent, strict=True)))


def _says_nothing(forms: _Forms, language: str) -> bool:
    name = CONFIGURATIONS.get(language)
    return name is not None and forms.bent.get(name) == ""


def _either(forms: _Forms) -> str:
    return (
        f"({' | '.join(f'({each})' for each in dict.fromkeys((*forms.plain, *forms.bent.values())) if each)})"
    )


CONFIGURATIONS = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "pt-br": "portuguese",
}
"""By which configuration the words of a language are bent, as `search_config` in PostgreSQL says it too."""
