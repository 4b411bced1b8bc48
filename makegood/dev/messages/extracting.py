"""Which texts the code and the templates ask to have translated, found without GNU gettext."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[2]
"""The folder `makegood`, which holds all code, templates and catalogues."""
WRITTEN_IN = "en"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
FOR_TRANSLATORS = ("Translators:",)
TEMPLATES = {".html", ".txt"}
INDENTED = re.compile(r"^[ \t]+", re.MULTILINE)


def texts_of(package: Path = PACKAGE) -> Catalog:
    """All texts of `package`, each with the files it stands in, its context and its comments for translators.

    Raises ValueError where one singular is used with two plurals, or with and without one: gettext cannot
    tell them apart.
    """
    found = Catalog(fuzzy=False)
    plurals: dict[tuple[str, str | None], object] = {}
    for path in _sources(package):
        place = path.relative_to(package.parent).as_posix()
        for text, comments, context in _texts_of_file(path):
            singular, plural = (text, None) if isinstance(text, str) else text
            if plurals.setdefault((singular, context), plural) != plural:
                raise ValueError(
                    f"{place}: “{singular}” stands elsewhere with another plural, or without one."
                )
            found.add(text, locations=[(place, 0)], auto_comments=comments, context=context)
    return found


def _sources(package: Path) -> Iterator[Path]:
    for path in sorted(package.rglob("*")):
        folders = path.relative_to(package).parts[:-1]
        is_code = path.suffix == ".py" and "migrations" not in folders
        if is_code or (path.suffix in TEMPLATES and "templates" in folders):
            yield path


def _texts_of_file(path: Path) -> Iterable[tuple[str | tuple[str, str], list[str], str | None]]:
    source = path.read_text("utf-8")
    if path.suffix in TEMPLATES:
        # Django writes calls of gettext in place of its tags, each on one line, and keeps the indentation of
        # the rest, which Python would take for blocks.
        source = INDENTED.sub("", templatize(source, origin=str(path)))
    lines = extract("python", io.BytesIO(source.encode()), KEYWORDS, FOR_TRANSLATORS, strip_comment_tags=True)
    for _line, text, comments, context in lines:
        yield (text if isinstance(text, str) else (text[0], text[1])), list(comments), context
