"""When the money arrives is a range, in working days, from experience once there is enough of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from makegood.refunds import arrival
from makegood.refunds.models import Refund
from makegood.refunds.states import State
from tests.people import NOON, ago, an_order, olena

MONDAY = date(2026, 11, 23)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "earliest", "latest"),
    [
        ("card", date(2026, 11, 30), date(2026, 12, 7)),
        ("paypal", MONDAY, date(2026, 11, 30)),
        ("sepa", date(2026, 11, 24), date(2026, 11, 24)),
        ("wire", date(2026, 11, 24), date(2026, 11, 30)),
        ("carrier pigeon", date(2026, 11, 24), date(2026, 12, 7)),
    ],
)
def test_the_usual_range_of_each_method(method: str, earliest: date, latest: date) -> None:
    expected = arrival.expected(method, sent_on=MONDAY, country="UA")
    assert (expected.earliest, expected.latest, expected.measured) == (earliest, latest, False)


@pytest.mark.django_db
def test_weekends_and_bank_holidays_do_not_count() -> None:
    thursday_before_christmas = date(2026, 12, 24)
    expected = arrival.expected("sepa", sent_on=thursday_before_christmas, country="DE")
    assert expected.earliest == date(2026, 12, 28)


@pytest.mark.django_db
def test_an_unknown_country_has_weekends_only() -> None:
    expected = arrival.expected("sepa", sent_on=date(2026, 12, 24), country="")
    assert expected.earliest == date(2026, 12, 25)


def arrived_after(days: list[int], *, provider: str = "sandbox") -> None:
    """Refunds of card payments, sent on Mondays, that arrived so many days later."""
    for number, took in enumerate(days):
        payment = an_order(olena(), purchased_at=ago(days=90)).payments.get()
        sent = datetime(2026, 6, 1, 12, tzinfo=NOON.tzinfo)
        Refund.objects.create(
            payment=payment,
            reference=f"R-{number}",
            decision_round=1,
            currency="USD",
            amount_minor=100,
            provider=provider,
            state=State.SETTLED,
            opened_at=sent,
            succeeded_at=sent,
            settled_at=sent + timedelta(days=took),
        )


@pytest.mark.django_db
def test_nineteen_refunds_are_not_yet_experience() -> None:
    arrived_after([2] * 19)
    assert not arrival.expected("card", sent_on=MONDAY, country="").measured


@pytest.mark.django_db
def test_twenty_refunds_are_experience_from_the_median_to_nine_in_ten() -> None:
    arrived_after([2] * 15 + [4] * 5)
    expected = arrival.expected("card", sent_on=MONDAY, country="")
    assert (expected.working_days, expected.measured) == ((2, 4), True)


@pytest.mark.django_db
def test_what_travelled_another_way_is_experience_of_that_way() -> None:
    arrived_after([2] * 20, provider="manual")
    assert not arrival.expected("card", sent_on=MONDAY, country="").measured
    assert arrival.expected("wire", sent_on=MONDAY, country="").measured


@pytest.mark.django_db
def test_experience_is_read_once_for_all_countries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    experience = arrival.Experience()
    with django_assert_num_queries(1):
        for country in ("DE", "UA", "US"):
            arrival.expected("card", sent_on=MONDAY, country=country, experience=experience)
