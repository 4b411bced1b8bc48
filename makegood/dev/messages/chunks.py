"""Work for a translator as JSON: what is missing in a language, and what they wrote, checked and kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from babel.messages.catalog import Message

from makegood.dev.messages.catalogues import Words, is_translated
from makegood.dev.messages.checking import numbers_of_forms, placeholders, problems_in


class Missing(TypedDict, total=False):
    """One text to translate. `forms`: for each plural form wanted, some of the numbers it is said with."""

    id: str
    plural: str
    context: str
    forms: list[str]
    placeholders: list[str]
    comment: str
    files: list[str]


class NotATranslation(Exception):
    """The file is not a list of translations."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place} must be an object with “id”, “context” where the text has one, and “text”: "
            "a string, or for a text with a plural a list of strings, one a form."
        )


def missing(words: Words) -> list[Missing]:
    """The texts of `words` that have no translation yet, in the order of the catalogue."""
    forms = [", ".join(map(str, numbers[:5])) for numbers in numbers_of_forms(words)]
    return [_asked(message, forms) for message in sorted(words) if message.id and not is_translated(message)]


def _asked(message: Message, forms: list[str]) -> Missing:
    ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    asked = Missing(id=ids[0])
    if len(ids) > 1:
        asked |= {"plural": ids[1], "forms": forms}
    if message.context:
        asked["context"] = message.context
    if names := placeholders(" ".join(ids)):
        asked["placeholders"] = names
    if message.auto_comments:
        asked["comment"] = " ".join(message.auto_comments)
    asked["files"] = sorted({place for place, _line in message.locations})
    return asked


def fill(words: Words, said: object) -> Iterator[str]:
    """Put the translations `said` (as read from JSON) into `words`; what is wrong is left out and told.

    Yields one sentence for each that was refused. Raises NotATranslation before it changes anything.
    """
    if not isinstance(said, list):
        raise NotATranslation("The file must hold a list, and each of it")
    read = [_read(one, number) for number, one in enumerate(said, start=1)]
    for text, context, forms in read:
        message = words.get(text, context)
        if message is None:
            place = f" in the context “{context}”" if context else ""
            yield f"“{text}”: no such text{place}; it is not kept."
            continue
        new = Message(message.id, _of_shape(message, forms), context=context)
        problems = list(problems_in(new, words))
        if isinstance(message.id, str) and len(forms) > 1:
            problems = ["It has no plural, so its text is one string."]
        yield from (f"“{text}”: {problem} It is not kept." for problem in problems)
        if not problems:
            message.string = new.string
            message.flags.discard("fuzzy")


def _of_shape(message: Message, forms: tuple[str, ...]) -> str | tuple[str, ...]:
    return forms[0] if isinstance(message.id, str) else forms


def _read(one: object, number: int) -> tuple[str, str | None, tuple[str, ...]]:
    match one:
        case {"id": str(text), "text": str(form), **rest}:
            forms: tuple[str, ...] = (form,)
        case {"id": str(text), "text": [str(), *_] as several, **rest} if all(
            isinstance(form, str) for form in several
        ):
            forms = tuple(several)
        case _:
            raise NotATranslation(f"Number {number} of the list")
    context = rest.get("context") or None
    if not (context is None or isinstance(context, str)):
        raise NotATranslation(f"Number {number} of the list")
    return text, context, forms
