"""The database itself refuses what must never happen, whoever asks."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from makegood.money import Money
from makegood.orders.models import Payment
from makegood.refunds import hearing
from makegood.refunds.models import (
    Attempt,
    AttemptAnswer,
    ExternalRefund,
    LedgerEntry,
    LedgerTransaction,
    ProviderEvent,
    ProviderEventHandled,
    Refund,
)
from makegood.refunds.providers.base import Notice
from makegood.refunds.states import MOVES, State
from tests.people import NOON
from tests.refunds.scenes import WORKER, Scene

APPEND_ONLY: list[type[models.Model]] = [
    Attempt,
    AttemptAnswer,
    LedgerTransaction,
    LedgerEntry,
    ProviderEvent,
    ProviderEventHandled,
]
NEVER_DELETED: list[type[models.Model]] = [*APPEND_ONLY, Refund, ExternalRefund]
FORBIDDEN = [(old, new) for old in State for new in State if old != new and new not in MOVES[old]]


@pytest.fixture
def written(scene: Scene) -> Scene:
    """At least one row in every table."""
    payment = scene.payment("100.00")
    scene.send(scene.opened(payment, "40.00"))
    scene.sandbox.book.refund(payment.provider_reference, 1_00, "USD", attempt="", made_by="dashboard")
    notice = Notice("evt_1", "refund.updated", payment.provider_reference, "re_1", "")
    event = hearing.store(notice, provider="sandbox", body=b"{}", at=scene.now)
    hearing.follow_up(event.pk, provider=scene.provider, by=WORKER, at=scene.now)
    return scene


def column(model: type[models.Model]) -> str:
    return next(str(field.column) for field in model._meta.concrete_fields if not field.primary_key)


def test_append_only_tables_are_never_updated(written: Scene) -> None:
    for model in APPEND_ONLY:
        assert model._default_manager.exists()
        with (
            pytest.raises(DatabaseError, match="Cannot update"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE {model._meta.db_table} SET {column(model)} = {column(model)}")  # noqa: S608


def test_rows_of_money_are_never_deleted(written: Scene) -> None:
    for model in NEVER_DELETED:
        assert model._default_manager.exists()
        with (
            pytest.raises(DatabaseError, match="delete rows"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608


def test_tables_of_money_are_never_truncated(written: Scene) -> None:
    for model in NEVER_DELETED:
        with (
            pytest.raises(DatabaseError, match="Cannot truncate"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount_minor", 1), ("currency", "EUR"), ("reference", "R-X"), ("provider", "manual")],
)
def test_a_refund_never_becomes_another(scene: Scene, field: str, value: object) -> None:
    refund = scene.refund()
    with pytest.raises(DatabaseError, match="Cannot update"):
        Refund.objects.filter(pk=refund.pk).update(**{field: value})


def test_moves_that_are_not_allowed_are_refused_past_the_code_too(scene: Scene) -> None:
    refund = scene.refund()
    for old, new in FORBIDDEN:
        with pytest.raises(DatabaseError, match="Invalid transition"):
            jump(refund, old, new)


def jump(refund: Refund, old: State, new: State) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE refunds_refund SET state = %s WHERE id = %s", [old, refund.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("UPDATE refunds_refund SET state = %s WHERE id = %s", [new, refund.pk])


def test_a_refund_in_another_currency_than_its_payment_is_refused(scene: Scene) -> None:
    payment = scene.payment("79.00", "USD")
    with pytest.raises(IntegrityError, match="another currency"):
        a_row(payment, Money.of("1.00", "EUR"))


@pytest.mark.parametrize("minor", [0, -1])
def test_a_refund_of_nothing_is_refused(scene: Scene, minor: int) -> None:
    with pytest.raises(IntegrityError, match="refund_of_something"):
        a_row(scene.payment(), Money(minor, "USD"))


def a_row(payment: Payment, amount: Money) -> Refund:
    return Refund.objects.create(
        payment=payment,
        reference="R-1",
        decision_round=1,
        currency=amount.currency,
        amount_minor=amount.minor,
        provider="sandbox",
        state=State.APPROVED,
        opened_at=NOON,
    )


def test_books_that_do_not_sum_to_zero_are_refused(scene: Scene) -> None:
    refund = scene.refund()
    with pytest.raises(IntegrityError, match="does not sum to zero"):
        book(refund, ("left", "USD", 100), ("right", "USD", -99))


def test_books_sum_to_zero_in_each_currency(scene: Scene) -> None:
    refund = scene.refund()
    with pytest.raises(IntegrityError, match="does not sum to zero"):
        book(refund, ("left", "USD", 100), ("right", "EUR", -100))


def test_books_that_sum_to_zero_are_taken(scene: Scene) -> None:
    refund = scene.refund()
    book(refund, ("left", "USD", 100), ("right", "USD", -100))
    assert LedgerEntry.objects.filter(transaction__kind="test").count() == 2


def test_a_lone_entry_added_later_is_refused(scene: Scene) -> None:
    scene.refund()
    with pytest.raises(IntegrityError, match="does not sum to zero"), transaction.atomic():
        enter(LedgerTransaction.objects.get(), ("left", "USD", 1))


def test_a_transaction_without_entries_is_refused(scene: Scene) -> None:
    refund = scene.refund()
    with pytest.raises(IntegrityError, match="fewer than two entries"), transaction.atomic():
        LedgerTransaction.objects.create(refund=refund, kind="test", at=NOON)


def test_the_same_thing_is_never_booked_twice(scene: Scene) -> None:
    refund = scene.refund()
    with pytest.raises(IntegrityError, match="ledger_refund_posted_once"), transaction.atomic():
        LedgerTransaction.objects.create(refund=refund, kind="owed", at=NOON)


@transaction.atomic
def book(refund: Refund, *entries: tuple[str, str, int]) -> None:
    enter(LedgerTransaction.objects.create(refund=refund, kind="test", at=NOON), *entries)


def enter(made: LedgerTransaction, *entries: tuple[str, str, int]) -> None:
    LedgerEntry.objects.bulk_create(
        LedgerEntry(transaction=made, account=account, currency=currency, minor=minor)
        for account, currency, minor in entries
    )
