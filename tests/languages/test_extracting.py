"""Texts are found in Python and in templates as GNU gettext finds them."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from makegood.dev.messages.extracting import KEYWORDS, PACKAGE, texts_of

PYTHON = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext
class Form:
    label = gettext_lazy("A label")
    def words(self, count):
        if count:
            # Translators: shown after the sign-in
            said = _("Two "
                     "lines with {name}").format(name=f"{count}")
        return ngettext("one thing", "{count} things", count), pgettext("month", "May"), _(said)
"""
PAGE = """
{% load i18n %}
    <p title="{% translate "A title" %}">{{ "x"|default:_("A default") }}
  {% blocktranslate trimmed count n=2 %}
      {{ n }} file
  {% plural %}
      {{ n }} files
  {% endblocktranslate %}
{# Translators: the button #}
{% translate "Change" context "verb" %}
{% blocktranslate with a=b %}100 % of {{ a }}{% endblocktranslate %}
        {% comment %} {% translate "Not this" %} {% endcomment %}
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A small package with a module, a migration, a page and a letter."""
    package = tmp_path / "shop"
    (package / "templates").mkdir(parents=True)
    (package / "migrations").mkdir()
    (package / "forms.py").write_text(PYTHON)
    (package / "migrations" / "0001.py").write_text('_("Not of a migration")')
    (package / "templates" / "page.html").write_text(PAGE)
    (package / "templates" / "letter.txt").write_text('{% load i18n %}{% translate "Dear %(x)s" %}')
    (package / "notes.txt").write_text('{% translate "Not of a note" %}')
    return package


def test_every_form_of_a_text_is_found(package: Path) -> None:
    found = {(message.id, message.context) for message in texts_of(package) if message.id}
    assert found == {
        ("A label", None),
        ("Two lines with {name}", None),
        (("one thing", "{count} things"), None),
        ("May", "month"),
        ("A title", None),
        ("A default", None),
        (("%(n)s file", "%(n)s files"), None),
        ("Change", "verb"),
        ("100 %% of %(a)s", None),
        ("Dear %%(x)s", None),
    }


def test_a_text_brings_its_files_and_what_is_said_to_translators(package: Path) -> None:
    texts = texts_of(package)
    lines, button = texts.get("Two lines with {name}"), texts.get("Change", "verb")
    assert lines is not None
    assert button is not None
    assert lines.locations == [("shop/forms.py", 0)]
    assert lines.auto_comments == ["shown after the sign-in"]
    assert button.auto_comments == ["the button"]


def test_one_singular_with_two_plurals_is_refused(package: Path) -> None:
    (package / "other.py").write_text('ngettext("one thing", "{count} other things", 2)')
    with pytest.raises(ValueError, match=r"shop/other.py: “one thing” stands elsewhere with another plural"):
        texts_of(package)


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext is not installed")
def test_the_texts_of_this_project_are_those_that_xgettext_finds(tmp_path: Path) -> None:
    texts = texts_of()
    for path in {place for message in texts if message.id for place, _line in message.locations}:
        source = (PACKAGE.parent / path).read_text()
        name = path.replace("/", "-")
        (tmp_path / f"{name}.py").write_text(source if name.endswith(".py") else templatize(source))
    keywords = [f"--keyword={name}{_as_xgettext(places)}" for name, places in KEYWORDS.items()]
    options = ["--language=Python", "--from-code=UTF-8", "--keyword", *keywords]
    files = sorted(path.name for path in tmp_path.iterdir())
    subprocess.run(["xgettext", *options, "--output=all.po", *files], cwd=tmp_path, check=True)
    assert _ids(_read(tmp_path / "all.po")) == _ids(texts)


def _as_xgettext(places: tuple[int | tuple[int, str], ...] | None) -> str:
    said = [str(place) if isinstance(place, int) else f"{place[0]}{place[1]}" for place in places or ()]
    return ":" + ",".join(said) if said else ""


def _ids(texts: Catalog) -> set[tuple[object, str | None]]:
    return {(message.id, message.context) for message in texts if message.id}


def _read(path: Path) -> Catalog:
    blank_in_the_head = {"INTEGER": "2", "EXPRESSION": "n != 1"}
    text = path.read_text("utf-8")
    for blank, filled in blank_in_the_head.items():
        text = text.replace(blank, filled, 1)
    return read_po(io.StringIO(text))
