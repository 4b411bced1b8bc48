"""The refunds that wait for a batch, and what each still needs before one can take it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from makegood.refunds.models import Destination, Refund, Transfer
from makegood.refunds.providers.sepa import NAME
from makegood.refunds.states import State
from makegood.refunds.transfers.states import TransferState


class Needs(StrEnum):
    """What is missing."""

    NOTHING = "nothing"
    AN_ACCOUNT = "an_account"
    A_SECOND_PERSON = "a_second_person"
    """Somebody gave an account, or another one than before; nobody else agreed to it."""


@dataclass(frozen=True)
class Waiting:
    """A refund to be transferred, the account that counts for it (None: none does), and what it needs."""

    refund: Refund
    destination: Destination | None
    needs: Needs


def refunds_waiting() -> QuerySet[Refund]:
    """Refunds to be transferred that are in no batch, the longest waiting first."""
    living = Transfer.objects.filter(refund=OuterRef("pk"), state=TransferState.IN_BATCH)
    rows = Refund.objects.filter(provider=NAME, state=State.ACTION_NEEDED).exclude(Exists(living))
    return rows.order_by("opened_at", "pk")


def with_what_they_need(refunds: QuerySet[Refund]) -> list[Waiting]:
    """The same refunds in their order; three statements, however many there are."""
    used = Transfer.objects.exclude(state=TransferState.TAKEN_OUT).filter(destination=OuterRef("pk"))
    accounts = Destination.objects.select_related("given_by", "agreement").annotate(was_used=Exists(used))
    rows = refunds.prefetch_related(Prefetch("destinations", accounts.order_by("-pk")))
    return [_standing(refund) for refund in rows]


def _standing(refund: Refund) -> Waiting:
    newest: Destination | None = next(iter(refund.destinations.all()), None)
    # An account that sent the money back does not count any more.
    if newest is None or newest.was_used:  # type: ignore[attr-defined]  # annotated above
        return Waiting(refund, None, Needs.AN_ACCOUNT)
    agreed = hasattr(newest, "agreement")
    return Waiting(refund, newest, Needs.NOTHING if agreed else Needs.A_SECOND_PERSON)
