"""A language made from English for tests: each text accented, longer, in brackets, from right to left.

Its code is Arabic's, so that dates, plural forms and the direction are real ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.test import override_settings
from django.utils import translation
from django.utils.translation import trans_real

from makegood.dev.messages.catalogues import Words, merged, write
from makegood.dev.messages.extracting import texts_of

CODE = "ar"
KEPT = re.compile(r"%\(\w+\)[a-z]|\{[^{}]*\}|%%|<[^<>]*>|&\w+;")
ACCENTED = str.maketrans("AEIOUYaeiouycnsCNS", "ÂÉÎÖÛÝáèîöúýçñšÇÑŠ")
LONGER = 0.4
"""German and Ukrainian take up to 40 % more room than English."""
A_WORD = 6


def pseudo(text: str) -> str:
    """“Sign in” becomes “[!! Šîgñ îñ ~~~ !!]”; placeholders and tags stay, as do the spaces at both ends."""
    inner = text.strip()
    said, at = "", 0
    for kept in KEPT.finditer(inner):
        said += inner[at : kept.start()].translate(ACCENTED) + kept.group()
        at = kept.end()
    said += inner[at:].translate(ACCENTED)
    more = round(len(KEPT.sub("", inner)) * LONGER)
    padding = " ".join("~" * length for length in [*[A_WORD] * (more // A_WORD), more % A_WORD] if length)
    return text.replace(inner, f"[!! {said} {padding} !!]") if inner else text


def catalogue(locale: Path) -> None:
    """Write the whole catalogue of the pseudo-language into the folder `locale`."""
    words = merged(Words(CODE), texts_of())
    for message in words:
        if not message.id:
            continue
        if isinstance(message.id, str):
            message.string = pseudo(message.id)
        else:
            message.string = (pseudo(message.id[1]),) * words.num_plurals
    write(words, locale)


@contextmanager
def spoken(locale: Path) -> Iterator[None]:
    """Inside, the site offers the pseudo-language, whose catalogue lies in `locale`."""
    languages = [*settings.LANGUAGES, (CODE, "العربية")]
    with override_settings(LANGUAGES=languages, LOCALE_PATHS=[locale]):
        _forget()
        try:
            yield
        finally:
            translation.activate(settings.LANGUAGE_CODE)
    _forget()


def _forget() -> None:
    """Django reads a catalogue once, and this one is there for a test alone."""
    trans_real._translations.pop(CODE, None)  # type: ignore[attr-defined]  # the stubs leave it out
