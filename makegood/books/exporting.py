"""The books as tables for accounting, their columns named after SAF-T: see docs/books.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db import transaction

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.recording import record
from makegood.books.credit_notes.on_paper import COLUMNS, rows_of
from makegood.books.credit_notes.queries import issued_on
from makegood.books.models import CreditNote
from makegood.money import Money
from makegood.refunds.models import ExternalRefund, LedgerEntry, Refund
from makegood.sheets import Value, lines

_AT_ONCE = 2000


class Table(StrEnum):
    """What can be exported."""

    LEDGER = "ledger"
    CREDIT_NOTES = "credit-notes"
    REFUNDS = "refunds"


@dataclass(frozen=True, slots=True)
class Days:
    """From the first midnight of `first` to the one after `last`, in `zone`."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def begins(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.first, time.min, self.zone)

    @property
    def ends(self) -> datetime:
        """The first moment that is not in it any more."""
        return datetime.combine(self.last + timedelta(days=1), time.min, self.zone)


HEADERS: dict[Table, Sequence[str]] = {
    Table.LEDGER: (
        "TransactionID",
        "TransactionDate",
        "RecordID",
        "AccountID",
        "Description",
        "SourceDocumentID",
        "DebitAmount",
        "CreditAmount",
        "CurrencyCode",
    ),
    Table.CREDIT_NOTES: COLUMNS,
    Table.REFUNDS: (
        "PaymentRefNo",
        "TransactionDate",
        "SettlementDate",
        "PaymentMethod",
        "PaymentProvider",
        "Status",
        "SourceDocumentID",
        "OriginatingON",
        "TraceReference",
        "GrossTotal",
        "CurrencyCode",
    ),
}


def export(table: Table, days: Days) -> Iterator[bytes]:
    """The table as CSV, line by line: what happened on `days`, oldest first."""
    return lines(HEADERS[table], _ROWS[table](days))


def note_export(table: Table, days: Days, *, by: User, at: datetime) -> None:
    """Record that `by` takes the table out of the desk."""
    with transaction.atomic():
        record(
            Action.BOOKS_EXPORTED,
            subject=by,
            by=by,
            at=at,
            table=table.value,
            first=days.first.isoformat(),
            last=days.last.isoformat(),
        )


def _ledger(days: Days) -> Iterator[list[Value]]:
    rows = LedgerEntry.objects.filter(transaction__at__gte=days.begins, transaction__at__lt=days.ends)
    about = ("transaction__refund", "transaction__external_refund")
    rows = rows.select_related(*about).order_by("transaction__at", "transaction_id", "pk")
    for row in rows.iterator(_AT_ONCE):
        of = row.transaction
        amount = Money(abs(row.minor), row.currency).decimal
        outside = of.external_refund.provider_refund_id if of.external_refund else of.movement
        yield [
            of.pk,
            _day(of.at, days),
            row.pk,
            row.account,
            of.kind,
            of.refund.reference if of.refund else outside,
            amount if row.minor > 0 else None,
            amount if row.minor < 0 else None,
            row.currency,
        ]


def _credit_notes(days: Days) -> Iterator[list[Value]]:
    rows = CreditNote.objects.filter(issued_at__gte=days.begins, issued_at__lt=days.ends)
    for row in rows.order_by("issued_at", "pk").iterator(_AT_ONCE):
        yield from rows_of(row, issued_on=issued_on(row, zone=days.zone))


def _refunds(days: Days) -> Iterator[list[Value]]:
    """Those that left on these days, and after them those made past this desk."""
    rows = Refund.objects.filter(succeeded_at__gte=days.begins, succeeded_at__lt=days.ends)
    for row in rows.select_related("payment__order").order_by("succeeded_at", "pk").iterator(_AT_ONCE):
        yield [
            row.provider_refund_id,
            _day(row.succeeded_at, days),
            _day(row.settled_at, days),
            row.payment.method,
            row.provider,
            row.state,
            row.reference,
            row.payment.order.number,
            row.trace_reference,
            row.amount,
        ]
    outside = ExternalRefund.objects.filter(made_at__gte=days.begins, made_at__lt=days.ends)
    for each in outside.select_related("payment__order").order_by("made_at", "pk").iterator(_AT_ONCE):
        yield [
            each.provider_refund_id,
            _day(each.made_at, days),
            None,
            each.payment.method,
            each.payment.provider,
            "external_undone" if each.undone_at else "external",
            None,
            each.payment.order.number,
            None,
            each.amount,
        ]


def _day(at: datetime | None, days: Days) -> date | None:
    return at.astimezone(days.zone).date() if at else None


_ROWS: dict[Table, Callable[[Days], Iterator[list[Value]]]] = {
    Table.LEDGER: _ledger,
    Table.CREDIT_NOTES: _credit_notes,
    Table.REFUNDS: _refunds,
}
