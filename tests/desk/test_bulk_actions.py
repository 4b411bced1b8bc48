"""The same for many requests at once, as a lead does it on the pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from makegood.bulk_actions import carrying_out, previewing
from makegood.bulk_actions.models import BulkAction
from makegood.desk import choosing
from makegood.refund_requests.models import Message, RefundRequest
from makegood.refund_requests.prepared_replies import writing
from tests.bulk_actions.scenes import requests_of
from tests.cases import taken, withdrawn
from tests.desk.conftest import Desk
from tests.people import NOON, a_lead, ola, petro

pytestmark = pytest.mark.django_db

NEW = "/desk/bulk/new/"


def text_of(answer: object) -> str:
    """The page's words, in one line."""
    return re.sub(r"\s+", " ", answer.content.decode())  # type: ignore[attr-defined]


def previewed_by(client: Client, **typed: object) -> str:
    """The address of the preview that the form leads to."""
    answer = client.post(NEW, typed)
    assert answer.status_code == 303, text_of(answer)
    return str(answer["Location"])


def confirmed_by(client: Client, address: str) -> str:
    """Pressed as the page has it."""
    seen = re.search(r'name="seen" value="(\w+)"', client.get(address).content.decode())
    assert seen is not None
    assert client.post(f"{address}confirm/", {"seen": seen[1]}).status_code == 303
    return address


def keys(rows: list[RefundRequest]) -> list[int]:
    return [row.pk for row in rows]


def test_only_who_may_act_in_bulk_sees_the_checkboxes(at_desk: Desk) -> None:
    requests_of(1)
    for person, sees in ((a_lead(), True), (ola(), True), (petro(), False)):
        body = at_desk(person).get("/desk/requests/").content.decode()
        assert ('name="chosen"' in body) is sees


def test_chosen_previewed_confirmed_and_done(at_desk: Desk) -> None:
    rows = [*requests_of(2), taken(requests_of(3)[2]), withdrawn()]
    client = at_desk(a_lead())
    assert "4 requests chosen" in text_of(client.get(NEW, {"chosen": keys(rows)}))
    body = "Dear {first_name}, thank you."
    reply = writing.prepare(title="Thanks", body=body, language="", product=None, by=ola(), at=NOON)
    address = previewed_by(client, chosen=keys(rows), kind="message", reply=reply.pk)
    page = text_of(client.get(address))
    for words in (
        "To be done for 2 requests",
        "Dear Ada0, thank you.",
        "Dear Ada1, thank you.",
        "2 requests are left out",
        "A colleague examines it.",
        "It was withdrawn.",
        "Do it for 2 requests",
    ):
        assert words in page
    confirmed_by(client, address)
    assert "It begins in 2 minutes" in text_of(client.get(address))
    carrying_out.carry_out_due(at=timezone.now() + timedelta(minutes=3))
    assert "Done for 2 of 2" in text_of(client.get(address))
    assert sorted(Message.objects.values_list("body", flat=True)) == [
        "Dear Ada0, thank you.",
        "Dear Ada1, thank you.",
    ]
    assert "Send each customer a message" in text_of(client.get("/desk/bulk/"))


def test_undone_on_the_page_by_another_who_may(at_desk: Desk) -> None:
    client = at_desk(a_lead())
    address = confirmed_by(client, previewed_by(client, chosen=keys(requests_of(1)), kind="note", words="x"))
    colleague = at_desk(ola())
    assert "Take it all back" in text_of(colleague.get(address))
    assert colleague.post(f"{address}undo/").status_code == 303
    page = text_of(colleague.get(address))
    assert "Taken back" in page
    assert "Take it all back" not in page
    again = colleague.post(f"{address}undo/")
    assert again.status_code == 409
    assert "Somebody was faster" in text_of(again)


def test_a_preview_is_its_makers_alone_and_is_read_again_when_it_changed(at_desk: Desk) -> None:
    client = at_desk(a_lead())
    address = previewed_by(client, chosen=keys(requests_of(1)), kind="note", words="x")
    assert at_desk(ola()).get(address).status_code == 404
    refused = client.post(f"{address}confirm/", {"seen": "0" * 64})
    assert refused.status_code == 409
    assert "This has changed since the page was opened." in text_of(refused)


def test_all_that_a_search_finds_is_frozen_when_previewed(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = requests_of(3)
    client = at_desk(a_lead())
    for query, found in (("state=waiting", 3), (f"find={rows[0].reference}", 1), ("state=declined", 0)):
        answer = client.get(NEW, {"all": "on", "query": query})
        assert (answer.status_code, f"{found} request" in text_of(answer)) == (200 if found else 422, True)
    assert client.get(NEW, {"all": "on", "query": ""}).status_code == 422, "not every request there is"
    address = previewed_by(client, all="on", query="state=waiting", kind="note", words="x")
    requests_of(4)
    assert "Do it for 3 requests" in text_of(client.get(address))
    monkeypatch.setattr(choosing, "MOST", 2)
    capped = text_of(client.get(NEW, {"all": "on", "query": "state=waiting"}))
    assert "2 requests chosen" in capped
    assert "These are the first 2 of its list." in capped


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Please choose what to do."),
        ({"kind": "decide"}, "Please choose one of the list."),
        ({"kind": "message"}, "Please choose a prepared reply, or write the message."),
        ({"kind": "message", "words": "Hi {card}"}, "“{card}” is not a placeholder."),
        ({"kind": "note", "words": "  "}, "Please write the note."),
        ({"kind": "link"}, "Please choose the defect."),
        ({"kind": "link", "defect": "999999"}, "Please choose one of the list."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    at_desk: Desk, typed: dict[str, str], sentence: str
) -> None:
    rows = requests_of(1)
    answer = at_desk(a_lead()).post(NEW, {"chosen": keys(rows), **typed})
    page = text_of(answer)
    assert (answer.status_code, sentence in page) == (422, True), page
    assert f'name="chosen" value="{rows[0].pk}"' in page
    assert typed.get("words", "").strip() in page
    assert not BulkAction.objects.exists()


def test_more_than_can_be_done_at_once_is_refused(at_desk: Desk) -> None:
    [row] = requests_of(1)
    many = [row.pk, *range(10**6, 10**6 + previewing.MOST + 5)]
    answer = at_desk(a_lead()).get(NEW, {"chosen": many})
    assert "1 request chosen" in text_of(answer), "what is none of the requests is passed over"


def test_the_pages_ask_the_database_as_often_for_many_as_for_one(at_desk: Desk) -> None:
    client, counts = at_desk(a_lead()), set()
    for count in (1, 4):
        address = previewed_by(client, chosen=keys(requests_of(count)), kind="note", words="x")
        for page in (address, f"{NEW}?all=on&query=state%3Dwaiting"):
            with CaptureQueriesContext(connection) as asked:
                client.get(page)
            counts.add((page.startswith(NEW), len(asked)))
    assert len(counts) == 2
    assert max(count for _, count in counts) <= 12
