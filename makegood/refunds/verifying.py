"""Proves that the money is right: every invariant, against the database and, where given, the providers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, Sum

from makegood.audit.models import Event
from makegood.orders.models import Payment
from makegood.refunds import ledger, queries
from makegood.refunds.models import ExternalRefund, LedgerEntry, Refund
from makegood.refunds.providers.base import CannotLookUp, ChargedRefund, Provider, ProviderUnreachable, Said
from makegood.refunds.states import FINAL, GIVEN_UP, MOVES, PAID, State
from makegood.refunds.transfers.verifying import wrong_batches

SILENCE_LIMIT = timedelta(hours=24)
_MADE = frozenset({Said.SUCCEEDED, Said.SETTLED})
_BACK = frozenset({Said.FAILED, Said.CANCELED})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it must be; `invariant` is a word to group them by."""

    invariant: str
    about: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.about}: {self.sentence}"


def problems(*, at: datetime, providers: Mapping[str, Provider] | None = None) -> Iterator[Problem]:
    """Everything wrong with the money at `at`; nothing when all is well.

    `providers` by name are asked about every payment with refunds; None looks at the database only. A refund
    whose end the provider has not told us yet is not a problem until it was advanced.
    """
    for check in (_reserved, _states, _silence, _approvals, _books, _owed, _batches):
        yield from check(at)
    for payment in _payments_with_refunds():
        if providers and payment.provider in providers:
            yield from _at_provider(payment, providers[payment.provider])


def _reserved(_at: datetime) -> Iterator[Problem]:
    """What a payment has reserved is exactly what its refunds and external refunds take."""
    for payment in Payment.objects.filter(Q(reserved_minor__gt=0) | Q(refunds__isnull=False)).distinct():
        ours = payment.refunds.exclude(state__in=sorted(GIVEN_UP)).aggregate(sum=Sum("amount_minor"))["sum"]
        external = payment.external_refunds.aggregate(sum=Sum("reserved_minor"))["sum"]
        if payment.reserved_minor != (ours or 0) + (external or 0):
            yield Problem("reserved", str(payment), "what is reserved is not what its refunds take.")
        if payment.reserved_minor > payment.captured_minor:
            yield Problem("reserved", str(payment), "more is reserved than was captured.")


def _states(_at: datetime) -> Iterator[Problem]:
    """Every state was reached by allowed moves, each with who and when."""
    for refund in Refund.objects.all().iterator():
        state = State.DRAFT if refund.replaces_id else State.APPROVED
        events = Event.objects.filter(subject_kind="refund", subject_id=refund.pk, details__has_key="to")
        for event in events.order_by("pk"):
            if event.details["from"] != state or event.details["to"] not in MOVES[state]:
                yield Problem("moves", str(refund), f"event {event.pk} records a move that is not allowed.")
            state = State(event.details["to"])
        if refund.state != state:
            yield Problem("moves", str(refund), f"it is “{refund.state}”, its events say “{state}”.")


def _silence(at: datetime) -> Iterator[Problem]:
    """Nothing unfinished is forgotten: it is scheduled, or in a person's list."""
    unfinished = Refund.objects.exclude(state__in=sorted(FINAL))
    listed = queries.waiting_for_a_person().values("pk")
    overdue = Q(next_look_at=None) | Q(next_look_at__lt=at - SILENCE_LIMIT)
    for refund in unfinished.exclude(pk__in=listed).filter(overdue):
        yield Problem("silence", str(refund), f"nothing will happen to it, and it is “{refund.state}”.")


def _approvals(_at: datetime) -> Iterator[Problem]:
    """A refund that a person proposed was approved by another one before it was sent."""
    proposed = Refund.objects.filter(drafted_by__isnull=False)
    unapproved = Q(approved_by=None) & ~Q(state__in=[State.DRAFT, State.CANCELED])
    for refund in proposed.filter(unapproved | Q(approved_by=F("drafted_by"))):
        yield Problem("approvals", str(refund), "nobody but its maker approved it.")


