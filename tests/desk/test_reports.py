"""The page of reports, its files, and a person's own week."""

from __future__ import annotations

import csv
import io

import pytest
from django.utils import timezone

from makegood.audit.actions import Action
from makegood.audit.models import Event
from tests import paying
from tests.cases import approved
from tests.desk.conftest import Desk
from tests.people import a_lead, aud, finn, mail_sender, marta, ola, petro

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
