"""The people who examine requests, and what each has to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from makegood.accounts.models import User
from makegood.accounts.roles import RIGHTS, ROLE_NAMES, Right, Role
from makegood.orders.models import Product
from makegood.queue.models import PutBack
from makegood.refund_requests.models import RefundRequest

COUNTED = timedelta(days=7)
"""Over which time it is counted how often somebody puts back."""
EXAMINERS = sorted(role.value for role, rights in RIGHTS.items() if Right.EXAMINE in rights)


@dataclass(frozen=True)
class Colleague:
    """A person and their work. `away_since` None: gets requests; no `products`: about all of them alike."""

    person: User
    roles: str
    held: int
    put_back: int
    away_since: datetime | None
    products: Sequence[Product]

    @property
    def product_words(self) -> str:
        """The names of the products; empty: all alike."""
        return ", ".join(str(product) for product in self.products)


def team_seen_by(user: User) -> QuerySet[User]:
    """Everybody who examines requests, for a lead and for an auditor; for others themselves alone."""
    everybody = User.objects.filter(is_active=True, staff_roles__role__in=EXAMINERS).distinct()
    sees_all = user.may(Right.PLAN_WORK) or user.may(Right.SEE_EVENTS)
    return everybody if sees_all else everybody.filter(pk=user.pk)


def colleagues(people: QuerySet[User], *, since: datetime) -> list[Colleague]:
    """The same people by name; what they put back is counted from `since`. Three queries, however many."""
    held = RefundRequest.objects.filter(holder=OuterRef("pk")).order_by().values("holder")
    back = PutBack.objects.filter(person=OuterRef("pk"), at__gte=since).order_by().values("person")
    rows: QuerySet[Any] = people.annotate(held_count=_counted(held), put_back_count=_counted(back))
    rows = rows.select_related("worker").prefetch_related("worker__products", "staff_roles")
    return [_colleague(row) for row in rows.order_by("name", "pk")]


def _counted(rows: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField())


def _colleague(row: Any) -> Colleague:
    worker, roles = getattr(row, "worker", None), {Role(held.role) for held in row.staff_roles.all()}
    return Colleague(
        person=row,
        roles=", ".join(str(ROLE_NAMES[role]) for role in Role if role in roles),
        held=row.held_count,
        put_back=row.put_back_count,
        away_since=worker.away_since if worker else None,
        products=sorted(worker.products.all(), key=str) if worker else [],
    )
