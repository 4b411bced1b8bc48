"""Matches a report that was taken in with our books: finds differences, and lets go of explained ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Min

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.moving import move
from makegood.audit.recording import record
from makegood.books import ours
from makegood.books.comparing import TOLERANCE, Books, Found, compare
from makegood.books.models import Difference, DifferenceState, Match, MatchedSum, Report, ReportedMovement
from makegood.books.models.difference import MOVES
from makegood.money import Money
from makegood.orders.models import Payment
from makegood.refunds import ledger
from makegood.refunds.models import LedgerEntry
from makegood.refunds.reports import LineKind, ReportLine


def match(report: Report, *, by: Actor, at: datetime) -> Match:
    """Compare `report` with our books as they are now, and keep what came of it.

    What differs and was not known is a new difference; one that a later report or our books explained is
    gone. Matched again with nothing changed, it changes nothing but the list of matches.
    """
    with transaction.atomic():
        wait_for_others(report.provider)
        current = Report.objects.get(pk=report.pk)
        lines = lines_of(current)
        compared = compare(lines, _books(current, lines))
        for found in compared.found:
            _keep(current, found, by=by, at=at)
        _let_go(current, {found.key for found in compared.found}, by=by, at=at)
        made = Match.objects.create(report=current, at=at, found=len(compared.found))
        MatchedSum.objects.bulk_create(
            MatchedSum(match=made, currency=currency, reported_minor=there, ours_minor=here)
            for currency, (there, here) in compared.sums.items()
        )
    return made


def match_again(provider: str, *, by: Actor, at: datetime) -> list[Match]:
    """Match the newest report of `provider`, and every one from which something is open; oldest first."""
    reports = Report.objects.filter(provider=provider)
    newest = reports.order_by("-ends_at", "-pk").values_list("pk", flat=True)[:1]
    with_open = Difference.objects.filter(provider=provider, state=DifferenceState.OPEN).values("report")
    wanted = reports.filter(pk__in=[*newest, *with_open.values_list("report_id", flat=True)])
    return [match(report, by=by, at=at) for report in wanted.order_by("ends_at", "pk")]


def wait_for_others(provider: str) -> None:
    """Until this transaction ends, nobody else takes in or matches a report of `provider`.

    Of two at once, the second finds what the first found, and the fees that it booked.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"books of {provider}"])


def lines_of(report: Report) -> list[ReportLine]:
    """What the report tells, in its order."""
    rows = ReportedMovement.objects.filter(report=report).order_by("number")
    return [
        ReportLine(LineKind(row.kind), row.refund_id, row.charge_id, row.amount, row.fee, row.at)
        for row in rows
    ]


def _books(report: Report, lines: Sequence[ReportLine]) -> Books:
    provider = report.provider
    refund_ids = {line.refund_id for line in lines}
    known = ours.known_as(provider, refund_ids)
    told = ReportedMovement.objects.filter(provider=provider, refund_id__in=refund_ids)
    charges = Payment.objects.filter(
        provider=provider, provider_reference__in={line.charge_id for line in lines}
    )
    first = Report.objects.filter(provider=provider).aggregate(first=Min("begins_at"))["first"]
    begins = max(report.begins_at - TOLERANCE, first + TOLERANCE)
    # A report taken in before its last day is over says nothing of what was still to come.
    ends = min(report.ends_at, report.taken_in_at) - TOLERANCE
    return Books(
        known=known,
        booked=ours.booked_of(provider, known),
        charges=set(charges.values_list("provider_reference", flat=True)),
        unreported=ours.booked_between(provider, begins, ends),
        told={(LineKind(kind), refund_id) for kind, refund_id in told.values_list("kind", "refund_id")},
        fees=_fees(provider, lines),
    )


def _fees(provider: str, lines: Sequence[ReportLine]) -> dict[tuple[LineKind, str], Money]:
    names = {name_of(provider, line): (line.kind, line.refund_id) for line in lines}
    entries = LedgerEntry.objects.filter(
        transaction__movement__in=names, transaction__kind=ledger.FEE, account=ledger.fees_of(provider)
    )
    booked = entries.values_list("transaction__movement", "minor", "currency")
    return {names[movement]: Money(minor, currency) for movement, minor, currency in booked}


def name_of(provider: str, line: ReportLine) -> str:
    """One name for the movement, whichever reports tell of it; our books know it by that."""
    return f"{provider} {line.kind.value} {line.refund_id}"


def _keep(report: Report, found: Found, *, by: Actor, at: datetime) -> None:
    row, is_new = Difference.objects.get_or_create(
        provider=report.provider, key=found.key, defaults=_row(report, found, at)
    )
    if is_new:
        record(Action.DIFFERENCE_FOUND, subject=row, by=by, at=at, provider=row.provider, about=row.key)
    elif row.state == DifferenceState.GONE:
        move(
            row,
            to=DifferenceState.OPEN,
            moves=MOVES,
            action=Action.DIFFERENCE_FOUND,
            by=by,
            at=at,
            details={"provider": row.provider, "about": row.key},
            changes={"found_at": at},
        )


def _let_go(report: Report, keys: set[str], *, by: Actor, at: datetime) -> None:
    open_ones = Difference.objects.filter(report=report, state=DifferenceState.OPEN)
    for row in open_ones.exclude(key__in=keys).order_by("pk"):
        move(
            row,
            to=DifferenceState.GONE,
            moves=MOVES,
            action=Action.DIFFERENCE_GONE,
            by=by,
            at=at,
            details={"provider": row.provider, "about": row.key},
        )


def _row(report: Report, found: Found, at: datetime) -> dict[str, object]:
    line, booked, known = found.line, found.booked, found.known
    is_fee = found.kind == "fee"
    there = (line.fee if is_fee else line.amount) if line else None
    here = found.fee if is_fee else known.amount if known else None
    return {
        "kind": found.kind,
        "report": report,
        "movement": found.movement,
        "provider_refund_id": found.refund_id,
        "charge_id": found.charge_id,
        "refund_id": known.refund if known else None,
        "external_refund_id": known.external_refund if known else None,
        "reported_minor": there.minor if there else None,
        "reported_currency": there.currency if there else "",
        "reported_at": line.at if line else None,
        "ours_minor": here.minor if here else None,
        "ours_currency": here.currency if here else "",
        "ours_at": booked.at if booked else None,
        "found_at": at,
    }
