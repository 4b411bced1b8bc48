"""An exception to the policy: more than it grants, for a written reason, with a second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from makegood.accounts.granting import holders_of
from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.accounts.templatetags.said import amount_in_words, list_in_words
from makegood.audit.actions import Action
from makegood.audit.moving import locked
from makegood.money import Money, total
from makegood.orders.models import Order
from makegood.refund_requests.assessing import LiveAnswer, answers_of_request
from makegood.refund_requests.deciding import NothingLeft, granted, left_of, record_decision
from makegood.refund_requests.holding import require_holder
from makegood.refund_requests.models import Decision, RefundRequest, Verdict
from makegood.refund_requests.moving import move_on
from makegood.refund_requests.states import State
from makegood.refund_requests.transitions import ReasonNeeded

LEAST_WORDS = 5
"""So that the second person, and whoever counts exceptions, learns what made this one."""
TOLD = gettext_lazy(
    "This is an exception: our refund policy does not grant it. It is not a right, and another request is "
    "decided by the policy again."
)
"""What the member reads beside the letter of every exception, whatever its author wrote."""


class MayNotMakeExceptions(Exception):
    """The person decides by the policy alone."""

    def __init__(self) -> None:
        super().__init__(who_can())


class TooFewWords(Exception):
    """The reason says too little."""

    def __init__(self) -> None:
        words = ngettext(
            "Please give the reason in at least {count} word: the second person decides by it, and it is "
            "kept.",
            "Please give the reason in at least {count} words: the second person decides by it, and it is "
            "kept.",
            LEAST_WORDS,
        )
        super().__init__(words.format(count=LEAST_WORDS))


class LessThanGranted(Exception):
    """An exception only ever favours the customer."""

    def __init__(self, order: Order, amount: Money) -> None:
        words = _(
            "The policy grants {amount} for order {number}; an exception can give more, but never less."
        )
        super().__init__(words.format(amount=amount_in_words(amount), number=order.number))


class MoreThanLeft(Exception):
    """More than was paid and is not refunded yet."""

    def __init__(self, order: Order, left: Money) -> None:
        words = _("Of order {number}, {amount} can still be refunded, and no more.")
        super().__init__(words.format(amount=amount_in_words(left), number=order.number))


class NoException(Exception):
    """The policy grants just that."""

    def __init__(self) -> None:
        super().__init__(
            _("The policy grants this by itself, so it needs no exception: decide it in the ordinary way.")
        )


def who_can() -> str:
    """Who may make exceptions, as a sentence for those who may not."""
    names = [person.name for person in holders_of(Right.MAKE_EXCEPTIONS)]
    if not names:
        return _("Nobody can make exceptions to the policy here.")
    words = _(
        "Exceptions to the policy can be made by: {names}. Put the request back with your reason, and one of "
        "them can take it."
    )
    return words.format(names=list_in_words(names))


def room_for(answers: Sequence[LiveAnswer]) -> list[tuple[Order, Money, Money]]:
    """Each order with the least and the most that an exception may give for it.

    Raises ToBeEstablished, NothingLeft, NoException (the policy grants all that is left).
    """
    rooms = [
        (live.order, least, left_of(live.order))
        for live, least in zip(answers, granted(answers), strict=True)
        if live.order is not None
    ]
    if not any(most for _order, _least, most in rooms):
        raise NothingLeft
    if all(least == most for _order, least, most in rooms):
        raise NoException
    return rooms


def make_exception(
    refund_request: RefundRequest,
    *,
    amounts: Mapping[str, Money],
    reason: str,
    letter: str,
    by: User,
    at: datetime,
) -> Decision:
    """Decide to give `amounts` (by number of the order) though the policy grants less.

    Raises MayNotMakeExceptions, TooFewWords, ReasonNeeded (no letter), NotYours, ToBeEstablished,
    NothingLeft, NoException, LessThanGranted, MoreThanLeft, CurrencyMismatch.
    """
    if not by.may(Right.MAKE_EXCEPTIONS):
        raise MayNotMakeExceptions
    if len(reason.split()) < LEAST_WORDS:
        raise TooFewWords
    if not letter.strip():
        raise ReasonNeeded
    with transaction.atomic():
        current = locked(refund_request)
        require_holder(current, by=by)
        answers = answers_of_request(current)
        given = _within(room_for(answers), amounts)
        decision = record_decision(
            current, Verdict.REFUND, letter.strip(), answers, given, by=by, at=at, exception=reason.strip()
        )
        details = {"decision": decision.pk}
        move_on(current, State.AWAITING_APPROVAL, Action.EXCEPTION_ASKED, by=by, at=at, details=details)
    return decision


def _within(rooms: Sequence[tuple[Order, Money, Money]], amounts: Mapping[str, Money]) -> list[Money]:
    """The amount for each order, in their order; what is not named gets what the policy grants."""
    given = [amounts.get(order.number, least) for order, least, _most in rooms]
    for (order, least, most), amount in zip(rooms, given, strict=True):
        if amount < least:
            raise LessThanGranted(order, least)
        if amount > most:
            raise MoreThanLeft(order, most)
    currency = given[0].currency
    if total(given, currency) == total((least for _order, least, _most in rooms), currency):
        raise NoException
    return given


def exceptions_between(since: datetime, until: datetime) -> QuerySet[Decision]:
    """Every exception decided from `since` to before `until`, agreed to or not; read off its own index."""
    return Decision.objects.filter(is_exception=True, at__gte=since, at__lt=until)
