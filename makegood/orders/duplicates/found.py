"""A pair of orders that was found, and the reason in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from makegood.money import Money
from makegood.orders.duplicates.scoring import ALL, CORE, FURTHER, Evidence, confidence
from makegood.orders.duplicates.searching import TOLD

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """What a pair tells of one of its orders. `purchased_at` is in UTC."""

    number: str
    email: str
    product: str
    purchased_at: datetime
    amount: Money


@dataclass(frozen=True, slots=True)
class Found:
    """A likely duplicate: `order` is the later of the two, which is likely the one not meant.

    `confidence` is from 0.01 to 0.99. `rn` and `other_rn` are their places in the source: keys of the live
    database, else lines counted from 0. `cases` are the places of the case of each evidence in `scoring.ALL`.
    """

    order: Told
    other: Told
    rn: int
    other_rn: int
    apart: timedelta
    points: int
    cases: tuple[int, ...]

    @property
    def confidence(self) -> float:
        """How likely it is one order made twice, in hundredths."""
        return confidence(self.points)

    @property
    def reason(self) -> str:
        """Everything that was weighed, in words."""
        return "; ".join([self.short_reason, *self._words(FURTHER)])

    @property
    def short_reason(self) -> str:
        """What it is about, in words: “Same product, same price, 4 minutes apart”."""
        said = ", ".join([*self._words(CORE), f"{in_words(self.apart)} apart"])
        return said[0].upper() + said[1:]

    def _words(self, asked: Sequence[Evidence]) -> list[str]:
        seen = dict(zip(ALL, self.cases, strict=True))
        return [
            words for each in asked if seen[each] for words in [each.cases[seen[each] - 1].words] if words
        ]


def found(row: Sequence[Any]) -> Found:
    """The pair that a row of `searching.query` tells."""
    width = len(TOLD)
    rn, other, apart_us, points, *cases = row[2 * width :]
    return Found(
        order=_told(row[:width]),
        other=_told(row[width : 2 * width]),
        rn=int(rn),
        other_rn=int(other),
        apart=timedelta(microseconds=int(apart_us)),
        points=int(points),
        cases=tuple(map(int, cases)),
    )


def _told(row: Sequence[Any]) -> Told:
    number, email, product, at_us, amount_minor, currency = row
    at = _EPOCH + timedelta(microseconds=int(at_us))
    return Told(number, email, product, at, Money(int(amount_minor), currency))


def in_words(apart: timedelta) -> str:
    """`4 minutes`, `26 hours`, `less than a minute`."""
    minutes = int(apart.total_seconds() // 60)
    for size, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= 2 * size or (minutes >= size and unit == "minute"):  # “26 hours” says more than “1 day”
            count = minutes // size
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return "less than a minute"
