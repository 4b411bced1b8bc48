"""The language and the time zone of a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from babel.dates import get_timezone_location
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from makegood.accounts.models import User

UTC = "UTC"
PARTS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}


class LanguageAndZoneForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class takes no type when it runs
    """Zones by part of the world and city: in a list one types the first letters of the city."""

    language = forms.ChoiceField(label=_("Language"), help_text=_("Of these pages and of our letters."))
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("In which we tell you days, times and deadlines.")
    )

    class Meta:
        model = User
        fields = ("language", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("language", settings.LANGUAGES)
        language = get_language() or "en"
        choices = list(_zones_by_part(language))
        if self.instance.time_zone not in _names() | {UTC}:
            # By an older name, which the shop or an earlier release gave: it stays until it is changed.
            choices.insert(0, (self.instance.time_zone, self.instance.time_zone))
        self._offer("time_zone", choices)
        self.fields["time_zone"].widget.attrs["data-own-zone"] = ""

    def _offer(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # tells mypy what is declared above
        field.choices = choices


@cache
def _zones_by_part(language: str) -> tuple[tuple[str, object], ...]:
    """Groups of (zone, city in the language), as choices of a field."""
    return ((UTC, UTC), *_groups(language))


@cache
def _names() -> frozenset[str]:
    """The zones by their present names, each once, from the list of the maintenance agency (IANA)."""
    lines = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text().splitlines()
    return frozenset(line.split("\t")[2] for line in lines if line and not line.startswith("#"))


def _groups(language: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    names = sorted(_names())
    for part, label in PARTS.items():
        cities = [(name, _city(name, language)) for name in names if name.startswith(f"{part}/")]
        yield str(label), sorted(cities, key=lambda pair: pair[1])


def _city(name: str, language: str) -> str:
    """“Kyiv”; where CLDR knows no city, what the zone itself is called."""
    city = get_timezone_location(name, language.replace("-", "_"), return_city=True)
    return city.rpartition("/")[2] or name.rpartition("/")[2].replace("_", " ")
