"""Brings what is to change at the shop in line with what was refunded; done twice, nothing more changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from makegood.audit.actors import Actor
from makegood.effects import steps, terms
from makegood.effects.chains import Chain, Link, chains_of
from makegood.effects.circumstances import (
    Wish,
    circumstances,
    end_of,
    ends_of,
    licences_of,
    lines_for,
    named_with,
    wishes_of,
)
from makegood.effects.deciding import ACTIVE, ENDED, OFF, ON, Consequence, consequences_of
from makegood.effects.models import Effect
from makegood.effects.states import Kind
from makegood.effects.telling import tell_soon
from makegood.orders.models import Order
from makegood.refunds.models import Refund
from makegood.refunds.states import PAID

LOOKED_AT_AGAIN = timedelta(hours=72)
"""For so long a job that was lost is made up for."""

_BACK = {Kind.LICENCE_ENDED: (ENDED, ACTIVE), Kind.AUTO_RENEWAL_OFF: (OFF, ON)}


@dataclass(frozen=True, slots=True)
class _Refunded:
    """What was refunded of a chain: the newest paid refund of each order, and what was wished with it."""

    refunds: dict[int, Refund]
    wishes: dict[int, Wish]
    licences: dict[int, str]


def bring_in_line(refund: Refund, *, zone: ZoneInfo, by: Actor, at: datetime) -> list[Effect]:
    """Make the effects that the refunds of this licence call for, and take back those they no longer do.

    Looks at how the money stands now, whatever happened before, so events may come twice and in any order.
    Returns what is new. Days are those of `zone`, the desk's.
    """
    order_id = Order.objects.values_list("pk", flat=True).get(payments=refund.payment_id)
    with transaction.atomic():
        [chain] = chains_of([order_id])
        Order.objects.select_for_update(no_key=True).get(pk=chain.first)
        [chain] = chains_of([order_id])  # as it stands now that nobody else changes it
        refunded = _refunded(chain)
        new = [
            effect
            for link in chain.links
            for effect in _of_one_order(chain, link, refunded, zone=zone, by=by, at=at)
        ]
        for effect in new:
            tell_soon(effect)
    return new


def to_look_at_again(at: datetime) -> list[Refund]:
    """Refunds of the last days, and those that were not paid in the end though an effect of theirs stands.

    Usually nothing is to be done for them: it is for an event whose job was lost.
    """
    paid, recent = sorted(PAID), at - LOOKED_AT_AGAIN
    fresh = Refund.objects.filter(state__in=paid, succeeded_at__gte=recent)
    unpaid = Effect.objects.filter(reverses=None, taken_back_at=None).exclude(refund__state__in=paid)
    return list(fresh.union(Refund.objects.filter(pk__in=unpaid.values("refund"))))


def take_back_by_hand(effect: Effect, *, zone: ZoneInfo, by: Actor, at: datetime) -> Effect | None:
    """A person gives back what the refund took; the money is not touched. Raises OwnOrder."""
    with transaction.atomic():
        [chain] = chains_of([effect.order_id])
        Order.objects.select_for_update(no_key=True).get(pk=chain.first)
        return _take_back(effect, chain, zone=zone, by=by, at=at)


def _refunded(chain: Chain) -> _Refunded:
    orders = [link.pk for link in chain.links]
    rows = Refund.objects.filter(payment__order_id__in=orders, state__in=sorted(PAID)).order_by("pk")
    refunds = {row.payment.order_id: row for row in rows.select_related("payment")}
    lines = lines_for([row.reference for row in refunds.values()], refunds)
    wishes = wishes_of(lines, named_with(lines))
    kept = {other for wish in wishes.values() for other in wish.keeps}
    return _Refunded(refunds, wishes, licences_of(chains_of(kept)))


def _of_one_order(
    chain: Chain, link: Link, refunded: _Refunded, *, zone: ZoneInfo, by: Actor, at: datetime
) -> list[Effect]:
    standing = {Kind(effect.kind): effect for effect in _standing(chain) if effect.order_id == link.pk}
    off = any(
        effect.kind == Kind.AUTO_RENEWAL_OFF for effect in _standing(chain) if effect.order_id != link.pk
    )
    case = circumstances(
        chain,
        link,
        refunded.wishes.get(link.pk, Wish()),
        moved=ends_of([chain.first]).get(chain.first),
        licences=refunded.licences,
        is_off=off,
        zone=zone,
    )
    wanted = {each.kind: each for each in consequences_of(case)}
    taken = [
        _take_back(effect, chain, zone=zone, by=by, at=at)
        for kind, effect in standing.items()
        if kind not in wanted
    ]
    made = [
        _make(each, chain, link, refunded.refunds[link.pk], by=by, at=at)
        for kind, each in wanted.items()
        if kind not in standing and not _was_given_back(link, kind, refunded.refunds[link.pk])
    ]
    return [effect for effect in [*taken, *made] if effect is not None]


def _standing(chain: Chain) -> list[Effect]:
    rows = Effect.objects.filter(first_order_id=chain.first, reverses=None, taken_back_at=None)
    return list(rows.select_related("order", "refund").order_by("pk"))


def _was_given_back(link: Link, kind: Kind, refund: Refund) -> bool:
    """Whether a person gave it back although this refund was paid: their word stays."""
    rows = Effect.objects.filter(order_id=link.pk, kind=kind, refund=refund, taken_back_by__isnull=False)
    return rows.exists()


def _make(each: Consequence, chain: Chain, link: Link, refund: Refund, *, by: Actor, at: datetime) -> Effect:
    effect = Effect(
        kind=each.kind,
        refund=refund,
        order_id=link.pk,
        first_order_id=chain.first,
        was=each.was,
        becomes=each.becomes,
    )
    return steps.plan(effect, by=by, at=at)


def _take_back(effect: Effect, chain: Chain, *, zone: ZoneInfo, by: Actor, at: datetime) -> Effect | None:
    kind = Kind(effect.kind)
    was, becomes = _BACK[kind] if kind in _BACK else _moved_forward(effect, chain, zone)
    return steps.take_back(effect, was=was, becomes=becomes, by=by, at=at)


def _moved_forward(effect: Effect, chain: Chain, zone: ZoneInfo) -> tuple[str, str]:
    """The end as it is now, and one term later; exactly as it was where nothing else happened meanwhile."""
    end = end_of(chain, ends_of([chain.first]).get(chain.first))
    if end is None or not effect.was or not effect.becomes:
        return (end.isoformat() if end else ""), ""
    if end.isoformat() == effect.becomes:
        return effect.becomes, effect.was
    link = chain.link(effect.order_id)
    renewed = next((each for each in chain.links if each.pk == link.renews), None)
    begins = renewed.ends_on if renewed else link.purchased_at.astimezone(zone).date()
    term = terms.between(begins, link.ends_on) if begins and link.ends_on else None
    return end.isoformat(), terms.later(end, term).isoformat() if term else ""
