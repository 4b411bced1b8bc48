"""The list of requests: found by words and filters, a page at a time, and kept as views."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from makegood.money import Money
from makegood.refund_requests import conversation
from makegood.refund_requests.models import RefundRequest
from makegood.search.models import SavedView
from makegood.search.saving import MOST_VIEWS, NameTaken, save_view
from tests.at_once import at_once, refusals
from tests.cases import a_form, a_request, send, taken
from tests.desk.conftest import Desk
from tests.people import NOON, a_member, ago, an_order, joao, mei, olena, petro, roza, verifier

pytestmark = pytest.mark.django_db

LIST = "/desk/requests/"


def references(client: Client, **typed: str) -> list[str]:
    """The requests on the page, in its order."""
    answer = client.get(LIST, typed)
    assert answer.status_code == 200
    return re.findall(r'<a [^>]*href="/desk/requests/(R-[^/"]+)/"', answer.content.decode())


def said_by(email: str, description: str) -> RefundRequest:
    return send(
        a_form(an_order(a_member(email, name=email), purchased_at=ago(days=3)), description=description)
    )


def test_the_words_are_shown_where_they_stand(at_desk: Desk) -> None:
    held = taken(a_request())
    conversation.write_as_member(held, body="It shows a purple elephant.", token=uuid4(), by=olena(), at=NOON)
    body = at_desk(petro()).get(LIST, {"find": "elephant"}).content.decode()
    assert "shows a purple <mark>elephant</mark>" in re.sub(r"\s+", " ", body)
    assert "1 request, the best first." in body


def test_what_a_member_wrote_is_never_markup(at_desk: Desk) -> None:
    said_by(
        "eve@example.com", "<script>alert(1)</script> \ue000<b>elephant\ue001 <img src=x onerror=alert(2)>"
    )
    body = at_desk(petro()).get(LIST, {"find": 'elephant "><script>alert(3)</script>'}).content.decode()
    body += at_desk(petro()).get(LIST, {"find": "elephant"}).content.decode()
    assert "<mark>" in body
    assert not re.search(r"<script>alert|<b>|<img", body)
    assert "&lt;script&gt;alert(3)" in body


def test_the_best_come_first_and_each_once_over_the_pages(at_desk: Desk) -> None:
    made = [
        said_by(f"member{number}@example.com", f"elephant {'elephant ' * (number % 3)}")
        for number in range(27)
    ]
    client = at_desk(petro())
    first = client.get(LIST, {"find": "elephant"}).content.decode()
    further = re.search(r'rel="next"\s+href="\?([^"]+)"', first)
    assert further is not None
    second = client.get(f"{LIST}?{further[1].replace('&amp;', '&')}").content.decode()
    pages = [re.findall(r'<a [^>]*href="/desk/requests/(R-[^/"]+)/"', body) for body in (first, second)]
    assert [len(page) for page in pages] == [25, 2]
    assert {*pages[0], *pages[1]} == {each.reference for each in made}
    assert pages[0][0] == made[26].reference, "of those that say it most often, the newest"
    assert 'rel="next"' not in second


def test_each_filter_finds_its_own(at_desk: Desk) -> None:
    first = a_request()
    held = taken(a_request(an_order(mei(), purchased_at=ago(days=3))), by=petro())
    bought = an_order(joao(), verifier(), purchased_at=ago(days=200), auto_renewal_chosen=True)
    charged = an_order(
        joao(),
        verifier(),
        purchased_at=ago(days=2),
        renews=bought,
        auto_renewal_chosen=True,
        amount=Money.of("12.50", "EUR"),
    )
    later = send(
        a_form(charged, ground="automatic_charge", pictures=0, at=NOON + timedelta(days=2)),
        at=NOON + timedelta(days=2),
    )
    client = at_desk(petro())
    for typed, wanted in (
        ({}, [later, held, first]),
        ({"state": "examining"}, [held]),
        ({"holder": "me"}, [held]),
        ({"holder": str(petro().pk)}, [held]),
        ({"holder": "nobody"}, [later, first]),
        ({"product": str(verifier().pk)}, [later]),
        ({"ground": "automatic_charge"}, [later]),
        ({"clause": "2"}, [held, first]),
        ({"since": "2026-11-24"}, [later]),
        ({"until": "2026-11-23"}, [held, first]),
        ({"least": "50", "currency": "usd"}, [held, first]),
        ({"most": "12.50", "currency": "EUR"}, [later]),
        ({"least": "12.51", "currency": "EUR"}, []),
        ({"find": "kovalenko", "state": "waiting"}, [first]),
        ({"find": "kovalenko", "state": "examining"}, []),
        ({"state": "nonsense", "product": "999"}, [later, held, first]),
    ):
        assert references(client, **typed) == [each.reference for each in wanted], typed
    assert references(at_desk(roza()), holder="me") == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"find": "!!! ?"}, "Please type a word, a name, an address or a number to look for."),
        ({"find": "ab*"}, "Please type at least three letters before the asterisk."),
        ({"find": "-elephant"}, "Please type a word, a name, an address or a number to look for."),
        ({"since": "yesterday"}, "Please give the day as year-month-day, for example 2026-11-23."),
        ({"until": "9999-12-31"}, "Please give the day as year-month-day, for example 2026-11-23."),
        ({"since": "2026-11-24", "until": "2026-11-23"}, "The last day is before the first."),
        ({"least": "80", "most": "79", "currency": "USD"}, "The highest price is below the lowest."),
        ({"least": "a lot"}, "Please give the amount in digits, for example 79.00."),
        ({"least": "1.999", "currency": "USD"}, "Please give the amount in digits, for example 79.00."),
        ({"most": "79"}, "Please say which currency the amount is in, for example USD."),
    ],
)
def test_bad_input_is_answered_in_words_with_the_form_as_typed(
    typed: dict[str, str], sentence: str, at_desk: Desk
) -> None:
    a_request()
    answer = at_desk(petro()).get(LIST, typed)
    assert answer.status_code == 422
    body = answer.content.decode()
    assert sentence in body
    assert "Error: " in body
    for value in typed.values():
        assert f'value="{value}"' in body


@pytest.mark.parametrize(
    "after", ["٣_٣", "9e999_1", "1e-999_1", f"{'9' * 99}_1", "0.00000001e-99_1", "0.1_٣", "x"]
)
def test_a_place_that_no_page_wrote_is_the_beginning(at_desk: Desk, after: str) -> None:
    asked = a_request()
    answer = at_desk(petro()).get(LIST, {"find": asked.reference.lower(), "before": after})
    assert answer.status_code == 200
    answer = at_desk(petro()).get(LIST, {"find": "letters", "before": after})
    assert (answer.status_code, asked.reference in answer.content.decode()) == (200, True)


def test_a_nul_is_refused_and_nothing_found_is_said(at_desk: Desk) -> None:
    a_request()
    client = at_desk(petro())
    assert client.get(f"{LIST}?find=%00").status_code == 422
    assert "Try fewer words or filters" in client.get(LIST, {"find": "zebra"}).content.decode()


def test_a_view_is_saved_shown_and_removed_and_is_ones_own(at_desk: Desk) -> None:
    client = at_desk(petro())
    saved = client.post(
        f"{LIST}views/", {"name": "Slow ones", "query": "find=slow&state=waiting&x=1&before=3"}
    )
    assert saved.status_code == 303
    assert saved["Location"] == f"{LIST}?find=slow&state=waiting"
    page = client.get(saved["Location"]).content.decode()
    assert 'aria-current="page">Slow ones</a>' in re.sub(r"\s+", " ", page)
    view = SavedView.objects.get()
    assert "Slow ones" not in at_desk(roza()).get(LIST).content.decode()
    assert at_desk(roza()).post(f"{LIST}views/{view.pk}/remove/").status_code == 404
    assert client.post(f"{LIST}views/{view.pk}/remove/").status_code == 303
    assert not SavedView.objects.exists()


def test_a_view_needs_a_name_of_its_own_and_there_is_an_end_to_them(at_desk: Desk) -> None:
    client = at_desk(petro())
    save_view(name="Slow ones", query="find=slow", by=petro(), at=NOON)
    for name, sentence in (("", "Please give the view a name."), ("Slow ones", "already")):
        answer = client.post(f"{LIST}views/", {"name": name, "query": "find=slow&ground=defect"})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert 'value="slow"' in answer.content.decode()
    for number in range(MOST_VIEWS - 1):
        save_view(name=f"View {number}", query="find=slow", by=petro(), at=NOON)
    answer = client.post(f"{LIST}views/", {"name": "One more", "query": "find=slow"})
    assert answer.status_code == 422
    assert "Please remove one before you save another." in answer.content.decode()


@pytest.mark.parametrize(
    "typed", [{}, {"find": "elephant"}, {"find": "elephant", "holder": "me", "clause": "2"}]
)
def test_a_search_costs_the_same_with_more_rows(typed: dict[str, str], at_desk: Desk) -> None:
    client = at_desk(petro())
    taken(said_by("first@example.com", "elephant"))
    few = _queries(client, typed)
    for number in range(4):
        taken(said_by(f"more{number}@example.com", "elephant"))
    assert _queries(client, typed) == few
    assert few <= 12


def _queries(client: Client, typed: dict[str, str]) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(LIST, typed).status_code == 200
    return len(asked)


def test_a_price_is_written_with_a_comma_or_a_point(at_desk: Desk) -> None:
    [reference] = [a_request().reference]
    client = at_desk(petro())
    for amount in ("79.00", "79,00"):
        assert references(client, least=amount, most=amount, currency="USD") == [reference]


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("since", "last Tuesday", "Please give the day as year-month-day"),
        ("least", "a lot", "Please give the amount in digits"),
        ("most", "79.001", "Please give the amount in digits"),
        ("currency", "DOLLARS", "Please"),
    ],
)
def test_what_is_refused_keeps_what_was_typed(at_desk: Desk, name: str, typed: str, sentence: str) -> None:
    told = {"least": "5", "currency": "USD", name: typed} if name != "since" else {name: typed}
    answer = at_desk(petro()).get(LIST, told)
    body = answer.content.decode()
    assert (answer.status_code, sentence in body) == (422, True)
    field = re.search(rf'<input [^>]*name="{name}"[^>]*>', body)
    assert field is not None
    assert f'value="{typed}"' in field[0]
    assert 'type="date"' not in field[0], "such a field shows nothing that is no date"


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_saving_one_name_at_once_one_is_told_that_it_is_taken() -> None:
    by = petro()
    ends = at_once(*[lambda: save_view(name="Slow", query="state=waiting", by=by, at=NOON)] * 3)
    assert [type(refused) for refused in refusals(ends)] == [NameTaken] * 2
