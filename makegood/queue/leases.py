"""Taking the next request: the server picks, and two people never get the same one."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from django.db import transaction
from django.db.models import BigIntegerField, DateTimeField, Exists, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.audit.actors import System
from makegood.audit.moving import locked
from makegood.made_once import Given
from makegood.queue import workers
from makegood.refund_requests import holding, transitions
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import State
from makegood.refund_requests.taking import TakeFirst

EXPIRED_AT_ONCE = 50


class TooManyAtOnce(Exception):
    """The person already examines as many requests as the desk wants one person to have."""

    def __init__(self, held: int) -> None:
        words = ngettext(
            "You already examine {n} request. Please decide it, ask the customer or put it back first.",
            "You already examine {n} requests. Please decide one, ask its customer or put one back first.",
            held,
        )
        super().__init__(words.format(n=held))


class Away(Exception):
    """Whoever is marked as away is given nothing."""

    def __init__(self) -> None:
        super().__init__(
            _("You are marked as away, so you are given nothing. Say on the page Team that you are back.")
        )


class MayNotChoose(Exception):
    """Taking a particular request is a right of its own."""

    def __init__(self) -> None:
        super().__init__(_("The queue hands requests out in turn; only a lead takes a particular one."))


class MayNotTake(Exception):
    """The person does not work the queue."""

    def __init__(self) -> None:
        super().__init__(_("Only representatives take requests from the queue."))


def take_next(*, by: User, at: datetime, limit: int | None = None) -> RefundRequest | None:
    """The request whose turn it is, now examined by `by`; None when there is none for them.

    `limit`: how many one person may have at once; None: any number.

    Raises MayNotTake, Away, TooManyAtOnce.
    """
    if not by.may(Right.EXAMINE):
        raise MayNotTake
    if limit is not None and limit < 1:
        raise TooManyAtOnce(by.held_requests.count())
    with transaction.atomic():
        taken = _next(limit, minds_expired=True)(by=by, at=at, given={"person": by.pk, "at": at})
    return taken or _take_or_say_why_not(by=by, at=at, limit=limit)


@cache
def _next(limit: int | None, *, minds_expired: bool) -> TakeFirst:
    """What takes the next one; with `minds_expired` nothing while there is a lease to end first.

    Rows that a colleague is taking in this moment are passed over, so nobody waits for a lock. The row of
    the person who takes is waited for, so that two tabs do not take one more than the limit.
    """
    person, at = Given("person", BigIntegerField()), Given("at", DateTimeField())
    rows = workers.requests_for(person, at=at, limit=limit)
    if minds_expired:
        rows = rows.exclude(Exists(_expired(at)))
    return TakeFirst(rows, behind=workers.row_of(person))


def _take_or_say_why_not(*, by: User, at: datetime, limit: int | None) -> RefundRequest | None:
    """Nothing could be taken at once; what keeps `by` from it is put in order, or said."""
    return_expired(at=at)
    with transaction.atomic():
        if workers.locked_worker(by).away_since:
            raise Away
        held = by.held_requests.count()
        if limit is not None and held >= limit:
            raise TooManyAtOnce(held)
        return _next(limit, minds_expired=False)(by=by, at=at, given={"person": by.pk, "at": at})


def take_particular(refund_request: RefundRequest, *, by: User, at: datetime, reason: str) -> RefundRequest:
    """Take this one out of turn, for a reason that is kept.

    Raises MayNotChoose, MoveNotAllowed, OwnRequest, ReasonNeeded.
    """
    if not by.may(Right.CHOOSE_REQUESTS):
        raise MayNotChoose
    return transitions.take_out_of_turn(refund_request, by=by, at=at, reason=reason)


def take_again(refund_request: RefundRequest, *, by: User, at: datetime) -> RefundRequest:
    """Go on with what `by` had, while it waits and nobody has taken it since; one still held is kept longer.

    Raises MayNotTake, NotYours.
    """
    if not by.may(Right.EXAMINE):
        raise MayNotTake
    with transaction.atomic():
        current = locked(refund_request)
        if holding.may_go_on(current, by):
            return transitions.take(current, by=by, at=at)
        return _kept(current, by=by, at=at)


def keep(refund_request: RefundRequest, *, by: User, at: datetime) -> RefundRequest:
    """The holder is at work, so the lease runs anew from `at`. Raises NotYours."""
    with transaction.atomic():
        return _kept(locked(refund_request), by=by, at=at)


def _kept(current: RefundRequest, *, by: User, at: datetime) -> RefundRequest:
    holding.require_holder(current, by=by)
    holding.renew(current, at=at)
    return current


def return_expired(*, at: datetime) -> int:
    """Return requests whose holder has been away to their place in the queue; how many there were."""
    with transaction.atomic():
        first = _expired(at).order_by("lease_until")
        rows = list(first.select_for_update(skip_locked=True, no_key=True)[:EXPIRED_AT_ONCE])
        for row in rows:
            transitions.expire_lease(row, by=System("queue"), at=at)
    return len(rows)


def _expired(at: datetime | Given) -> QuerySet[RefundRequest]:
    return RefundRequest.objects.filter(state=State.EXAMINING, lease_until__lt=at)
