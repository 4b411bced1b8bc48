"""Tells the shop of effects that are due: claimed, then called outside any transaction, then written down.

At least once and under one name. Only the earliest open effect of a licence is told, so nothing is overtaken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from procrastinate.contrib.django import app

from makegood.audit.actors import Actor
from makegood.effects import steps
from makegood.effects.models import Effect, Telling
from makegood.effects.shop import Reply, Shop, call
from makegood.effects.states import FINISHED, State

TELL = "effects.tell"
"""The job that tells the shop of one effect; `tasks` defines it."""
LEASE = timedelta(minutes=2)
"""Longer than any call can last, so after it whoever was telling is gone."""
GIVE_UP_AFTER = timedelta(hours=72)
_SHORTEST, _LONGEST = timedelta(seconds=5), timedelta(hours=6)

ACCEPTED = 202
"""The shop has it and confirms later; any other 2xx says that it is done."""
REFUSED = 422
"""The shop will not do it, whatever is said again."""


class InsideTransaction(RuntimeError):
    """The shop was to be called with a transaction open."""

    def __init__(self) -> None:
        super().__init__("The shop must never be called inside a transaction.")


def due(at: datetime) -> QuerySet[Effect]:
    """Those whose time has come and that are first of their licence, the longest waiting first."""
    earlier = Effect.objects.filter(
        first_order_id=OuterRef("first_order_id"), number__lt=OuterRef("number")
    ).exclude(state__in=sorted(FINISHED))
    free = Q(busy_until__isnull=True) | Q(busy_until__lte=at)
    rows = Effect.objects.filter(free, state=State.PLANNED, next_try_at__lte=at)
    return rows.exclude(Exists(earlier)).order_by("next_try_at", "number")


def tell(effect_id: int, *, shop: Shop, by: Actor, at: datetime) -> Effect | None:
    """Tell the shop once, if it is the effect's turn; None when it is not. Raises InsideTransaction."""
    if connection.in_atomic_block:
        raise InsideTransaction
    effect = _claimed(effect_id, at)
    if effect is None:
        return None
    body = json.dumps(message_of(effect), ensure_ascii=False, separators=(",", ":")).encode()
    reply = call(shop, effect.public_id, body, at=at)
    with transaction.atomic():
        Telling.objects.create(
            effect=effect, at=at, http_status=reply.status, problem=reply.problem, answer=reply.body
        )
        told = _taken_in(effect, reply, by=by, at=at)
        if told.state in FINISHED:
            _go_on_with(told, at)
    return told


def message_of(effect: Effect) -> Mapping[str, object]:
    """The effect as the shop reads it; the same whenever it is told. It names no person."""
    reversed_ = effect.reverses.public_id if effect.reverses is not None else None
    return {
        "type": effect.kind,
        "timestamp": effect.made_at.isoformat(),
        "data": {
            "id": effect.public_id,
            "number": effect.number,
            "order": effect.order.number,
            "first_order": effect.first_order.number,
            "licence": licence_of(effect),
            "was": effect.was or None,
            "becomes": effect.becomes,
            "reverses": reversed_,
            "refund": {
                "request": effect.refund.reference,
                "amount_minor": effect.refund.amount_minor,
                "currency": effect.refund.currency,
            },
        },
    }


def licence_of(effect: Effect) -> str | None:
    """The shop's own name of the licence; None: it did not tell."""
    given = getattr(effect.order, "given", None)
    return given.licence if given else None


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries: five seconds, then three times as long, up to six hours."""
    longer: int = 3 ** min(tries - 1, 12)
    return min(_SHORTEST * longer, _LONGEST)


def with_what_is_told() -> QuerySet[Effect]:
    """Effects with all that `message_of` reads."""
    return Effect.objects.select_related("order__given", "first_order", "refund", "reverses")


def _claimed(effect_id: int, at: datetime) -> Effect | None:
    with transaction.atomic():
        row = due(at).filter(pk=effect_id).select_for_update(no_key=True, of=("self",)).first()
        if row is None:
            return None
        row.busy_until, row.tries = at + LEASE, row.tries + 1
        row.first_tried_at = row.first_tried_at or at
        row.save(update_fields=["busy_until", "tries", "first_tried_at"])
    return with_what_is_told().get(pk=effect_id)


def _taken_in(effect: Effect, reply: Reply, *, by: Actor, at: datetime) -> Effect:
    current = Effect.objects.select_for_update(no_key=True).get(pk=effect.pk)
    if current.state != State.PLANNED:
        return current  # the shop, or a person, said meanwhile what became of it
    if reply.status == ACCEPTED:
        return steps.sent(current, by=by, at=at)
    if reply.status is not None and 200 <= reply.status < 300:
        return steps.confirm(current, by=by, at=at)
    if reply.status == REFUSED:
        return steps.refuse(current, by=by, at=at)
    if current.first_tried_at is not None and at - current.first_tried_at >= GIVE_UP_AFTER:
        return steps.give_up(current, by=by, at=at)
    current.next_try_at, current.busy_until = at + pause_after(current.tries), None
    current.save(update_fields=["next_try_at", "busy_until"])
    return current


def _go_on_with(effect: Effect, at: datetime) -> None:
    """The next of the same licence need not wait for the clock."""
    following = due(at).filter(first_order_id=effect.first_order_id).first()
    if following is not None:
        tell_soon(following)


def tell_soon(effect: Effect) -> None:
    """Have the shop told once the present transaction is committed."""
    app.configure_task(TELL).defer(effect_id=effect.pk)
