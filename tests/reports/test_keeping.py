"""The numbers that PostgreSQL keeps, against the same ones counted slowly from the rows."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib import import_module
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from makegood.audit.actors import System
from makegood.audit.moving import MoveNotAllowed
from makegood.queue import promises
from makegood.refund_requests import conversation, transitions
from makegood.refund_requests.models import RefundRequest, Verdict
from makegood.refunds.models import Refund
from makegood.refunds.states import State as RefundState
from makegood.reports.counted import OF_PERIODS, Counted
from makegood.reports.folding import fold
from makegood.reports.models import DaySum, Mark, MonthSum
from makegood.reports.periods import Period, last_days
from makegood.reports.reading import totals
from tests import cases, paying
from tests.people import NOON, ago, an_order, finn, olena, petro, usd
from tests.reports.oracle import Key, counted_from_the_rows, kept
from tests.world import undone

pytestmark = pytest.mark.django_db
KYIV = ZoneInfo("Europe/Kyiv")
SYSTEM = System("a test")

Step = Callable[[RefundRequest, datetime], object]


def take(request: RefundRequest, at: datetime) -> object:
    return transitions.take(request, by=petro(), at=at)


def put_back(request: RefundRequest, at: datetime) -> object:
    return transitions.put_back(request, by=petro(), at=at, reason="I am needed elsewhere")


def write(request: RefundRequest, at: datetime) -> object:
    newest = request.messages.order_by("-id").first()
    return conversation.write_as_staff(
        request,
        body="Thank you",
        token=uuid4(),
        by=petro(),
        at=at,
        seen_up_to=newest.pk if newest else 0,
        asks=at.minute % 2 == 0,
    )


def answer(request: RefundRequest, at: datetime) -> object:
    return transitions.answered(request, by=olena(), at=at)


def decide(verdict: Verdict) -> Step:
    def step(request: RefundRequest, at: datetime) -> object:
        ready = cases.found_to_be_a_defect(request, fixable=verdict == Verdict.DECLINE, at=at)
        return transitions.decide(ready, verdict=verdict, letter=cases.LETTER, by=petro(), at=at)

    return step


def approve(request: RefundRequest, at: datetime) -> object:
    return transitions.approve(request, by=finn(), at=at)


def disagree(request: RefundRequest, at: datetime) -> object:
    return transitions.return_decision(request, by=finn(), at=at, reason="Too much")


def pay(request: RefundRequest, at: datetime) -> object:
    if (
        request.state != "approved"
        or Refund.objects.filter(reference=request.reference, decision_round=request.round).exists()
    ):
        raise MoveNotAllowed(request, request.state, "approved")
    return paying.sent(request, at=at)


def bounce(request: RefundRequest, at: datetime) -> object:
    refund = Refund.objects.filter(reference=request.reference, state="succeeded").first()
    if refund is None:
        raise MoveNotAllowed(request, request.state, "bounced")
    return paying.stands(refund, RefundState.BOUNCED, at=at)


def reopen(request: RefundRequest, at: datetime) -> object:
    return transitions.reopen(request, by=SYSTEM, at=at, reason="There is news")


def withdraw(request: RefundRequest, at: datetime) -> object:
    return transitions.withdraw(request, by=olena(), at=at)


def expire(request: RefundRequest, at: datetime) -> object:
    return transitions.expire_lease(request, by=SYSTEM, at=at)


def notice(_request: RefundRequest, at: datetime) -> object:
    return promises.note_missed(at=at)


STEPS: list[Step] = [
    *(take,) * 4,
    put_back,
    *(write,) * 2,
    answer,
    *(decide(Verdict.REFUND),) * 3,
    *(decide(Verdict.DECLINE),) * 2,
    approve,
    disagree,
    *(pay,) * 3,
    bounce,
    reopen,
    withdraw,
    expire,
    notice,
]


def a_random_world(seed: int) -> datetime:
    """Three requests to which anything happens that may, for some weeks; the moment at which that ends."""
    dice = random.Random(seed)  # noqa: S311  # the same world each time
    asked = [
        cases.a_request(
            an_order(olena(), purchased_at=ago(days=21), amount=usd(dice.choice(["79.00", "450.00"]))),
            at=NOON + timedelta(hours=dice.randrange(72)),
        )
        for _ in range(3)
    ]
    at = NOON + timedelta(hours=72)
    for _ in range(40):
        at += timedelta(minutes=dice.randrange(1, 60 * 30))
        step, request = dice.choice(STEPS), cases.now(dice.choice(asked))
        try:
            with transaction.atomic():
                step(request, at)
        except DatabaseError:
            raise
        except Exception:  # noqa: S112  # most steps are not allowed where the request stands
            continue
        if dice.random() < 0.1:
            fold(at=at, zone=KYIV)
    return at


def assert_totals(period: Period, expected: dict[Key, tuple[int, int]]) -> None:
    """The sums of a period, whole months of it read by month, are those of its days."""
    found = totals(period, zone=KYIV)
    shown = {
        (what.value, line.key, line.under, line.currency): (line.number, line.amount_minor)
        for what, lines in found.lines.items()
        for line in lines
    }
    summed: dict[Key, tuple[int, int]] = {}
    for (*place, day), (number, amount) in expected.items():
        assert isinstance(day, date)
        if period.first <= day <= period.last and place[0] != "waiting":
            was = summed.get(tuple(place), (0, 0))
            summed[tuple(place)] = (was[0] + number, was[1] + amount)
    assert shown == summed


def count_what_was_there_before() -> None:
    """As the migration does where there were requests before there were reports."""
    for model in (Mark, DaySum, MonthSum):
        model.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(import_module("makegood.reports.migrations.0001_initial").EARLIER)


def test_what_is_kept_is_what_the_rows_say() -> None:
    seen = set()
    for seed in range(6):
        with undone():
            at = a_random_world(seed)
            expected = counted_from_the_rows(KYIV)
            assert kept(KYIV) == expected
            fold(at=at, zone=KYIV)
            assert (Mark.objects.count(), kept(KYIV)) == (0, expected)
            for days in (3, 40, 100):
                assert_totals(last_days(days, today=at.date()), expected)
            count_what_was_there_before()
            assert kept(KYIV) == expected
            seen |= {(what, key if what == "outcome" else "") for what, key, *_ in expected}
    outcomes = {("outcome", came_to) for came_to in ("refund", "decline", "withdrawn")}
    assert seen >= outcomes | {(what.value, "") for what in OF_PERIODS - {Counted.OUTCOME}}
