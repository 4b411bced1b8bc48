"""Compares the lines of a report with what our books hold: a pure function, which changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from makegood.books.models.difference import DifferenceKind
from makegood.books.ours import Booked, Known
from makegood.money import Money
from makegood.refunds.reports import LineKind, ReportLine

TOLERANCE = timedelta(days=3)
"""We hear of a refund hours after it was paid, and reports count days by another clock than ours."""

_DISPUTES = frozenset({LineKind.DISPUTE, LineKind.DISPUTE_RETURNED})
_OPPOSITE = {LineKind.REFUND: LineKind.RETURNED, LineKind.RETURNED: LineKind.REFUND}


@dataclass(frozen=True, slots=True)
class Books:
    """Our side, as far as a report speaks of it.

    `known` and `booked` by the provider's number; `charges` that are payments of ours; `unreported`: booked,
    and in no report though it should be; `told`: kind and number of every movement in any report of the
    provider; `fees` that are booked, by kind and number.
    """

    known: Mapping[str, Known]
    booked: Mapping[tuple[LineKind, str], Booked]
    charges: Collection[str]
    unreported: Sequence[Booked]
    told: Collection[tuple[LineKind, str]]
    fees: Mapping[tuple[LineKind, str], Money]


@dataclass(frozen=True, slots=True)
class Found:
    """One difference, in a movement that the provider calls `refund_id`.

    `line` None: the report says nothing; `booked` None: our books hold nothing. `known` is the refund of ours
    that it is about; `fee` what our books hold, for DifferenceKind.FEE.
    """

    kind: DifferenceKind
    movement: LineKind
    refund_id: str
    charge_id: str
    line: ReportLine | None = None
    known: Known | None = None
    booked: Booked | None = None
    fee: Money | None = None

    @property
    def key(self) -> str:
        """The same difference found again has the same key."""
        about = self.refund_id or self.charge_id
        return f"{self.kind.value} {self.movement.value} {about}"


@dataclass(frozen=True, slots=True)
class Compared:
    """All differences, and by currency what left us: by the report, and by our books."""

    found: Sequence[Found]
    sums: Mapping[str, tuple[int, int]]


def compare(lines: Sequence[ReportLine], books: Books) -> Compared:
    """What differs between the lines of one report and our books."""
    found: list[Found] = []
    ours: list[tuple[LineKind, Money]] = []
    seen: set[tuple[LineKind, str]] = set()
    for line in lines:
        key = (line.kind, line.refund_id)
        booked = books.booked.get(key)
        if key in seen:
            known = books.known.get(line.refund_id)
            found.append(_in(line, DifferenceKind.TWICE, known, booked))
            continue
        seen.add(key)
        found.extend(_of_line(line, booked, books))
        if line.kind in _DISPUTES:
            continue
        if booked is not None:
            ours.append((line.kind, booked.of.amount))
        elif _is_undone(line, books):
            ours.append((line.kind, line.amount))
    for booked in books.unreported:
        found.append(_in_no_report(booked))
        ours.append((booked.kind, booked.of.amount))
    reported = ((line.kind, line.amount) for line in lines if line.kind not in _DISPUTES)
    return Compared(found, _sums(reported, ours))


def _of_line(line: ReportLine, booked: Booked | None, books: Books) -> Iterator[Found]:
    if line.kind in _DISPUTES:
        if line.charge_id not in books.charges:
            yield _in(line, DifferenceKind.UNKNOWN)
    elif (known := books.known.get(line.refund_id)) is None:
        yield _in(line, DifferenceKind.UNKNOWN)
    else:
        yield from _of_known(line, known, booked, books)
    fee = books.fees.get((line.kind, line.refund_id))
    if line.fee is not None and (line.fee or fee) and line.fee != fee:
        yield _in(line, DifferenceKind.FEE, books.known.get(line.refund_id), booked, fee)


def _of_known(line: ReportLine, known: Known, booked: Booked | None, books: Books) -> Iterator[Found]:
    if line.amount.currency != known.amount.currency:
        yield _in(line, DifferenceKind.CURRENCY, known, booked)
    elif line.amount != known.amount:
        yield _in(line, DifferenceKind.AMOUNT, known, booked)
    if line.charge_id and line.charge_id != known.charge_id:
        yield _in(line, DifferenceKind.CHARGE, known, booked)
    if booked is not None:
        if abs(line.at - booked.at) > TOLERANCE:
            yield _in(line, DifferenceKind.DAY, known, booked)
    elif not _is_undone(line, books):
        is_back = line.kind is LineKind.RETURNED
        kind = DifferenceKind.RETURNED_THERE if is_back else DifferenceKind.NOT_PAID_HERE
        yield _in(line, kind, known)


def _in(
    line: ReportLine,
    kind: DifferenceKind,
    known: Known | None = None,
    booked: Booked | None = None,
    fee: Money | None = None,
) -> Found:
    return Found(kind, line.kind, line.refund_id, line.charge_id, line, known, booked, fee)


def _in_no_report(booked: Booked) -> Found:
    of = booked.of
    return Found(DifferenceKind.MISSING, booked.kind, of.refund_id, of.charge_id, known=of, booked=booked)


def _is_undone(line: ReportLine, books: Books) -> bool:
    """It left and came back before we heard that it left: our books rightly hold neither."""
    opposite = (_OPPOSITE[line.kind], line.refund_id)
    return line.refund_id in books.known and opposite in books.told and opposite not in books.booked


def _sums(
    reported: Iterable[tuple[LineKind, Money]], ours: Iterable[tuple[LineKind, Money]]
) -> Mapping[str, tuple[int, int]]:
    sums: dict[str, list[int]] = {}
    for side, movements in enumerate((reported, ours)):
        for kind, amount in movements:
            sign = -1 if kind is LineKind.RETURNED else 1
            sums.setdefault(amount.currency, [0, 0])[side] += sign * amount.minor
    return {currency: (there, here) for currency, (there, here) in sorted(sums.items())}
