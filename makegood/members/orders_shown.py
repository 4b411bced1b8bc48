"""Finding orders among a member's own: by the number as people write it, by product, and page by page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.db.models.functions import Upper
from django.http import QueryDict

from makegood.accounts.models import User
from makegood.members.my_orders import orders_of
from makegood.orders.models import Order

A_PAGE = 20
LONGEST = 60


@dataclass(frozen=True)
class Asked:
    """Which of the orders to show: those that `words` find, after order `before`; both may be empty."""

    words: str = ""
    before: str = ""

    @classmethod
    def by(cls, address: QueryDict) -> Asked:
        """What the address of the page asks for."""
        return cls(_clean(address.get("q", "")), _clean(address.get("before", "")))

    def url(self, *, more: dict[str, str]) -> str:
        """The query of an address that asks for it, with what else stands there."""
        asked = {"q": self.words, "before": self.before, **more}
        return "?" + urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True)
class Shown:
    """One page of orders, newest first; `older` is the number after which the next page begins, or ""."""

    orders: Sequence[Order]
    older: str


def orders_shown(member: User, asked: Asked, *, only_renewals: bool = False) -> Shown:
    """The page of the member's orders that is asked for."""
    rows = orders_before(orders_of(member), member, asked.before)
    if only_renewals:
        rows = rows.filter(renews__isnull=False)
    if asked.words:
        number = as_number(asked.words)
        by_number = Q(number__icontains=number) if number else Q()
        rows = rows.filter(by_number | Q(product__name__icontains=asked.words))
    found = list(rows[: A_PAGE + 1])
    return Shown(found[:A_PAGE], found[A_PAGE - 1].number if len(found) > A_PAGE else "")


def orders_before(rows: QuerySet[Order], member: User, number: str) -> QuerySet[Order]:
    """Those of `rows` that are older than order `number`, when it is one of the member's; else all."""
    last = member.orders.filter(number=number).first() if number else None
    if last is None:
        return rows
    return rows.filter(
        Q(purchased_at__lt=last.purchased_at) | Q(purchased_at=last.purchased_at, id__lt=last.pk)
    )


def own_numbers(member: User, typed: Iterable[str]) -> dict[str, str]:
    """For each number as it was typed, the number of the member's own order; what is not theirs is left out.

    Whether it is somebody else's is never looked up, so nobody learns that from the answer.
    """
    asked = {each: as_number(each).upper() for each in typed}
    wanted = {number for number in asked.values() if number}
    if not wanted:
        return {}
    rows = member.orders.annotate(upper=Upper("number")).filter(upper__in=wanted)
    own = {number.upper(): number for number in rows.values_list("number", flat=True)}
    return {each: own[number] for each, number in asked.items() if number in own}


def as_number(typed: str) -> str:
    """A number as people write it, without what they put around it: “ # 94 12 031 ” is 9412031."""
    return re.sub(r"[\s\u200b-\u200f\u2060\ufeff#№\0]", "", typed)[:LONGEST]


def _clean(typed: str) -> str:
    """PostgreSQL knows no text with a NUL."""
    return typed.replace("\0", "").strip()[:LONGEST]
