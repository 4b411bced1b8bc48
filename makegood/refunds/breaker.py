"""Stops sending to a provider when more than usual would leave, or when it answers nothing clear any more.

Asked in the transaction that would send, under the lock of the breaker's row, so that no two senders pass on
the same count. What is stopped stays approved and scheduled; nothing is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from statistics import median_low

from django.db.models import Sum
from django.db.models.functions import TruncHour
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.moving import locked, move
from makegood.refunds.models import Breaker, BreakerState, Cause, Refund, UsualHour
from makegood.refunds.providers.base import Said
from makegood.refunds.states import ASKED, State

TIMES_THE_USUAL = 3
ERRORS_IN_A_ROW = 5
ENOUGH_HOURS = 24
"""With fewer hours in which anything was sent, nobody knows yet what is usual, and no sum opens it."""
LOOKED_BACK = timedelta(weeks=4)
HOUR = timedelta(hours=1)
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
"""Far below the day after which nothing unfinished may be silent."""

_STOPPED = ASKED | {State.APPROVED}

MOVES: dict[BreakerState, frozenset[BreakerState]] = {
    BreakerState.CLOSED: frozenset({BreakerState.OPEN}),
    BreakerState.OPEN: frozenset({BreakerState.CLOSED}),
}


class ReasonLacks(Exception):
    """Whoever closes the breaker says why that is right."""

    def __init__(self) -> None:
        super().__init__(_("Say what you found, so that others can follow why refunds are sent again."))


def wait_before_sending(refund: Refund, *, by: Actor, at: datetime) -> timedelta | None:
    """How long the approved refund has to wait; None: it goes now. Opens the breaker if it would be too much.

    In the transaction that sends it, after its payment and the refund itself were locked.
    """
    breaker = _of(refund.provider)
    if breaker.state == BreakerState.CLOSED and _is_too_much(breaker, refund, at):
        breaker = _open(breaker, Cause.SUM, by=by, at=at, currency=refund.currency)
    return _wait(breaker, at)


def wait_before_asking_again(refund: Refund, *, at: datetime) -> timedelta | None:
    """The same for one that was sent before and is to be sent again under its key: it was counted then."""
    return _wait(_of(refund.provider), at)


def count_answer(provider: str, said: Said, *, by: Actor, at: datetime) -> None:
    """Count what the provider said to a call that sends: the fifth unclear answer in a row opens the breaker.

    A clear one, also a refusal, closes a breaker that errors had opened. In the transaction that keeps the
    answer, after the payment and the refund were locked.
    """
    breaker = _of(provider)
    if said is Said.UNKNOWN:
        _count_error(breaker, by=by, at=at)
    elif breaker.cause == Cause.ERRORS:
        closed: dict[str, object] = {"cause": "", "try_at": None, "errors": 0, "tries": 0}
        details = {"reason": "It answers again.", "provider": provider}
        _move(breaker, BreakerState.CLOSED, closed, details, by=by, at=at)
    elif breaker.errors:
        Breaker.objects.filter(pk=breaker.pk).update(errors=0)


def close(breaker: Breaker, *, reason: str, by: User, at: datetime) -> Breaker:
    """A person has looked at it: what is approved by now goes, what comes later is measured anew.

    Raises ReasonLacks, MoveNotAllowed.
    """
    if not reason.strip():
        raise ReasonLacks
    changes: dict[str, object] = {"cause": "", "try_at": None, "errors": 0, "tries": 0}
    changes |= {"closed_at": at, "closed_by": by}
    details = {"reason": reason.strip(), "provider": breaker.provider}
    return _move(breaker, BreakerState.CLOSED, changes, details, by=by, at=at)


def hurry(provider: str, *, at: datetime) -> None:
    """Have what was stopped looked at now. Not in the transaction that closes: it locks refunds first."""
    stopped = Refund.objects.filter(provider=provider, state__in=sorted(_STOPPED), next_look_at__gt=at)
    stopped.update(next_look_at=at)


def sent_within_the_hour(breaker: Breaker, currency: str, at: datetime) -> int:
    """Minor units of what was sent in the hour before `at` and had not been looked at by who closed it."""
    sent = Refund.objects.filter(provider=breaker.provider, currency=currency, last_asked_at__gt=at - HOUR)
    if breaker.closed_at is not None:
        sent = sent.filter(opened_at__gt=breaker.closed_at)
    return sent.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def usual_hour(provider: str, currency: str, at: datetime) -> UsualHour:
    """What used to be sent in an hour, as it was reckoned at the beginning of the hour of `at`."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    known = UsualHour.objects.filter(provider=provider, currency=currency, hour=hour).first()
    if known is not None:
        return known
    sent = Refund.objects.filter(provider=provider, last_asked_at__lt=hour)
    sent = sent.filter(currency=currency, last_asked_at__gte=hour - LOOKED_BACK)
    by_hour = sent.annotate(hour=TruncHour("last_asked_at")).order_by().values("hour")
    sums = list(by_hour.annotate(sum=Sum("amount_minor")).values_list("sum", flat=True))
    median = median_low(sums) if sums else 0
    fresh = {"hours": len(sums), "median_minor": median}
    return UsualHour.objects.get_or_create(provider=provider, currency=currency, hour=hour, defaults=fresh)[0]