def _books(_at: datetime) -> Iterator[Problem]:
    """Every transaction sums to zero in each currency."""
    sums = LedgerEntry.objects.values("transaction_id", "currency").annotate(sum=Sum("minor"))
    for uneven in sums.exclude(sum=0):
        yield Problem("books", f"ledger transaction {uneven['transaction_id']}", "it does not sum to zero.")


def _owed(_at: datetime) -> Iterator[Problem]:
    """The books owe each refund exactly while it is neither paid nor waived, and paid it iff it was paid."""
    for refund in Refund.objects.all().iterator():
        entries = LedgerEntry.objects.filter(transaction__refund=refund)
        paid = entries.filter(account=ledger.at_provider(refund.provider)).aggregate(sum=Sum("minor"))["sum"]
        if -(paid or 0) != (refund.amount_minor if refund.state in PAID else 0):
            yield Problem("books", str(refund), f"the books do not show what “{refund.state}” means.")
        owed = entries.filter(account=ledger.OWED).aggregate(sum=Sum("minor"))["sum"]
        if -(owed or 0) != (refund.amount_minor if _is_owed(refund) else 0):
            yield Problem("books", str(refund), "what the books owe for it is not what it still has to pay.")


def _batches(_at: datetime) -> Iterator[Problem]:
    """What two people let out is what went to the bank, to accounts that two people know."""
    for about, sentence in wrong_batches():
        yield Problem("batches", about, sentence)


def _is_owed(refund: Refund) -> bool:
    waived = refund.ledger_transactions.filter(kind="waived").exists()
    return not waived and refund.state not in PAID | {State.DRAFT, State.CANCELED}


def _payments_with_refunds() -> Iterator[Payment]:
    touched = Q(refunds__isnull=False) | Q(external_refunds__isnull=False)
    yield from Payment.objects.filter(touched).distinct().iterator()


def _at_provider(payment: Payment, provider: Provider) -> Iterator[Problem]:
    """What the provider paid for a refund is nothing or its amount, and its amount iff it succeeded."""
    try:
        charge = provider.charge(payment.provider_reference)
    except CannotLookUp:
        return
    except ProviderUnreachable as problem:
        yield Problem("provider", str(payment), str(problem))
        return
    listed = [each for each in charge.refunds if each.said not in _BACK]
    if sum(each.amount.minor for each in listed) > payment.captured_minor:
        yield Problem("provider", str(payment), "the provider refunded more than was captured.")
    yield from _strangers(payment, listed)
    for refund in payment.refunds.filter(provider=provider.name):
        yield from _compare(refund, listed)


def _compare(refund: Refund, listed: list[ChargedRefund]) -> Iterator[Problem]:
    keys = set(refund.attempts.values_list("key", flat=True))
    known = set(refund.payment.external_refunds.values_list("provider_refund_id", flat=True))
    ours = [each for each in listed if each.key in keys and each.refund_id not in known]
    if len(ours) > 1:
        yield Problem("provider", str(refund), "the provider made it more than once.")
    if any(each.amount != refund.amount for each in ours):
        yield Problem("provider", str(refund), "the provider made it of another amount.")
    is_paid = any(each.said in _MADE for each in ours)
    if is_paid != (refund.state in PAID):
        words = "paid it" if is_paid else "did not pay it"
        yield Problem("provider", str(refund), f"it is “{refund.state}”, but the provider {words}.")


def _strangers(payment: Payment, listed: list[ChargedRefund]) -> Iterator[Problem]:
    keys = set(payment.refunds.values_list("attempts__key", flat=True))
    found = set(
        ExternalRefund.objects.filter(payment=payment, undone_at=None).values_list(
            "provider_refund_id", flat=True
        )
    )
    for each in listed:
        if each.key not in keys and each.refund_id not in found:
            yield Problem(
                "provider", str(payment), f"refund {each.refund_id} at the provider is not known here."
            )
