"""Who else looks at the same request: said by open pages, shown in words, soon forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from makegood.accounts.models import User
from makegood.audit.models import Event
from makegood.refund_requests.looking import LASTS, look, others_looking
from makegood.refund_requests.models import Look, RefundRequest
from tests.at_once import at_once, refusals
from tests.cases import a_request
from tests.desk.conftest import Desk
from tests.people import marta, ola, petro, roza


def names(user: User, refund_request: RefundRequest, after: timedelta = timedelta(0)) -> list[str]:
    there = others_looking(than=user, at=timezone.now() + after).filter(refund_request=refund_request)
    return [str(each.user) for each in there]


@pytest.mark.django_db
def test_the_page_says_who_looks_at_it_too(at_desk: Desk) -> None:
    asked = a_request()
    address = f"/desk/requests/{asked.reference}/"
    assert at_desk(petro()).post(f"{address}looking/").content == b""
    said = at_desk(roza()).post(f"{address}looking/")
    assert said.content.decode() == "Petro Bondar is looking at this too."
    assert "Petro Bondar is looking at this too." in at_desk(roza()).get(address).content.decode()
    at_desk(marta()).post(f"{address}looking/")
    both = at_desk(roza()).post(f"{address}looking/").content.decode()
    assert both == "Marta Nowak and Petro Bondar are looking at this too."


@pytest.mark.django_db
def test_reading_the_page_changes_nothing(at_desk: Desk) -> None:
    asked = a_request()
    at_desk(petro()).get(f"/desk/requests/{asked.reference}/")
    assert not Look.objects.exists()


@pytest.mark.django_db
def test_looking_is_no_event() -> None:
    asked = a_request()
    before = Event.objects.count()
    look(asked, by=petro(), at=timezone.now())
    assert Event.objects.count() == before


@pytest.mark.django_db
def test_nobody_sees_themselves_or_who_looks_at_another() -> None:
    asked, at = a_request(), timezone.now()
    look(asked, by=petro(), at=at)
    look(a_request(), by=roza(), at=at)
    assert names(petro(), asked) == []
    assert names(roza(), asked) == ["Petro Bondar"]


@pytest.mark.django_db
def test_who_closed_the_page_is_soon_forgotten() -> None:
    asked, at = a_request(), timezone.now()
    look(asked, by=petro(), at=at)
    assert names(roza(), asked, LASTS - timedelta(seconds=1)) == ["Petro Bondar"]
    assert names(roza(), asked, LASTS + timedelta(seconds=1)) == []
    look(asked, by=petro(), at=at + LASTS)
    assert names(roza(), asked, LASTS + timedelta(seconds=1)) == ["Petro Bondar"]
    look(a_request(), by=roza(), at=at + 3 * LASTS)
    assert [each.user for each in Look.objects.all()] == [roza()]


@pytest.mark.django_db(transaction=True)
def test_all_at_once_nobody_waits_for_another() -> None:
    asked, at = a_request(), timezone.now()
    look(asked, by=ola(), at=at - 2 * LASTS)
    people = [petro(), roza(), marta(), petro()]
    ends = at_once(*(lambda each=each: look(asked, by=each, at=at) for each in people))
    assert refusals(ends) == []
    assert {each.user for each in Look.objects.all()} == {petro(), roza(), marta()}
