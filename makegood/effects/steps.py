"""Every move of an effect, each with its event; nothing here talks to the shop."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit import moving
from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.moving import locked
from makegood.audit.recording import record
from makegood.effects.models import Effect
from makegood.effects.states import FINISHED, MOVES, NEVER_HAPPENED, REVERSES, Kind, State

_ACTIONS = {
    State.PLANNED: Action.EFFECT_RETRIED,
    State.SENT: Action.EFFECT_SENT,
    State.CONFIRMED: Action.EFFECT_CONFIRMED,
    State.REFUSED: Action.EFFECT_REFUSED,
    State.UNDELIVERED: Action.EFFECT_UNDELIVERED,
    State.REVERSED: Action.EFFECT_REVERSED,
}


class NotItsTurn(Exception):
    """An earlier change of the same licence is open, and the shop must get them in their order."""

    def __init__(self, earlier: Effect) -> None:
        self.earlier = earlier
        super().__init__(
            _("Change {number} of the same licence is still open and comes first.").format(
                number=earlier.number
            )
        )


class OwnOrder(Exception):
    """Nobody works on what they bought themselves."""

    def __init__(self) -> None:
        super().__init__(_("This is an order of your own, so somebody else has to see to it."))


class EndNotPossible(Exception):
    """The day does not lie before the end that is recorded, or after it where the end moves forward."""

    def __init__(self) -> None:
        super().__init__(_("The new end must be an earlier day than the present one."))


def plan(effect: Effect, *, by: Actor, at: datetime) -> Effect:
    """Write a new effect with its event; with a value it takes the next number and waits for its turn."""
    with transaction.atomic():
        if effect.becomes:
            effect.state, effect.number, effect.next_try_at = State.PLANNED, _next_number(), at
        else:
            effect.state = State.UNCLEAR
        effect.made_at = at
        effect.save(force_insert=True)
        back = effect.reverses_id is not None
        record(
            Action.EFFECT_TAKEN_BACK if back else Action.EFFECT_PLANNED,
            subject=effect,
            by=by,
            at=at,
            thread=effect.audit_thread,
            order=effect.order.number,
            kind=effect.kind,
        )
    return effect


def say_end(effect: Effect, end: date, *, by: User, at: datetime) -> Effect:
    """Say what our records do not tell: when the licence ends now.

    Raises EndNotPossible, MoveNotAllowed, OwnOrder.
    """
    _check_not_own(effect, by)
    if effect.was and effect.reverses_id is None and end.isoformat() >= effect.was:
        raise EndNotPossible
    with transaction.atomic():
        values = {"becomes": end.isoformat(), "number": _next_number(), "next_try_at": at}
        return _move(effect, State.PLANNED, by=by, at=at, action=Action.EFFECT_SAID, changes=values)


def sent(effect: Effect, *, by: Actor, at: datetime) -> Effect:
    """The shop has it and will say later what became of it. Raises MoveNotAllowed."""
    return _move(effect, State.SENT, by=by, at=at)


def confirm(effect: Effect, *, by: Actor, at: datetime) -> Effect:
    """It is done at the shop; confirmed again, nothing more happens. What it takes back is reversed with it.

    Raises NotItsTurn, MoveNotAllowed, OwnOrder.
    """
    _check_not_own(effect, by)
    with transaction.atomic():
        current = locked(effect)
        if current.state in FINISHED:
            return current
        _check_turn(current)
        confirmed = _move(current, State.CONFIRMED, by=by, at=at)
        original = confirmed.reverses
        if original is not None and original.state == State.CONFIRMED:
            _move(original, State.REVERSED, by=by, at=at)
    return confirmed


def refuse(effect: Effect, *, by: Actor, at: datetime) -> Effect:
    """The shop says that it does not do it; a person decides. Refused again, nothing more happens.

    Raises NotItsTurn, MoveNotAllowed.
    """
    with transaction.atomic():
        current = locked(effect)
        if current.state == State.REFUSED:
            return current
        _check_turn(current)
        return _move(current, State.REFUSED, by=by, at=at)


def give_up(effect: Effect, *, by: Actor, at: datetime) -> Effect:
    """The shop was not reached for too long; it is listed for a person. Raises MoveNotAllowed."""
    return _move(effect, State.UNDELIVERED, by=by, at=at)


def retry(effect: Effect, *, by: User, at: datetime) -> Effect:
    """Have the shop told again, under the same name. Raises MoveNotAllowed, OwnOrder."""
    _check_not_own(effect, by)
    if not effect.becomes:
        raise moving.MoveNotAllowed(effect, effect.state, State.PLANNED)
    fresh: dict[str, object] = {"next_try_at": at, "first_tried_at": None, "tries": 0}
    return _move(effect, State.PLANNED, by=by, at=at, changes=fresh)


def take_back(effect: Effect, *, was: str, becomes: str, by: Actor, at: datetime) -> Effect | None:
    """Undo what the effect brought about, from `was` to `becomes` ("" where a person has to say it).

    Returns the effect that tells the shop so; None where the shop never did it, and there is nothing to tell.
    Taken back twice, it is the same. Raises OwnOrder.
    """
    _check_not_own(effect, by)
    with transaction.atomic():
        current = locked(effect)
        if current.taken_back_at is not None:
            return Effect.objects.filter(reverses=current).first()
        person = by if isinstance(by, User) else None
        back: dict[str, object] = {"taken_back_at": at, "taken_back_by": person}
        if State(current.state) in NEVER_HAPPENED:
            _move(current, State.REVERSED, by=by, at=at, changes=back)
            return None
        current.taken_back_at, current.taken_back_by = at, person
        current.save(update_fields=list(back))
        reversal = Effect(
            kind=REVERSES[Kind(current.kind)],
            refund=current.refund,
            order=current.order,
            first_order_id=current.first_order_id,
            was=was,
            becomes=becomes,
            reverses=current,
        )
        return plan(reversal, by=by, at=at)


def earlier_open(effect: Effect) -> QuerySet[Effect]:
    """What must be finished at the shop before this one: earlier ones of the same licence."""
    rows = Effect.objects.filter(first_order_id=effect.first_order_id, number__lt=effect.number or 0)
    return rows.exclude(state__in=sorted(FINISHED)).order_by("number")


def _check_turn(effect: Effect) -> None:
    earlier = earlier_open(effect).first()
    if earlier is not None:
        raise NotItsTurn(earlier)


def _check_not_own(effect: Effect, by: Actor) -> None:
    if isinstance(by, User) and effect.order.member_id == by.pk:
        raise OwnOrder


def _move(
    effect: Effect,
    to: State,
    *,
    by: Actor,
    at: datetime,
    action: Action | None = None,
    changes: Mapping[str, object] | None = None,
) -> Effect:
    fields: dict[str, object] = {"next_try_at": None, "busy_until": None, **(changes or {})}
    details = {"order": effect.order.number, "kind": effect.kind}
    return moving.move(
        effect,
        to=to,
        moves=MOVES,
        action=action or _ACTIONS[to],
        by=by,
        at=at,
        details=details,
        changes=fields,
    )


def _next_number() -> int:
    """Gapless, and never below one that somebody has read already: whoever takes one is waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('makegood.effects'))")
    return (Effect.objects.aggregate(last=Max("number"))["last"] or 0) + 1
