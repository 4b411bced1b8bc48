"""10,000 requests at a desk of people with skills: nobody waits much longer than first come, first served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from benchmarks import fairness
from makegood.queue import workers
from makegood.queue.leases import take_next
from makegood.queue.turns import FOR_THE_SKILLED
from makegood.refund_requests.models import RefundRequest
from tests.people import a_product, ola, olena, petro, roza
from tests.queue.simulation import BEGIN, PRODUCTS, Asked, examined, in_turn, requests, to_anybody

ARRIVALS = 10_000
BOUND = 2 * FOR_THE_SKILLED
"""By how much more than first come, first served anybody waits where one in ten has a day of the law.

Where more have one, each may wait longer by the time until its own moment (docs/decisions/0020).
"""

EVERYTHING: frozenset[str] = frozenset()
SENDER = frozenset({"mail-sender"})
DESK = (
    EVERYTHING,
    frozenset({"mail-sender"}),
    frozenset({"verifier"}),
    frozenset({"mail-sender", "tracker"}),
)
LONE_EXPERT = (frozenset({"rare"}), SENDER, SENDER)
NOBODY_KNOWS = (SENDER, frozenset({"verifier"}))


def waits(rows: Sequence[Asked], began: dict[int, datetime]) -> list[timedelta]:
    return [began[asked.turn.number] - asked.came_in for asked in rows]


@pytest.mark.parametrize("desk", [DESK, LONE_EXPERT, NOBODY_KNOWS])
@pytest.mark.parametrize("load", [0.5, 0.9, 1.05])
def test_nobody_waits_longer_than_first_come_first_served_by_more_than_the_bound(
    desk: Sequence[frozenset[str]], load: float
) -> None:
    rows = requests(ARRIVALS, seed=5, desk_of=len(desk), load=load, by_law=0.1)
    ours = waits(rows, examined(rows, desk, may=in_turn, by_turn=True))
    strict = waits(rows, examined(rows, desk, may=to_anybody, by_turn=False))
    more = [mine - theirs for mine, theirs in zip(ours, strict, strict=True)]
    print(f"load {load}: at most {max(more)} more than first come, first served; longest wait {max(ours)}")
    assert len(more) == ARRIVALS
    assert max(more) <= BOUND


@pytest.mark.parametrize("load", fairness.LOADS)
def test_nor_does_it_when_people_are_away_for_a_day_now_and_then(load: float) -> None:
    rows = fairness.simulated(ARRIVALS, seed=5, load=load)
    assert sum(int(row["requests"]) for row in rows) == ARRIVALS
    for row in rows:
        assert float(row["over"]) <= float(row["bound"]) == BOUND / timedelta(hours=1)
        assert int(row["missed"]) <= int(row["warned"])


def test_what_somebody_has_when_they_go_away_is_taken_anew_at_its_place() -> None:
    first, second, *_ = rows = requests(3, seed=3, desk_of=1, load=0.01, by_law=0.0)
    asked = first.came_in + timedelta(minutes=1)
    away = {0: [(asked, second.came_in + timedelta(hours=1))], 1: [(BEGIN, asked)]}
    together = examined(rows, (EVERYTHING, EVERYTHING), may=in_turn, by_turn=True, away=away)
    alone = examined(rows, (EVERYTHING,), may=in_turn, by_turn=True, away=away)
    assert first.takes > timedelta(minutes=1)
    assert together[0] == asked
    assert (alone[0], alone[1]) == (away[0][0][1], away[0][0][1] + first.takes)


@pytest.mark.parametrize("desk", [DESK, LONE_EXPERT])
def test_once_it_is_for_all_nothing_goes_before_it_that_came_in_after_its_moment(
    desk: Sequence[frozenset[str]],
) -> None:
    rows = requests(ARRIVALS, seed=7, desk_of=len(desk), load=1.1, by_law=0.3)
    began = examined(rows, desk, may=in_turn, by_turn=True)
    in_order = sorted(rows, key=lambda asked: began[asked.turn.number])
    newest = datetime.max.replace(tzinfo=rows[0].came_in.tzinfo)
    late = []
    for asked in reversed(in_order):  # from the last that was taken to the first
        if asked.came_in > newest:
            late.append(asked)
        if began[asked.turn.number] >= asked.came_in + FOR_THE_SKILLED:
            newest = min(newest, max(asked.turn.examine_by, asked.came_in + FOR_THE_SKILLED))
    assert late == []


def test_a_lane_for_the_law_that_always_goes_first_would_starve_the_others() -> None:
    """What decision 19 says against it: the law takes nearly all that this desk can do."""
    rows = requests(ARRIVALS, seed=5, desk_of=2, load=1.3, by_law=0.75)
    people = (EVERYTHING, EVERYTHING)
    strict = waits(rows, examined(rows, people, may=to_anybody, by_turn=False))
    ours = waits(rows, examined(rows, people, may=in_turn, by_turn=True))
    always_first = [
        replace(asked, turn=asked.turn._replace(examine_by=BEGIN)) if asked.is_by_law else asked
        for asked in rows
    ]
    starved = waits(rows, examined(always_first, people, may=in_turn, by_turn=True))
    allowed = [asked.turn.examine_by - asked.came_in + BOUND for asked in rows]
    assert all(mine - theirs <= most for mine, theirs, most in zip(ours, strict, allowed, strict=True))
    assert not all(mine - theirs <= most for mine, theirs, most in zip(starved, strict, allowed, strict=True))


@pytest.mark.django_db
def test_the_database_gives_out_in_the_same_order_as_the_simulation() -> None:
    products = {sku: a_product(sku) for sku in PRODUCTS}
    rows = requests(60, seed=11, desk_of=3, load=1.0, by_law=0.3)
    RefundRequest.objects.bulk_create(
        RefundRequest(
            reference=f"R-{asked.turn.number}",
            member=olena(),
            ground="defect",
            product=products[asked.product],
            form_token=uuid4(),
            received_at=asked.came_in,
            queued_at=asked.came_in,
            examine_by=asked.turn.examine_by,
        )
        for asked in rows
    )
    people = {petro(): SENDER, roza(): frozenset({"verifier", "rare"}), ola(): EVERYTHING}
    for person, knows in people.items():
        chosen = [products[sku] for sku in sorted(knows)]
        workers.choose_products(person, chosen, by=ola(), at=rows[0].came_in)
    at, left = rows[-1].came_in, list(rows)
    for turn in range(30):
        person, knows = list(people.items())[turn % 3]
        expected = min((asked for asked in left if in_turn(asked, knows, at)), key=lambda asked: asked.turn)
        taken = take_next(by=person, at=at)
        assert taken is not None
        assert taken.reference == f"R-{expected.turn.number}"
        left.remove(expected)
