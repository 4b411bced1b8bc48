"""Texts are found in Python and in templates, whatever form they have."""

from __future__ import annotations

from pathlib import Path

import pytest

from makegood.dev.messages.extracting import texts_of
from tests.languages.asked_for import asked_for

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


def test_the_texts_of_this_project_are_those_that_it_asks_for() -> None:
    assert {(message.id, message.context) for message in texts_of() if message.id} == asked_for()
