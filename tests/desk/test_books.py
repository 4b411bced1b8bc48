"""The room of the books: what differs, what was taken in, credit notes and tables for accounting."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.books.models import Difference, Report
from tests.books.test_credit_notes import a_refund, issue
from tests.desk.conftest import Desk
from tests.people import aud, finn

pytestmark = pytest.mark.django_db

URL = "/desk/books/"
HEADING = "at,kind,refund,charge,amount,currency,fee,fee_currency\n"
LINE = "2026-11-20T12:00:00+00:00,refund,re_of_nobody,ch_of_nobody,9.00,USD,0.25,USD\n"


def send(client: Client, content: str, **typed: str) -> tuple[int, str]:
    file = SimpleUploadedFile("november.csv", content.encode())
    answer = client.post(f"{URL}reports/", {"provider": "sandbox", "file": file, **typed})
    return answer.status_code, answer.content.decode()


def page(client: Client, address: str = URL) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_report_that_finance_takes_in_is_matched_and_shown(at_desk: Desk) -> None:
    client = at_desk(finn())
    assert send(client, HEADING + LINE)[0] == 303
    seen = page(client)
    assert "1 difference is open" in seen
    assert "The report has a movement of $9.00" in seen
    assert "Fees kept by Sandbox, to try it" in seen
    assert Report.objects.get().taken_in_by == finn()


@pytest.mark.parametrize(
    ("content", "typed", "words"),
    [
        ("nonsense", {}, "The file has no column “at”."),
        (HEADING, {}, "The report has no lines."),
        (HEADING + LINE, {"first": "2026-11-21", "last": "2026-11-22"}, "not among the days you gave"),
        (HEADING + LINE, {"first": "2026-11-22", "last": "2026-11-21"}, "The last day is before the first."),
        (HEADING + LINE, {"provider": "nobody"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_taken_in_is_said_and_the_days_stay(
    at_desk: Desk, content: str, typed: dict[str, str], words: str
) -> None:
    status, seen = send(at_desk(finn()), content, **typed)
    assert (status, Report.objects.count()) == (422, 0)
    assert words in seen
    for day in (typed.get("first"), typed.get("last")):
        assert day is None or f'value="{day}"' in seen


def test_the_same_report_again_is_refused(at_desk: Desk) -> None:
    client = at_desk(finn())
    send(client, HEADING + LINE)
    status, seen = send(client, HEADING + LINE)
    assert status == 422
    assert "taken in already, as “november.csv”" in seen


def test_finance_settles_a_difference_with_a_note_and_opens_it_again(at_desk: Desk) -> None:
    client = at_desk(finn())
    send(client, HEADING + LINE)
    address = f"{URL}differences/{Difference.objects.get().pk}/"
    assert "Settle it" in page(client, address)
    refused = client.post(address, {"note": " ", "do": "settle"})
    assert (refused.status_code, "Write what you found out." in refused.content.decode()) == (422, True)
    assert client.post(address, {"note": "Of the other shop.", "do": "settle"}).status_code == 303
    again = client.post(address, {"note": "Of the other shop.", "do": "settle"})
    assert (again.status_code, "Somebody was faster" in again.content.decode()) == (409, True)
    seen = page(client, address)
    assert "Of the other shop." in seen
    assert "Finn Larsen" in seen
    assert client.post(address, {"note": "It was ours.", "do": "reopen"}).status_code == 303
    assert Difference.objects.get().state == "open"


def test_an_auditor_reads_and_changes_nothing(at_desk: Desk) -> None:
    send(at_desk(finn()), HEADING + LINE)
    client = at_desk(aud())
    address = f"{URL}differences/{Difference.objects.get().pk}/"
    assert "Take in a report" not in page(client)
    assert "Settle it" not in page(client, address)
    assert client.post(address, {"note": "Mine.", "do": "settle"}).status_code == 404


def test_a_credit_note_is_found_and_opened(at_desk: Desk) -> None:
    [note] = issue(a_refund())
    issue(a_refund())
    client = at_desk(aud())
    for typed in (note.name.lower(), note.reference, note.order.number):
        seen = page(client, f"{URL}?find={typed}")
        assert (note.name in seen, "CN-2026-000002" in seen) == (True, False)
    answer = client.get(f"{URL}credit-notes/{note.name}/")
    assert answer["Content-Disposition"] == f'attachment; filename="{note.name}.pdf"'
    assert answer.content.startswith(b"%PDF")


def test_a_table_for_accounting_is_downloaded_on_the_record(at_desk: Desk) -> None:
    refund = a_refund()
    typed = {"table": "ledger", "first": "2026-11-01", "last": "2026-11-30"}
    answer = at_desk(aud()).post(f"{URL}export/", typed)
    content = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert refund.reference in content
    assert answer["Content-Disposition"] == 'attachment; filename="ledger-2026-11-01-2026-11-30.csv"'
    assert Event.objects.get(action=Action.BOOKS_EXPORTED).details["table"] == "ledger"
