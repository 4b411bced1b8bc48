"""What is wrong with a translation, in sentences: forms, placeholders, HTML tags, line breaks at the ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from gettext import c2py

from babel.messages.catalog import Catalog, Message

from makegood.dev.messages.catalogues import Words, is_translated
from makegood.dev.messages.extracting import WRITTEN_IN

NAMED = re.compile(r"%\((\w+)\)[#0 +-]*\d*(?:\.\d+)?[a-zA-Z]|\{(\w*)(?:![rsa])?(?::[^{}]*)?\}|%[sd]")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
LONE_PERCENT = re.compile(r"%(?!\(\w+\))")
TRIED = range(1001)  # enough numbers to meet every plural form of every language


def problems_of(words: Words, texts: Catalog) -> Iterator[str]:
    """What keeps `words` from being a complete, right catalogue of the `texts` of the code."""
    known = {_key(text): text for text in texts if text.id}
    kept = {_key(message): message for message in words if message.id}
    for key, text in known.items():
        if key not in kept:
            yield f"{words.language}: “{_shown(text)}” is missing; bin/messages extract adds it."
    for key, message in kept.items():
        if key not in known:
            yield f"{words.language}: “{_shown(message)}” is no longer used; bin/messages extract removes it."
        elif not is_translated(message):
            if words.language == WRITTEN_IN:
                continue  # a text of the code is as good as a wording of its own
            yield f"{words.language}: “{_shown(message)}” is not translated."
        else:
            for problem in problems_in(message, words):
                yield f"{words.language}: “{_shown(message)}”: {problem}"


def problems_in(message: Message, words: Words) -> Iterator[str]:
    """What is wrong with one translation, as sentences; of an empty one, that it is empty."""
    if isinstance(message.id, str):
        yield from _of_form(message.id, str(message.string or ""), (message.id,))
        return
    singular, plural = message.id[0], message.id[1]
    forms = tuple(message.string or ())
    if len(forms) != words.num_plurals:
        yield f"It needs {words.num_plurals} forms, and has {len(forms)}."
        return
    for form, numbers in zip(forms, numbers_of_forms(words), strict=True):
        # “One request” may leave the number out only where no other number has the same form, as 21 has.
        may_be = (singular, plural) if numbers == [1] else (plural,)
        yield from (f"{problem} (form for {_some(numbers)})" for problem in _of_form(plural, form, may_be))


def numbers_of_forms(words: Words) -> list[list[int]]:
    """For each plural form of the language, the numbers up to 1000 that it is used for."""
    form_of = c2py(words.plural_expr)
    numbers: list[list[int]] = [[] for _form in range(words.num_plurals)]
    for number in TRIED:
        numbers[form_of(number)].append(number)
    return numbers


def placeholders(text: str) -> list[str]:
    """The `{name}` and `%(name)s` of a text, sorted, each once."""
    return sorted({found.group() for found in NAMED.finditer(text.replace("%%", ""))})


def _of_form(text: str, said: str, may_be: tuple[str, ...]) -> Iterator[str]:
    if not said.strip():
        yield "It is empty."
        return
    if placeholders(said) not in [placeholders(allowed) for allowed in may_be]:
        wanted, has = ", ".join(placeholders(text)) or "none", ", ".join(placeholders(said)) or "none"
        yield f"Its placeholders must be {wanted}, and are {has}."
    if Counter(TAG.findall(said)) not in [Counter(TAG.findall(allowed)) for allowed in may_be]:
        wanted, has = " ".join(TAG.findall(text)) or "none", " ".join(TAG.findall(said)) or "none"
        yield f"Its tags must be {wanted}, and are {has}."
    if (text[: _blank(text)], text[::-1][: _blank(text[::-1])][::-1]) != (
        said[: _blank(said)],
        said[::-1][: _blank(said[::-1])][::-1],
    ):
        yield "It must begin and end with the same spaces and line breaks as the original."
    if "%(" in text and LONE_PERCENT.search(said.replace("%%", "")):
        yield "A per cent sign in it must be written %%."
    if "%%" not in text and "%%" in said and "%(" not in text:
        yield "It has %% where one per cent sign is meant."


def _blank(text: str) -> int:
    return len(text) - len(text.lstrip())


def _some(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:4])) + (" …" if len(numbers) > 4 else "")


def _key(message: Message) -> tuple[object, str | None]:
    return message.id, message.context


def _shown(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]
