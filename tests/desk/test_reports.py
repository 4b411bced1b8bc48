"""The page of reports, its files, and a person's own week."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.queue.models import Promise
from makegood.queue.promises import note_missed
from makegood.refund_requests.exceptions import make_exception
from tests import cases, paying
from tests.cases import a_request, approved, taken
from tests.desk.conftest import Desk
from tests.people import a_lead, aud, days_ago, finn, mail_sender, marta, ola, petro, roza, usd

pytestmark = pytest.mark.django_db
PATH = "/desk/reports/"


def read(file: bytes) -> list[dict[str, str]]:
    text = file.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_those_who_oversee_see_reports_and_nobody_else(at_desk: Desk) -> None:
    statuses = [at_desk(person()).get(PATH).status_code for person in (a_lead, finn, ola, aud, petro, marta)]
    assert statuses == [200, 200, 200, 200, 404, 404]


def test_before_the_first_request_it_says_what_will_be_there(at_desk: Desk) -> None:
    assert "Nothing to report yet" in at_desk(aud()).get(PATH).content.decode()


def test_it_shows_what_was_paid(at_desk: Desk) -> None:
    at = timezone.now()
    paying.sent(approved(), at=at)
    page = at_desk(aud()).get(PATH).content.decode()
    assert "Refunded in USD" in page
    assert "$79.00" in page
    assert mail_sender().name in page


def test_a_table_is_downloaded_and_that_is_recorded(at_desk: Desk) -> None:
    paying.sent(approved(), at=timezone.now())
    answer = at_desk(finn()).post(f"{PATH}refunds-by-ground/download/", {"period": "30"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert read(answer.content) == [{"Ground": "defect", "Refunds": "1", "Sum": "79.00", "Currency": "USD"}]
    event = Event.objects.get(action=Action.REPORT_DOWNLOADED)
    assert (event.actor_id, event.details["table"]) == (finn().pk, "refunds-by-ground")
    assert at_desk(finn()).post(f"{PATH}salaries/download/").status_code == 404
    assert Event.objects.filter(action=Action.REPORT_DOWNLOADED).count() == 1


def test_the_numbers_of_a_person_are_theirs_alone(at_desk: Desk) -> None:
    at = timezone.now()
    taken(a_request(at=at), by=petro(), at=at)
    mine = at_desk(petro()).get(f"{PATH}own-week/")
    assert (mine.context["taken"], "Your week" in mine.content.decode()) == (1, True)
    assert at_desk(roza()).get(f"{PATH}own-week/").context["taken"] == 0
    assert at_desk(aud()).get(f"{PATH}own-week/").status_code == 404
    assert "Petro Bondar" not in at_desk(aud()).get(PATH).content.decode()


def test_a_promise_of_today_can_still_be_kept(at_desk: Desk) -> None:
    at = days_ago(9)
    a_request(at=at)
    due = Promise.objects.get().due_at
    note_missed(at=timezone.now())
    report = at_desk(aud()).get(PATH, {"period": "30"}).context["report"]
    assert (due < timezone.now(), report.table("promises").rows) == (True, [("Kept", 0), ("Missed", 1)])
    today = {"period": "own", "first": f"{timezone.localdate()}", "last": f"{timezone.localdate()}"}
    assert at_desk(aud()).get(PATH, today).context["report"].table("promises").rows[1] == ("Missed", 0)


def test_a_refund_that_comes_back_is_none(at_desk: Desk) -> None:
    paying.bounced(approved(), at=timezone.now())
    report = at_desk(finn()).get(PATH).context["report"]
    assert [table.rows for table in report.tables if table.name.startswith("refunds")] == [[]] * 5


def test_days_that_make_no_period_are_told_and_kept(at_desk: Desk) -> None:
    wrong = at_desk(aud()).get(PATH, {"period": "own", "first": "2026-11-30", "last": "2026-11-01"})
    page = wrong.content.decode()
    assert (wrong.status_code, "The last day is before the first." in page) == (422, True)
    assert 'value="2026-11-30"' in page
    long = at_desk(aud()).get(PATH, {"period": "own", "first": "2020-01-01", "last": "2026-11-01"})
    assert (long.status_code, "53 weeks" in long.content.decode()) == (422, True)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_nobody_means_is_none(at_desk: Desk, day: str) -> None:
    answer = at_desk(aud()).get(PATH, {"period": "own", "first": day, "last": day})
    assert (answer.status_code, "Please give the day" in answer.content.decode()) == (422, True)


def test_a_page_asks_no_more_for_more_requests(at_desk: Desk) -> None:
    client, asked = at_desk(aud()), []
    for _ in range(2):
        a_request(at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            client.get(PATH, {"period": "90"})
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 12


def test_exceptions_to_the_policy_are_counted_with_their_sum(at_desk: Desk) -> None:
    asked = cases.ready_to_decide(fixable=True, by=a_lead())
    given = {cases.order_of(asked).number: usd("40.00")}
    make_exception(
        asked,
        amounts=given,
        reason="She bought it for a school that closed.",
        letter=cases.LETTER,
        by=a_lead(),
        at=timezone.now(),
    )
    answer = at_desk(finn()).post(f"{PATH}exceptions/download/", {"period": "7"})
    assert read(answer.content) == [
        {"Exceptions in": "USD", "Decisions": "1", "Before": "0", "Sum": "40.00", "Currency": "USD"}
    ]
