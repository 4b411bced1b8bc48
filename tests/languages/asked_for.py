"""The texts that this project asks to have translated, found in another way than `bin/messages` does it.

Code is read as Python reads it, and templates as Django compiles them: their nodes hold what a page asks for.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.template import engines
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from makegood.dev.messages.extracting import PACKAGE, TEMPLATES

Text = tuple[str | tuple[str, str], str | None]
"""A text, or its singular and plural; and the context, None without one."""

AS_ARGUMENT = re.compile(r"""\b_\("([^"]+)"\)""")
PLACES = {"gettext": 1, "ngettext": 2, "pgettext": 2, "npgettext": 3}
"""How many of the first arguments are words."""


def asked_for() -> set[Text]:
    """What all code and templates of the project ask for."""
    modules = (path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
    pages = (path for path in (PACKAGE / "templates").rglob("*") if path.suffix in TEMPLATES)
    return {text for path in modules for text in in_code(path)} | {
        text for path in pages for text in in_template(path)
    }


def in_code(path: Path) -> Iterator[Text]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            name = "gettext" if called == "_" else called.removesuffix("_lazy").removesuffix("_noop")
            places = node.args[: PLACES.get(name, 0)]
            said = [place.value for place in places if isinstance(place, ast.Constant)]
            words = [value for value in said if isinstance(value, str)]
            if words and len(words) == len(places):
                yield _text(words, has_context=name.lstrip("n").startswith("p"))


def in_template(path: Path) -> Iterator[Text]:
    compiled: Any = engines["django"].from_string(path.read_text())
    for words in AS_ARGUMENT.findall(path.read_text()):
        yield words.replace("%", "%%"), None
    for node in compiled.template.nodelist.get_nodes_by_type(TranslateNode):
        if isinstance(node.filter_expression.var.literal, str):
            yield node.filter_expression.var.literal.replace("%", "%%"), _context(node)
    for node in compiled.template.nodelist.get_nodes_by_type(BlockTranslateNode):
        forms = [node.render_token_list(tokens)[0] for tokens in (node.singular, node.plural) if tokens]
        yield (forms[0] if len(forms) == 1 else (forms[0], forms[1])), _context(node)


def _context(node: Any) -> str | None:
    return str(node.message_context.var) if node.message_context else None


def _text(said: list[str], *, has_context: bool) -> Text:
    context = said.pop(0) if has_context else None
    return (said[0] if len(said) == 1 else (said[0], said[1])), context