def _of(provider: str) -> Breaker:
    """The breaker of the provider, locked until the transaction ends."""
    known = Breaker.objects.select_for_update(no_key=True).filter(provider=provider).first()
    return known or locked(Breaker.objects.get_or_create(provider=provider)[0])


def _is_too_much(breaker: Breaker, refund: Refund, at: datetime) -> bool:
    if breaker.closed_at is not None and refund.opened_at <= breaker.closed_at:
        return False
    usual = usual_hour(refund.provider, refund.currency, at)
    if usual.hours < ENOUGH_HOURS:
        return False
    sent = sent_within_the_hour(breaker, refund.currency, at)
    return sent + refund.amount_minor > TIMES_THE_USUAL * usual.median_minor


def _wait(breaker: Breaker, at: datetime) -> timedelta | None:
    """None: it may go. One that may try after errors takes the turn, so that the next waits longer."""
    if breaker.state == BreakerState.CLOSED:
        return None
    if breaker.try_at is None:
        return LONGEST_PAUSE
    if at < breaker.try_at:
        return breaker.try_at - at
    breaker.tries += 1
    breaker.try_at = at + _pause(breaker.tries)
    breaker.save(update_fields=["tries", "try_at"])
    return None


def _pause(tries: int) -> timedelta:
    # Capped before it is doubled, so that no number of tries makes a time that cannot be counted.
    return min(FIRST_PAUSE * (1 << min(tries, 10)), LONGEST_PAUSE)


def _count_error(breaker: Breaker, *, by: Actor, at: datetime) -> None:
    breaker.errors += 1
    breaker.save(update_fields=["errors"])
    if breaker.state == BreakerState.CLOSED and breaker.errors >= ERRORS_IN_A_ROW:
        _open(breaker, Cause.ERRORS, by=by, at=at, errors=breaker.errors)


def _open(breaker: Breaker, cause: Cause, *, by: Actor, at: datetime, **details: object) -> Breaker:
    try_at = at + FIRST_PAUSE if cause is Cause.ERRORS else None
    changes: dict[str, object] = {"cause": cause, "opened_at": at, "try_at": try_at, "tries": 0}
    told = {"provider": breaker.provider, "cause": cause.value, **details}
    return _move(breaker, BreakerState.OPEN, changes, told, by=by, at=at)


def _move(
    breaker: Breaker,
    to: BreakerState,
    changes: Mapping[str, object],
    details: Mapping[str, object],
    *,
    by: Actor,
    at: datetime,
) -> Breaker:
    action = Action.BREAKER_OPENED if to is BreakerState.OPEN else Action.BREAKER_CLOSED
    return move(breaker, to=to, moves=MOVES, action=action, by=by, at=at, details=details, changes=changes)
