"""The owner's page of calendars: what it means, what a change would change, and what was said before."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from makegood.desk.forms.calendars import CalendarForm
from makegood.queue.calendars import in_use, terms_of
from makegood.queue.models import Calendar, CalendarEdition
from makegood.queue.working_time import Hours, Unit
from tests import cases
from tests.desk.conftest import Desk
from tests.members.scenes import words
from tests.people import aud, ola, petro

pytestmark = pytest.mark.django_db

AT_MOST = 12


def typed(**changed: object) -> dict[str, Any]:
    """The first calendar as its page gives it, with what was typed."""
    week = {f"hours_{day}": "09:00–18:00" for day in range(5)} | {"hours_5": "", "hours_6": ""}
    return {
        "name": "Refund department",
        "zone": "Europe/Kyiv",
        "country": "UA",
        "subdivision": "",
        "closed": "",
        "within": 2,
        "unit": "days",
        "warn_hours": 4,
        "edition": 1,
        **week,
        **changed,
    }


def page_of(calendar: Calendar, part: str = "") -> str:
    return f"/desk/calendars/{calendar.pk}/{part}"


def test_the_page_shows_what_the_settings_made(
    at_desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = at_desk(ola())
    assert "2 working days" in words(client.get("/desk/calendars/"))
    with django_assert_max_num_queries(AT_MOST):
        page = client.get(page_of(in_use().calendar)).content.decode()
    assert 'value="09:00–18:00"' in page
    assert "What it means" in page
    assert "New promises are made by this calendar." in page


def test_what_is_saved_is_what_new_promises_are_made_by(at_desk: Desk) -> None:
    form = typed(
        hours_0="8-12.30", hours_5="0:00 - 24:00", within=6, unit="hours", closed="2026-12-31 Stocktaking\n"
    )
    saved = at_desk(ola()).post(page_of(in_use().calendar, "change/"), form, follow=True)
    assert "those made before stay as they are" in words(saved)
    terms = terms_of(in_use())
    assert (terms.within, terms.unit) == (6, Unit.HOURS)
    assert (terms.time.hours[0], terms.time.hours[5]) == (Hours(480, 750), Hours(0, 1440))
    assert terms.time.closed == {date(2026, 12, 31): "Stocktaking"}
    assert in_use().made_by == ola()


def test_the_history_says_what_each_edition_changed(at_desk: Desk) -> None:
    client, calendar = at_desk(ola()), in_use().calendar
    client.post(page_of(calendar, "change/"), typed(within=3, hours_4=""))
    page = " ".join(words(client.get(page_of(calendar))).split())
    assert "Customers hear from us within: 2 working days 3 working days" in page
    assert "Friday: 09:00–18:00 free" in page
    assert "Ola Hansen" in page
    assert "Calendar “Refund department” changed" in page


def test_a_preview_says_what_would_change_and_saves_nothing(at_desk: Desk) -> None:
    made = cases.a_request().promises.get()
    form = typed(within=9, preview="1")
    page = at_desk(ola()).post(page_of(in_use().calendar, "change/"), form)
    assert page.status_code == 200
    assert "What changes for new promises" in words(page)
    assert 'name="within" value="9"' in page.content.decode()
    assert CalendarEdition.objects.count() == 1
    same = at_desk(ola()).post(page_of(in_use().calendar, "change/"), typed(preview="1"))
    assert "the same" in words(same)
    made.refresh_from_db()
    assert made.edition == in_use()


def test_a_change_made_on_an_old_page_is_refused_and_kept_for_another_look(at_desk: Desk) -> None:
    client, calendar = at_desk(ola()), in_use().calendar
    client.post(page_of(calendar, "change/"), typed(within=3))
    refused = client.post(page_of(calendar, "change/"), typed(within=5))
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Somebody changed this calendar meanwhile" in page
    assert 'name="within" value="5"' in page
    assert 'name="edition" value="2"' in page
    assert client.post(page_of(calendar, "change/"), typed(within=5, edition=2)).status_code == 303
    assert in_use().within == 5


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"hours_0": "late"}, "Please write hours like 9:00–18:00"),
        ({"hours_0": "18-9"}, "Please write hours like 9:00–18:00"),
        ({"hours_0": "9-25"}, "Please write hours like 9:00–18:00"),
        ({"hours_0": "9:70-18"}, "Please write hours like 9:00–18:00"),
        ({"zone": "Europe/Atlantis"}, "This is no time zone such as Europe/Kyiv."),
        ({"subdivision": "BY"}, "No holidays are known for this part of the country."),
        ({"closed": "tomorrow"}, "“tomorrow” begins with no day such as 2026-12-31."),
        ({f"hours_{day}": "" for day in range(7)}, "by these, no update could ever be promised"),
    ],
)
def test_what_cannot_be_is_said_in_words(wrong: dict[str, str], sentence: str, at_desk: Desk) -> None:
    refused = at_desk(ola()).post(page_of(in_use().calendar, "change/"), typed(**wrong))
    assert refused.status_code == 422
    assert sentence in words(refused)
    assert CalendarEdition.objects.count() == 1


def test_another_one_is_added_and_then_used(at_desk: Desk) -> None:
    client = at_desk(ola())
    assert 'value="09:00–18:00"' in client.get("/desk/calendars/new/").content.decode()
    taken = client.post("/desk/calendars/new/", typed(edition=0))
    assert (taken.status_code, "Another calendar has this name already." in words(taken)) == (409, True)
    client.post("/desk/calendars/new/", typed(name="Summer", within=1, edition=0))
    summer = Calendar.objects.get(name="Summer")
    assert "Nothing is promised by this calendar until it is used." in words(client.get(page_of(summer)))
    used = client.post(page_of(summer, "use/"), follow=True)
    assert "New promises are made by “Summer” from now on." in words(used)
    assert in_use().calendar == summer
    again = client.post(page_of(summer, "use/"))
    assert (again.status_code, "by this calendar already." in words(again)) == (409, True)


def test_the_auditor_reads_and_changes_nothing_and_others_see_nothing(at_desk: Desk) -> None:
    page = words(at_desk(aud()).get(page_of(in_use().calendar)))
    assert "Editions" in page
    assert "Save" not in page
    assert at_desk(petro()).get("/desk/calendars/").status_code == 404


def test_every_country_whose_holidays_are_known_has_a_name() -> None:
    labels = dict(CalendarForm().fields["country"].choices)  # type: ignore[attr-defined]  # it has choices
    assert labels["UA"] == "Ukraine"
    assert all(len(label) > 2 for label in labels.values())
