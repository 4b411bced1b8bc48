"""How much a person may decide alone, and agree to as the second person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from django.db.models import Sum
from django.utils.translation import gettext as _

from makegood.accounts.models import StaffRole, User
from makegood.accounts.roles import RIGHTS, Right, Role
from makegood.accounts.templatetags.said import amount_in_words
from makegood.money import Money
from makegood.orders.models import Order
from makegood.refund_requests.models import Decision, DecisionLine


class HasLimit(Protocol):
    """A role, now or as it was once."""

    @property
    def limit(self) -> Money | None:
        """The most that it may agree to; None: no limit."""


Limited = TypeVar("Limited", bound=HasLimit)


class OverLimit(Exception):
    """The amount exceeds what this person may agree to."""

    def __init__(self, amount: Money) -> None:
        super().__init__(
            _(
                "Your limit does not cover {amount}; somebody with a higher one, or one in its currency,"
                " has to agree."
            ).format(amount=amount_in_words(amount))
        )


def needs_second_person(amount: Money, orders: Sequence[Order], *, by: User, at: datetime) -> bool:
    """Whether `amount` is more than `by` may decide alone, for these orders in all or within 24 hours.

    Locks the person's role, so that two decisions in one moment count each other.
    """
    return _needs_second_person(_role_with(Right.DECIDE, by, lock=True), amount, orders, by=by, at=at)


def would_need_second_person(amount: Money, orders: Sequence[Order], *, by: User, at: datetime) -> bool:
    """As `needs_second_person`, to say it beforehand: locks nothing, so a decision may still change it."""
    return _needs_second_person(_role_with(Right.DECIDE, by, lock=False), amount, orders, by=by, at=at)


def _needs_second_person(
    role: StaffRole | None, amount: Money, orders: Sequence[Order], *, by: User, at: datetime
) -> bool:
    if role is None:
        return True
    if role.limit is not None:
        before = _alone_for_orders(orders, amount.currency)
        if exceeds(role.limit, amount + before):
            return True
    if role.day_limit is None:
        return False
    today = _alone_since(at - timedelta(days=1), amount.currency, by=by)
    return exceeds(role.day_limit, amount + today)


def exceeds(limit: Money | None, amount: Money) -> bool:
    """Whether `amount` is above `limit`; None is no limit.

    A limit says nothing of other currencies, so any amount in one exceeds it.
    """
    return limit is not None and (limit.currency != amount.currency or amount > limit)


def _role_with(right: Right, user: User, *, lock: bool) -> StaffRole | None:
    """The role of `user` with the highest limit that gives `right`; None when there is none.

    Somebody whose account is closed has none, whatever is still written beside their name.
    """
    if not user.may(right):
        return None
    having = [role.value for role in Role if right in RIGHTS[role]]
    rows = user.staff_roles.filter(role__in=having)
    return largest(rows.select_for_update() if lock else rows)


def largest(roles: Iterable[Limited]) -> Limited | None:
    """Of the roles that give a person a right, the one with the highest limit; None: there is none."""
    return max(
        roles, key=lambda role: (role.limit is None, role.limit.minor if role.limit else 0), default=None
    )


def _alone_for_orders(orders: Sequence[Order], currency: str) -> Money:
    lines = DecisionLine.objects.filter(
        order__in=orders, decision__needs_approval=False, decision__currency=currency
    )
    return Money(lines.aggregate(sum=Sum("amount_minor"))["sum"] or 0, currency)


def _alone_since(since: datetime, currency: str, *, by: User) -> Money:
    mine = Decision.objects.filter(author=by, at__gt=since, needs_approval=False, currency=currency)
    return Money(mine.aggregate(sum=Sum("amount_minor"))["sum"] or 0, currency)


def require_limit(amount: Money, *, by: User) -> None:
    """`by` may be the second person for `amount`. Raises OverLimit."""
    role = _role_with(Right.APPROVE, by, lock=True)
    if role is None or exceeds(role.limit, amount):
        raise OverLimit(amount)


def may_agree_to(amount: Money, *, by: User) -> bool:
    """Whether `require_limit` would let `by` pass, to say it beforehand: locks nothing."""
    role = _role_with(Right.APPROVE, by, lock=False)
    return role is not None and not exceeds(role.limit, amount)
