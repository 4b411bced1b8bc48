"""Issues a credit note for each refund that left, and one that reverses it when the money came back."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, Sum

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.recording import record
from makegood.books.credit_notes.content import Content, Line, Seller, from_json, to_json
from makegood.books.credit_notes.splitting import tax_within
from makegood.books.models import CreditNote, CreditNoteKind, Series
from makegood.books.ours import KINDS
from makegood.money import Money
from makegood.orders.models import Order
from makegood.refunds.models import ExternalRefund, LedgerTransaction, Refund


def issue_due(
    of: Refund | ExternalRefund, *, seller: Seller, code: str, zone: ZoneInfo, by: Actor, at: datetime
) -> list[CreditNote]:
    """Every note that the movements of `of` in our books still lack, in their order; none when all are there.

    Called again, it issues nothing twice. `code` names the series, whose year is that of `at` in `zone`.
    """
    cause = Q(refund=of) if isinstance(of, Refund) else Q(external_refund=of)
    with transaction.atomic():
        # The order is the queue: what was credited of it before decides how much of a note is tax.
        order = Order.objects.select_for_update(no_key=True).get(pk=of.payment.order_id)
        moved = LedgerTransaction.objects.filter(cause, kind__in=KINDS, credit_note=None).order_by("pk")
        return [_issue(each, of, order, seller=seller, code=code, zone=zone, by=by, at=at) for each in moved]


def _issue(
    moved: LedgerTransaction,
    of: Refund | ExternalRefund,
    order: Order,
    *,
    seller: Seller,
    code: str,
    zone: ZoneInfo,
    by: Actor,
    at: datetime,
) -> CreditNote:
    reverses = _reversed_by(moved)
    moved_on = moved.at.astimezone(zone).date()
    if reverses is None:
        line = _line(order, of.amount, zone)
        content = Content(seller, order.member.name, order.country, moved_on, "", [line])
    else:
        was = from_json(reverses.content)
        content = Content(was.seller, was.customer, was.country, moved_on, reverses.name, was.lines)
    series = _next_number(code, at.astimezone(zone).date())
    tax = content.lines[0].tax
    note = CreditNote.objects.create(
        series=series,
        number=series.last,
        name=f"{series.code}-{series.year}-{series.last:06d}",
        kind=CreditNoteKind.CREDIT if reverses is None else CreditNoteKind.REVERSAL,
        transaction=moved,
        reverses=reverses,
        order=order,
        reference=of.reference if isinstance(of, Refund) else "",
        language=order.member.language or "en",
        currency=of.currency,
        gross_minor=of.amount_minor,
        tax_minor=None if tax is None else tax.minor,
        content=to_json(content),
        issued_at=at,
    )
    record(
        Action.CREDIT_NOTE_ISSUED,
        subject=note,
        by=by,
        at=at,
        thread=note.reference,
        number=note.name,
        amount=str(note.gross),
    )
    return note


def _reversed_by(moved: LedgerTransaction) -> CreditNote | None:
    if moved.kind != "returned":
        return None
    return CreditNote.objects.get(
        transaction__refund=moved.refund_id,
        transaction__external_refund=moved.external_refund_id,
        transaction__kind="paid",
        transaction__number=moved.number,
    )


def _next_number(code: str, on: date) -> Series:
    """The series, locked, its `last` being the number that is ours once this transaction is committed."""
    found, _ = Series.objects.get_or_create(code=code, year=on.year)
    series = Series.objects.select_for_update(no_key=True).get(pk=found.pk)
    series.last += 1
    series.save(update_fields=["last"])
    return series


def _line(order: Order, gross: Money, zone: ZoneInfo) -> Line:
    tax = _tax(order, gross)
    return Line(
        order=order.number,
        bought_on=order.purchased_at.astimezone(zone).date(),
        product=order.product.name,
        quantity=1,
        net=None if tax is None else gross - tax,
        tax_rate=None if tax is None else order.tax_rate,
        tax=tax,
        gross=gross,
    )


def _tax(order: Order, gross: Money) -> Money | None:
    """None: the shop did not tell the tax of the order, or was paid in another currency than it priced in."""
    if order.tax_minor is None or not order.amount or order.currency != gross.currency:
        return None
    standing = CreditNote.objects.filter(
        order=order, currency=order.currency, kind=CreditNoteKind.CREDIT, reversed_by=None
    )
    sums = standing.aggregate(gross=Sum("gross_minor", default=0), tax=Sum("tax_minor", default=0))
    return tax_within(
        gross,
        credited=Money(sums["gross"], order.currency),
        tax_credited=Money(sums["tax"], order.currency),
        order=order.amount,
        order_tax=Money(order.tax_minor, order.currency),
    )
