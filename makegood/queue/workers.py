"""Who works the queue: who is away, who gets which products first, and what each has put back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.recording import record
from makegood.made_once import Given
from makegood.orders.models import Product
from makegood.queue.models import PutBack, Worker
from makegood.queue.turns import FOR_THE_SKILLED
from makegood.refund_requests import transitions
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.queries import requests_held_by, requests_waiting_for
from makegood.refund_requests.states import State

NOT_AGAIN = timedelta(hours=4)
"""For so long nobody is given again what they put back; after that they are, for there may be nobody else."""


COMES_BACK = (State.ASKED, State.WITH_ENGINEERS, State.TRYING_FIX, State.WAITING)
"""Where a request waits for somebody's word, and is then for who asked first."""


class MayNotPlan(Exception):
    """Only a lead says who is away and who gets what; of themselves everybody says whether they are there."""

    def __init__(self) -> None:
        super().__init__(_("Only a lead plans the work of others."))


def row_of(person: User | Given) -> QuerySet[Worker]:
    """The row of `person`; none before they work the queue for the first time."""
    return Worker.objects.filter(person=person)


def locked_worker(person: User) -> Worker:
    """The row of `person`, made when it is not there yet, under a lock; call inside a transaction."""
    worker, _ = Worker.objects.select_for_update(no_key=True).get_or_create(person=person)
    return worker


def requests_for(
    person: User | Given, *, at: datetime | Given, limit: int | None = None
) -> QuerySet[RefundRequest]:
    """What this person may be given at `at`, in turn; nothing while they are away or have `limit` already.

    `limit`: at least one; None: any number. Not what they put back a short while ago, and until
    FOR_THE_SKILLED after it came in only what is about their products; then everything, so that nothing
    waits for one person.
    """
    rows = requests_waiting_for(person, at=at).filter(Exists(row_of(person).filter(away_since__isnull=True)))
    recent = PutBack.objects.filter(person=person, at__gt=at - NOT_AGAIN)
    rows = rows.exclude(pk__in=recent.values("refund_request"))
    products = Worker.products.through.objects.filter(worker__person=person)
    is_for_all = Q(queued_at__lte=at - FOR_THE_SKILLED) | ~Exists(products)
    rows = rows.filter(is_for_all | Q(product__in=products.values("product")))
    if limit is None:
        return rows
    held = RefundRequest.objects.filter(holder=person)
    return rows.filter(~Exists(held[limit - 1 :]))


def go_away(person: User, *, by: User, at: datetime) -> list[RefundRequest]:
    """`person` gets nothing from now on, and what they examine goes back to its place; what that was.

    Raises MayNotPlan.
    """
    _require_planner(person, by=by)
    return hand_over(person, by=by, at=at)


def hand_over(person: User, *, by: Actor, at: datetime) -> list[RefundRequest]:
    """As `go_away`, for whoever may: also what follows when an account is closed."""
    with transaction.atomic():
        worker = locked_worker(person)
        if worker.away_since:
            return []
        worker.away_since = at
        worker.save(update_fields=["away_since"])
        record(Action.WENT_AWAY, subject=person, by=by, at=at)
        held = list(requests_held_by(person).select_for_update(of=("self",), no_key=True))
        for one in held:
            transitions.hand_back(one, by=by, at=at)
        # Nothing waits for somebody who is not there.
        coming = RefundRequest.objects.filter(returns_to=person, state__in=COMES_BACK)
        coming.update(returns_to=None, returns_until=None)
    return held


def come_back(person: User, *, by: User, at: datetime) -> None:
    """`person` gets requests again. Raises MayNotPlan."""
    _require_planner(person, by=by)
    with transaction.atomic():
        worker = locked_worker(person)
        if worker.away_since:
            worker.away_since = None
            worker.save(update_fields=["away_since"])
            record(Action.CAME_BACK, subject=person, by=by, at=at)


def products_of(person: User) -> list[Product]:
    """The products that `person` gets first; none: all alike."""
    return list(Product.objects.filter(workers__person=person))


def choose_products(person: User, products: Sequence[Product], *, by: User, at: datetime) -> None:
    """`person` gets requests about `products` first; none: about all of them alike. Raises MayNotPlan."""
    if not by.may(Right.PLAN_WORK):
        raise MayNotPlan
    with transaction.atomic():
        locked_worker(person).products.set(products)
        names = sorted(product.sku for product in products)
        record(Action.PRODUCTS_CHOSEN, subject=person, by=by, at=at, products=", ".join(names) or "–")


def count_put_back(*, refund_request_id: int, person_id: int, at: datetime) -> PutBack:
    """Write down that a person put a request back."""
    return PutBack.objects.create(refund_request_id=refund_request_id, person_id=person_id, at=at)


def put_backs_since(person: User, since: datetime) -> int:
    """How many requests `person` has put back from then on."""
    return PutBack.objects.filter(person=person, at__gte=since).count()


def _require_planner(person: User, *, by: User) -> None:
    if by.pk != person.pk and not by.may(Right.PLAN_WORK):
        raise MayNotPlan
