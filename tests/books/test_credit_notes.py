"""Credit notes are numbered without gaps, say what was sold, and are taken back when the money comes back."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from makegood.books.credit_notes import issuing
from makegood.books.credit_notes.content import Seller, from_json
from makegood.books.models import CreditNote, Series
from makegood.refunds import external, ledger
from makegood.refunds.models import ExternalRefund, LedgerTransaction, Refund
from makegood.refunds.providers.base import ChargedRefund, Said
from makegood.refunds.states import State
from tests import people
from tests.at_once import at_once, refusals
from tests.books.scenes import UTC_ZONE, WORKER
from tests.people import NOON, later, usd

SELLER = Seller("Northwind Mail AS", ["Storgata 1", "0155 Oslo"], "NO 999 999 999 MVA")


def a_refund(amount: str = "79.00", *, tax: str | None = None, of: Refund | None = None) -> Refund:
    """A refund that left, of an order of 119.00 with `tax` in it; `of`: of the same order as this one."""
    if of is None:
        order = people.an_order(
            people.olena(), purchased_at=people.ago(days=9), amount=usd("119.00"), country="UA"
        )
        if tax:
            order.tax_minor, order.tax_rate = usd(tax).minor, Decimal(19)
            order.save()
        payment = order.payments.get()
    else:
        payment = of.payment
    refund = Refund.objects.create(
        payment=payment,
        reference=f"R-{payment.pk}-{payment.refunds.count()}",
        decision_round=1,
        currency="USD",
        amount_minor=usd(amount).minor,
        provider="sandbox",
        state=State.SUCCEEDED,
        opened_at=NOON,
        succeeded_at=NOON,
    )
    with transaction.atomic():
        ledger.post_paid(refund, attempt=1, at=NOON)
    return refund


def issue(of: Refund | ExternalRefund, at: object = NOON) -> list[CreditNote]:
    return issuing.issue_due(of, seller=SELLER, code="CN", zone=UTC_ZONE, by=WORKER, at=NOON)


@pytest.mark.django_db
def test_it_says_who_sold_what_to_whom() -> None:
    [note] = issue(a_refund("59.50", tax="19.00"))
    content = from_json(note.content)
    [line] = content.lines
    assert note.name == "CN-2026-000001"
    assert (content.seller, content.customer, content.country) == (SELLER, "Olena Kovalenko", "UA")
    assert (line.product, line.quantity, line.tax_rate) == ("Mail Sender", 1, Decimal("19.000"))
    assert (line.net, line.tax, line.gross) == (usd("50.00"), usd("9.50"), usd("59.50"))


@pytest.mark.django_db
def test_an_order_without_tax_data_says_only_what_was_paid() -> None:
    [note] = issue(a_refund())
    [line] = from_json(note.content).lines
    assert (line.net, line.tax, line.tax_rate, line.gross) == (None, None, None, usd("79.00"))


@pytest.mark.django_db
def test_issued_twice_it_is_one() -> None:
    refund = a_refund()
    assert len(issue(refund)) == 1
    assert issue(refund) == []


@pytest.mark.django_db
def test_the_notes_of_an_order_given_back_in_parts_hold_exactly_its_tax() -> None:
    first = a_refund("33.33", tax="19.00")
    others = [a_refund(amount, of=first) for amount in ("33.33", "33.33", "19.01")]
    notes = [note for refund in (first, *others) for note in issue(refund)]
    assert sum(note.tax_minor or 0 for note in notes) == 1900


@pytest.mark.django_db
def test_money_that_came_back_takes_its_note_back() -> None:
    refund = a_refund("59.50", tax="19.00")
    [note] = issue(refund)
    ledger.post_returned(refund, attempt=1, at=later(days=1))
    [reversal] = issue(refund)
    assert (reversal.kind, reversal.reverses, reversal.name) == ("reversal", note, "CN-2026-000002")
    assert from_json(reversal.content).reverses == note.name
    assert (reversal.gross, reversal.tax) == (note.gross, note.tax)
    ledger.post_paid(refund, attempt=2, at=later(days=2))
    [again] = issue(refund)
    assert (again.name, again.tax) == ("CN-2026-000003", note.tax)


@pytest.mark.django_db
def test_both_are_issued_when_the_worker_hears_of_them_late() -> None:
    refund = a_refund()
    ledger.post_returned(refund, attempt=1, at=later(days=1))
    assert [note.kind for note in issue(refund)] == ["credit", "reversal"]


@pytest.mark.django_db
def test_a_refund_made_past_this_desk_has_one_too() -> None:
    order = people.an_order(people.olena(), purchased_at=people.ago(days=9))
    listed = ChargedRefund("re_elsewhere", "", usd("9.00"), Said.SUCCEEDED, NOON)
    found = external.found(order.payments.get(), listed, by=WORKER, at=NOON)
    assert found is not None
    [note] = issue(found)
    assert (note.gross, note.reference) == (usd("9.00"), "")


@pytest.mark.django_db
def test_a_rolled_back_note_leaves_no_gap() -> None:
    kept, lost, next_one = a_refund(), a_refund(), a_refund()
    issue(kept)
    with transaction.atomic():
        issue(lost)
        transaction.set_rollback(True)
    [note] = issue(next_one)
    assert note.number == 2
    [late] = issue(lost)
    assert late.number == 3


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_are_numbered_from_1_to_50() -> None:
    refunds = [a_refund() for _ in range(50)]

    def post(refund: Refund, fails: bool) -> None:
        with transaction.atomic():
            issue(refund)
            if fails:
                raise RuntimeError("after its number was given")

    ends = at_once(*(partial(post, refund, number % 5 == 0) for number, refund in enumerate(refunds)))
    assert [type(end) for end in refusals(ends)] == [RuntimeError] * 10
    at_once(*(partial(issue, refund) for refund in refunds))
    numbers = CreditNote.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 51))
    assert Series.objects.get().last == 50
    assert CreditNote.objects.values("transaction").distinct().count() == 50


@pytest.mark.django_db(transaction=True)
def test_postgresql_refuses_a_gap() -> None:
    [note] = issue(a_refund())
    moved = LedgerTransaction.objects.get(refund=a_refund())
    fields = {
        field.attname: getattr(note, field.attname)
        for field in CreditNote._meta.local_fields
        if field.attname not in {"id", "number", "name", "transaction_id"}
    }
    with pytest.raises(IntegrityError, match="not the next"):
        CreditNote.objects.create(**fields, number=3, name="CN-2026-000003", transaction=moved)
    with pytest.raises(IntegrityError, match="belongs to no credit note"), transaction.atomic():
        Series.objects.update(last=2)
    with pytest.raises(IntegrityError, match="one at a time"):
        Series.objects.update(last=3)
    with pytest.raises(Exception, match="Cannot update"), connection.cursor() as cursor:
        cursor.execute("UPDATE books_creditnote SET gross_minor = 1")
