"""A trial that ends soon, and one that has ended, are noticed once."""

from __future__ import annotations

import pytest

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.orders.models import ProductKind, Trial
from makegood.orders.trials import note_ends, start_trial
from tests.at_once import at_once, successes
from tests.people import NOON, a_product, later, mei, verifier

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _trial(db: None) -> None:
    start_trial(mei(), verifier(), by=mei(), at=NOON)  # of 14 days


def told() -> list[str]:
    events = Event.objects.filter(action__in=[Action.TRIAL_ENDS_SOON, Action.TRIAL_ENDED]).order_by("pk")
    return list(events.values_list("action", flat=True))


def test_three_days_before_its_end_and_at_its_end_and_never_again() -> None:
    noticed = [note_ends(at=later(days=day)) for day in range(20)]
    assert noticed == [0] * 11 + [1, 0, 0, 1] + [0] * 5
    assert told() == ["trial.ends_soon", "trial.ended"]
    assert Trial.objects.get().reminded_at == later(days=11)
    assert Trial.objects.get().ended_at == later(days=14)


def test_a_trial_of_a_few_days_is_not_reminded_of() -> None:
    Trial.objects.all().delete()
    short = a_product("sms", kind=ProductKind.SERVICE, trial_days=5)
    start_trial(mei(), short, by=mei(), at=NOON)
    for day in range(7):
        note_ends(at=later(days=day))
    assert told() == ["trial.ended"]


def test_what_ended_long_ago_is_no_news() -> None:
    assert note_ends(at=later(days=40)) == 0
    assert told() == []


@pytest.mark.django_db(transaction=True)
def test_8_workers_at_once_notice_it_once() -> None:
    ends = at_once(*[lambda: note_ends(at=later(days=12))] * 8)
    assert sum(successes(ends)) == 1
    assert told() == ["trial.ends_soon"]
