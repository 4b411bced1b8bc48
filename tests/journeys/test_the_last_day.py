"""Day 30 after the purchase counts, day 31 does not; and it is said before anything is typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from makegood.refund_requests import policies
from tests.journeys.stage import DESKTOP_AT_NIGHT, PHONE, WITHOUT_SCRIPTS, Person, Till, seen_on
from tests.people import olena, usd

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]


@seen_on(PHONE, DESKTOP_AT_NIGHT, WITHOUT_SCRIPTS)
def test_last_day(someone: Someone, till: Till) -> None:
    in_time = till.sold(amount=usd("79.00"), days_ago=days_since(calendar_days=30))
    too_late = till.sold(amount=usd("79.00"), days_ago=days_since(calendar_days=31))
    member = someone(olena())
    member.open("/")
    member.sees("My orders", step="01-home")
    member.reads("Refundable until", "The last day to ask was")
    member.submits("Ask for a refund")
    member.chooses("It does not work")
    member.submits("Continue")
    member.chooses(too_late.number)
    member.submits("Continue")
    member.reads("Our policy does not allow this refund", "1(a)")
    member.sees("Which order?", step="02-day-31")
    member.chooses(in_time.number)
    member.submits("Continue")
    member.sees("What happened?", step="03-day-30")


def days_since(*, calendar_days: int) -> float:
    """How many days of 24 hours ago it was noon, so many calendar days ago where the policy counts them."""
    zone = ZoneInfo(str(policies.parsed(policies.in_force(timezone.now())).zone))
    day = timezone.now().astimezone(zone).date() - timedelta(days=calendar_days)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    return (timezone.now() - noon) / timedelta(days=1)
