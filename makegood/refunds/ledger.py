"""Posts what happens to refunds into the books."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Sum

from makegood.money import Money
from makegood.refunds.disputed_states import TAKEN
from makegood.refunds.models import Dispute, ExternalRefund, LedgerEntry, LedgerTransaction, Refund
from makegood.refunds.providers.base import DisputeState

GIVEN = "refunds_given"
"""What refunds cost us; debited."""

OWED = "refunds_owed"
"""What we have promised to customers and not yet paid; credited."""

DISPUTED = "disputes_open"
"""What customers' banks took and may give back; debited."""

LOST = "disputes_lost"
"""What disputes cost us; debited."""
FEE = "fee"
"""The kind of a transaction that books what a provider kept."""


def at_provider(name: str) -> str:
    """Our balance at the provider, from which refunds are paid."""
    return f"provider:{name}"


def fees_of(name: str) -> str:
    """What the provider kept for moving money; debited."""
    return f"fee:{name}"


def post_owed(refund: Refund, *, at: datetime) -> None:
    """The refund was approved: we owe it."""
    _post(refund, "owed", 0, debit=GIVEN, credit=OWED, at=at)


def post_paid(refund: Refund, *, attempt: int, at: datetime) -> None:
    """The money left us."""
    _post(refund, "paid", attempt, debit=OWED, credit=at_provider(refund.provider), at=at)


def post_returned(refund: Refund, *, attempt: int, at: datetime) -> None:
    """The money came back, so we owe it again."""
    _post(refund, "returned", attempt, debit=at_provider(refund.provider), credit=OWED, at=at)


def post_waived(refund: Refund, *, at: datetime) -> None:
    """The refund will not be paid under this row: it was canceled, or another one replaces it."""
    _post(refund, "waived", 0, debit=OWED, credit=GIVEN, at=at)


def post_external(external: ExternalRefund, *, at: datetime) -> None:
    """Money left us past this desk."""
    provider = at_provider(external.payment.provider)
    made = LedgerTransaction.objects.create(external_refund=external, kind="paid", at=at)
    _enter(made, external.amount, debit=GIVEN, credit=provider)


def post_external_undone(external: ExternalRefund, *, at: datetime) -> None:
    """The provider took an external refund back."""
    provider = at_provider(external.payment.provider)
    made = LedgerTransaction.objects.create(external_refund=external, kind="returned", at=at)
    _enter(made, external.amount, debit=provider, credit=GIVEN)


def post_dispute(dispute: Dispute, *, at: datetime) -> None:
    """Bring the books to where the dispute stands: money taken, given back, or lost."""
    due = standing_of(dispute)
    posted = LedgerEntry.objects.filter(transaction__dispute=dispute)
    sums = dict(posted.values_list("account").annotate(sum=Sum("minor")))
    moved = {account: minor - sums.get(account, 0) for account, minor in due.items()}
    entries = {account: minor for account, minor in moved.items() if minor}
    if not entries:
        return
    number = dispute.ledger_transactions.count() + 1
    made = LedgerTransaction.objects.create(dispute=dispute, kind=dispute.state, number=number, at=at)
    LedgerEntry.objects.bulk_create(
        LedgerEntry(transaction=made, account=account, currency=dispute.currency, minor=minor)
        for account, minor in entries.items()
    )


def standing_of(dispute: Dispute) -> dict[str, int]:
    """What the books must say of the dispute: minor units by account, debits above zero."""
    taken = dispute.amount_minor if dispute.state in TAKEN else 0
    is_lost = dispute.state == DisputeState.LOST
    provider = at_provider(dispute.payment.provider)
    return {provider: -taken, DISPUTED: 0 if is_lost else taken, LOST: taken if is_lost else 0}


def post_fee(*, provider: str, movement: str, fee: Money, at: datetime) -> None:
    """The provider kept `fee` for `movement` (its name, one for all reports); below zero it gave that back.

    Raises IntegrityError when a fee for this movement is in the books already.
    """
    made = LedgerTransaction.objects.create(movement=movement, kind=FEE, at=at)
    _enter(made, fee, debit=fees_of(provider), credit=at_provider(provider))


def fees_booked(movements: Iterable[str]) -> set[str]:
    """Those of `movements` for which the books hold a fee."""
    found = LedgerTransaction.objects.filter(movement__in=list(movements), kind=FEE)
    return set(found.values_list("movement", flat=True))


def balances() -> list[tuple[str, Money]]:
    """Each account and what it holds in each currency; debits count above zero, credits below."""
    sums = LedgerEntry.objects.values_list("account", "currency").annotate(sum=Sum("minor"))
    return [
        (account, Money(minor, currency)) for account, currency, minor in sums.order_by("account", "currency")
    ]


def balance(account: str, currency: str) -> Money:
    """What `account` holds in `currency`; debits count above zero, credits below."""
    entries = LedgerEntry.objects.filter(account=account, currency=currency)
    return Money(entries.aggregate(sum=Sum("minor"))["sum"] or 0, currency)


def _post(refund: Refund, kind: str, number: int, *, debit: str, credit: str, at: datetime) -> None:
    made = LedgerTransaction.objects.create(refund=refund, kind=kind, number=number, at=at)
    _enter(made, refund.amount, debit=debit, credit=credit)


def _enter(made: LedgerTransaction, amount: Money, *, debit: str, credit: str) -> None:
    LedgerEntry.objects.bulk_create(
        [
            LedgerEntry(transaction=made, account=debit, currency=amount.currency, minor=amount.minor),
            LedgerEntry(transaction=made, account=credit, currency=amount.currency, minor=-amount.minor),
        ]
    )
