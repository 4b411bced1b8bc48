"""Which statutes are switched on, by country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.db.models.functions import JSONObject

from makegood.refund_requests.models import PolicyVersion, StatuteReply, StatuteVersion

TOLD = JSONObject(
    id="switch__statute_id",
    name="switch__statute__name",
    version="switch__statute__version",
    in_force_from="switch__statute__in_force_from",
    sha256="switch__statute__sha256",
    countries="switch__countries",
    is_on="switch__is_on",
)


_BY_NAME_AND_DAY = attrgetter("name", "in_force_from")


@dataclass(frozen=True, slots=True)
class InUse:
    """The texts that are on: country (ISO 3166) → those for customers there, by name and by day."""

    by_country: Mapping[str, Sequence[StatuteVersion]]

    def above(self, country: str, bought_on: date) -> list[StatuteVersion]:
        """Those that protect a customer in `country` who bought on that day; "": not known, so none.

        Of each statute the text that was in force then: a newer one leaves older purchases to the older one.
        """
        in_force = (each for each in self.by_country.get(country, ()) if each.in_force_from <= bought_on)
        return list({each.name: each for each in in_force}.values())

    def statutes(self) -> list[StatuteVersion]:
        """All that are on anywhere, by name."""
        found = {each.pk: each for there in self.by_country.values() for each in there}
        return sorted(found.values(), key=lambda each: (each.name, each.version))

    def countries_of(self, statute: StatuteVersion) -> list[str]:
        """Where it is on, by code."""
        return sorted(code for code, there in self.by_country.items() if statute in there)


def switched() -> ArraySubquery:
    """What `in_use` needs, to be read along with other rows: each switch that was agreed to, in order."""
    return ArraySubquery(_agreed().values(told=TOLD))


def in_use(versions: Sequence[PolicyVersion] | None = None) -> InUse:
    """What is on now: of each text and country, what was agreed to last; without the words.

    `versions`: what `policies.published` gave, which has read it along; without it, one query.
    """
    read_along = vars(versions[0]).get("described_statutes") if versions else None
    rows = _agreed().values_list(TOLD, flat=True) if read_along is None else read_along
    on: dict[tuple[str, int], StatuteVersion] = {}
    for told in rows:
        for country in told["countries"]:
            on.pop((country, told["id"]), None)
            if told["is_on"]:
                on[country, told["id"]] = _statute(told)
    by_country: dict[str, list[StatuteVersion]] = {}
    for (country, _key), statute in on.items():
        by_country.setdefault(country, []).append(statute)
    # Of two from the same day, the one that was switched on last stays behind the other.
    return InUse({country: sorted(there, key=_BY_NAME_AND_DAY) for country, there in by_country.items()})


def _agreed() -> QuerySet[StatuteReply]:
    return StatuteReply.objects.filter(agreed=True).order_by("pk")


def _statute(told: Mapping[str, Any]) -> StatuteVersion:
    """The row, its text left in the database."""
    since = date.fromisoformat(told["in_force_from"])
    values = (told["id"], told["name"], told["version"], since, told["sha256"])
    return StatuteVersion.from_db(None, ("id", "name", "version", "in_force_from", "sha256"), values)
