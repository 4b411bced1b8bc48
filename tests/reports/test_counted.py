"""The buckets of times, and what is said of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from makegood.audit.actions import Action
from makegood.reports.counted import BOUNDS, LONGER, share_within
from makegood.reports.keeping import COUNTED_ACTIONS

MINUTE = timedelta(minutes=1)


def bucket_of(minutes: int) -> str:
    return next((str(bound) for bound in BOUNDS if minutes <= bound), LONGER)


@given(st.lists(st.integers(0, 200_000), min_size=1, max_size=40), st.sampled_from([50, 90, 100]))
def test_so_many_percent_are_within_the_bucket_and_not_within_the_one_before(
    times: list[int], share: int
) -> None:
    histogram: dict[str, int] = {}
    for minutes in times:
        histogram[bucket_of(minutes)] = histogram.get(bucket_of(minutes), 0) + 1
    found = share_within(share, histogram)
    assert found is not None
    bounds = [0, *BOUNDS, max([*times, BOUNDS[-1]]) + 1]
    place = len(BOUNDS) + 1 if found == LONGER else bounds.index(int(found))
    within, before = (sum(minutes <= bounds[n] for minutes in times) for n in (place, place - 1))
    assert within * 100 >= len(times) * share
    assert place == 1 or before * 100 < len(times) * share


def test_of_nothing_there_is_no_half() -> None:
    assert share_within(50, {}) is None
    assert share_within(50, {"15": 1, "30": -1}) is None


@pytest.mark.django_db
def test_postgresql_has_the_same_buckets() -> None:
    tried = [n for bound in BOUNDS for n in (bound, bound + 1)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reports_bucket(each) FROM unnest(%s::interval[]) AS each", [[n * MINUTE for n in tried]]
        )
        assert [bucket for (bucket,) in cursor.fetchall()] == [bucket_of(n) for n in tried]


def test_every_action_that_is_counted_is_one() -> None:
    assert set(COUNTED_ACTIONS) <= {action.value for action in Action}
