"""What our books and refunds say of the movements in a provider's report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from makegood.books.models import ReportedMovement
from makegood.money import Money
from makegood.refunds.models import Attempt, AttemptAnswer, ExternalRefund, LedgerTransaction, Refund
from makegood.refunds.reports import LineKind

KINDS = {"paid": LineKind.REFUND, "returned": LineKind.RETURNED}
"""By the kind of a transaction in our books."""


@dataclass(frozen=True, slots=True)
class Known:
    """A refund of ours that the provider calls `refund_id`: one of the two keys is None."""

    refund_id: str
    charge_id: str
    amount: Money
    refund: int | None
    external_refund: int | None


@dataclass(frozen=True, slots=True)
class Booked:
    """A movement that our books hold."""

    kind: LineKind
    of: Known
    at: datetime


def known_as(provider: str, refund_ids: Iterable[str]) -> dict[str, Known]:
    """The refunds of ours, and those made past this desk, that the provider calls so."""
    wanted = list(refund_ids)
    answers = AttemptAnswer.objects.filter(
        provider_refund_id__in=wanted, attempt__refund__provider=provider
    ).select_related("attempt__refund__payment")
    outside = ExternalRefund.objects.filter(
        provider_refund_id__in=wanted, payment__provider=provider
    ).select_related("payment")
    found = {each.provider_refund_id: _external(each) for each in outside}
    return found | {
        each.provider_refund_id: _ours(each.provider_refund_id, each.attempt.refund) for each in answers
    }


def booked_of(provider: str, known: Mapping[str, Known]) -> dict[tuple[LineKind, str], Booked]:
    """What our books hold of these refunds, by kind and the provider's number."""
    refunds = {each.refund for each in known.values()} - {None}
    outside = {each.external_refund for each in known.values()} - {None}
    made = _transactions(provider).filter(Q(refund__in=refunds) | Q(external_refund__in=outside))
    return {(each.kind, each.of.refund_id): each for each in _booked(made)}


def booked_between(provider: str, begins: datetime, ends: datetime) -> list[Booked]:
    """What our books hold from `begins` up to, not including, `ends`, and no report of the provider tells."""
    made = _transactions(provider).filter(at__gte=begins, at__lt=ends)
    booked = list(_booked(made))
    ids = {each.of.refund_id for each in booked}
    told = set(
        ReportedMovement.objects.filter(provider=provider, refund_id__in=ids).values_list("kind", "refund_id")
    )
    return [each for each in booked if (each.kind, each.of.refund_id) not in told]


def _transactions(provider: str) -> QuerySet[LedgerTransaction]:
    of_it = Q(refund__provider=provider) | Q(external_refund__payment__provider=provider)
    rows = LedgerTransaction.objects.filter(of_it, kind__in=KINDS)
    return rows.select_related("refund__payment", "external_refund__payment").order_by("at", "pk")


def _booked(made: Iterable[LedgerTransaction]) -> Iterator[Booked]:
    rows = list(made)
    ids = _ids_of_attempts(row.refund_id for row in rows if row.refund_id)
    for row in rows:
        if row.refund is not None:
            refund_id = ids.get((row.refund.pk, row.number), row.refund.provider_refund_id)
            yield Booked(KINDS[row.kind], _ours(refund_id, row.refund), row.at)
        elif row.external_refund is not None:
            yield Booked(KINDS[row.kind], _external(row.external_refund), row.at)


def _ids_of_attempts(refunds: Iterable[int]) -> dict[tuple[int, int], str]:
    """By refund and number of its attempt, what the provider called it."""
    attempts = Attempt.objects.filter(refund__in=set(refunds)).exclude(answers__provider_refund_id="")
    told = attempts.order_by("answers__id").values_list("refund_id", "number", "answers__provider_refund_id")
    return {(refund, number): refund_id for refund, number, refund_id in told if refund_id}


def _ours(refund_id: str, refund: Refund) -> Known:
    return Known(refund_id, refund.payment.provider_reference, refund.amount, refund.pk, None)


def _external(external: ExternalRefund) -> Known:
    charge = external.payment.provider_reference
    return Known(external.provider_refund_id, charge, external.amount, None, external.pk)
