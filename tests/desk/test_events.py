"""The audit browser: everything that happened, by who, what, about what and when."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from makegood.accounts import managing
from makegood.accounts.roles import Role
from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.finding import THE_SYSTEM, Place, Wanted, every, find
from makegood.audit.models import Event
from makegood.audit.recording import record
from makegood.desk.event_words import facts_of
from makegood.desk.forms.events import GROUPS, actions_of
from makegood.desk.views.events import SIZE
from makegood.sheets import safe
from tests.cases import order_of
from tests.desk.conftest import Desk
from tests.desk.scenes import a_refund, held_by_petro
from tests.people import NOON, aud, marta, ola, olena, petro

pytestmark = pytest.mark.django_db


def happen(action: Action, *, minutes: int, by: object = None) -> Event:
    """It happened to Olena's account, so many minutes after noon."""
    with transaction.atomic():
        return record(
            action,
            subject=olena(),
            by=by or System("a test"),  # type: ignore[arg-type]  # a user or a part of the system
            at=NOON + timedelta(minutes=minutes),
        )


def keys(wanted: Wanted, before: Place | None = None, size: int = 100) -> list[int]:
    return [place.key for place in find(wanted, before=before, size=size)]


def shown(client: Client, query: str) -> list[str]:
    """The names of the actions on the page, from the top."""
    return re.findall(r"<code>([^<]*)</code>", client.get(f"/desk/events/?{query}").content.decode())


# In words


@pytest.mark.parametrize(
    ("kind", "before", "now", "words"),
    [
        ("refundrequest", "examining", "with_engineers", ["being examined", "with the engineers"]),
        ("refund", "sending", "action_needed", ["being sent", "the provider needs something"]),
        ("defect", "reported", "fixed", ["reported, not looked at yet", "fixed"]),
        ("somethingelse", "here", "there", ["here", "there"]),
    ],
)
def test_a_change_of_state_is_told_as_the_desk_says_it(
    kind: str, before: str, now: str, words: list[str]
) -> None:
    event = Event(action=Action.MERGED, subject_kind=kind, details={"from": before, "to": now})
    [fact] = [fact for fact in facts_of(event) if fact.label == "Where it stood"]
    assert [str(fact.before), str(fact.now)] == words


# Finding


def test_every_action_is_in_one_group() -> None:
    grouped = [action for group in GROUPS for action in actions_of(group)]
    assert sorted(grouped) == sorted(Action)


def test_events_come_by_their_moment_whatever_the_order_in_which_they_were_written() -> None:
    late, early, between = (
        happen(Action.EXPORTED, minutes=30),
        happen(Action.SESSIONS_ENDED, minutes=10),
        happen(Action.EXPORTED, minutes=20),
    )
    assert keys(Wanted(until=NOON + timedelta(hours=1))) == [late.pk, between.pk, early.pk]
    assert keys(Wanted(actions=[Action.EXPORTED])) == [late.pk, between.pk]


def test_who_did_it_and_the_system_are_told_apart() -> None:
    mine, by_itself = happen(Action.EXPORTED, minutes=1, by=petro()), happen(Action.EXPORTED, minutes=2)
    assert keys(Wanted(actor=petro().pk)) == [mine.pk]
    assert keys(Wanted(actor=THE_SYSTEM, until=NOON + timedelta(hours=1))) == [by_itself.pk]
    assert keys(Wanted(actor=petro().pk, actions=[Action.SESSIONS_ENDED])) == []


def test_a_period_has_its_first_moment_and_not_its_last() -> None:
    events = [happen(Action.EXPORTED, minutes=minutes) for minutes in (0, 10, 20)]
    within = Wanted(since=NOON, until=NOON + timedelta(minutes=20))
    assert keys(within) == [events[1].pk, events[0].pk]


def test_pages_of_one_moment_neither_repeat_nor_leave_out() -> None:
    events = [happen(Action.EXPORTED, minutes=0) for _ in range(5)]
    pieces = list(every(Wanted(actions=[Action.EXPORTED]), most=4, size=3))
    assert [[place.key for place in piece] for piece in pieces] == [
        [events[4].pk, events[3].pk, events[2].pk],
        [events[1].pk],
    ]


def test_each_look_goes_through_an_index_and_ends_early() -> None:
    # Enough of them that PostgreSQL reads by an index; of what no report counts.
    actions = [action for action in Action if not action.startswith("refund_request.")]
    Event.objects.bulk_create(
        Event(
            at=NOON,
            action=actions[number % len(actions)],
            subject_kind="order",
            subject_id=number,
            actor_kind="staff",
            actor_id=number % 50,
        )
        for number in range(5_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE audit_event")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    for wanted, index in ((Wanted(), "event_by_action"), (Wanted(actor=petro().pk), "event_by_actor")):
        with CaptureQueriesContext(connection) as asked:
            find(wanted, before=Place(NOON, 7), size=10)
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + asked[0]["sql"])
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert f"Backward using {index}" in plan, plan
        assert plan.count("Sort") <= 2, "only what was found is sorted, once"


# The page


def test_the_events_of_a_request_an_order_a_refund_and_a_person(at_desk: Desk) -> None:
    held, refund, client = held_by_petro(), a_refund(), at_desk(aud())
    managing.give(marta(), Role.AUDITOR, limit=None, day_limit=None, by=ola(), at=timezone.now())
    for query in (f"kind=request&which={held.reference.lower()}", f"thread={held.reference}"):
        assert shown(client, query)[0] == "refund_request.taken"
    assert "refund_request.taken" in shown(client, f"kind=order&which={order_of(held).number}")
    assert shown(client, f"kind=refund&which={refund.pk}") == ["refund.opened"]
    assert shown(client, f"kind=person&which={marta().email.upper()}") == ["role.granted"]
    # Of which kind it is need not be said.
    assert shown(client, f"which={marta().email}") == ["role.granted"]
    assert "refund_request.taken" in shown(client, f"which={order_of(held).number}")


def test_a_group_and_a_single_action_and_a_person_narrow_the_list(at_desk: Desk) -> None:
    held_by_petro()
    client = at_desk(aud())
    assert {name.partition(".")[0] for name in shown(client, "what=requests")} == {"refund_request"}
    assert shown(client, "what=refund_request.taken") == ["refund_request.taken"]
    assert set(shown(client, f"who={petro().pk}")) == {"refund_request.taken"}
    assert shown(client, "what=defects") == []
    # An old link with a choice that is none goes on working.
    assert shown(client, "what=nonsense&who=king&kind=cake") == shown(client, "")


@pytest.mark.parametrize(
    "query",
    [
        "which=R-0000-00",
        "kind=order",
        "kind=refund&which=x",
        "kind=person&which=nobody",
        "since=never",
        "until=9999-12-31",
    ],
)
def test_what_is_not_there_is_said_and_what_was_typed_stays(at_desk: Desk, query: str) -> None:
    answer = at_desk(aud()).get(f"/desk/events/?{query}")
    page = answer.content.decode()
    assert (answer.status_code, "There is a problem" in page) == (422, True)
    assert f'value="{parse_qs(query).popitem()[1][0]}"' in page


def test_what_changed_is_shown_as_before_and_after_with_a_link_to_the_person(at_desk: Desk) -> None:
    managing.give(petro(), Role.REPRESENTATIVE, limit=None, day_limit=None, by=ola(), at=timezone.now())
    page = at_desk(aud()).get("/desk/events/?what=role.limits_changed").content.decode()
    words = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert "Limits changed: Representative" in words
    assert "<s>200.00 USD</s> <b>no limit</b>" in page
    assert f'href="/desk/people/{petro().pk}/"' in page
    assert f'href="/desk/people/{ola().pk}/"' not in page, "only what it happened to"


def test_the_pages_follow_each_other_with_the_filter(at_desk: Desk) -> None:
    events = [happen(Action.EXPORTED, minutes=minutes) for minutes in range(53)]
    client = at_desk(aud())
    first = client.get("/desk/events/?what=account.exported").content.decode()
    link = re.search(r'rel="next"\s+href="([^"]*)"', first)
    assert link
    query = link[1].replace("&amp;", "&")
    assert parse_qs(urlsplit(query).query)["what"] == ["account.exported"]
    assert len(shown(client, query.removeprefix("?"))) == len(events) - SIZE
    assert len(shown(client, "what=account.exported&before=nonsense-9")) == SIZE


def test_the_page_asks_as_little_for_many_events_as_for_few(at_desk: Desk) -> None:
    client = at_desk(aud())
    happen(Action.EXPORTED, minutes=0)
    few = _asked(client)
    for minutes in range(30):
        happen(Action.SESSIONS_ENDED, minutes=minutes, by=petro())
    assert _asked(client) == few <= 12


def _asked(client: Client) -> int:
    client.get("/desk/events/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/desk/events/")
    return len(asked)


# The file


def test_the_file_has_what_the_list_has_and_that_it_was_taken_is_an_event(at_desk: Desk) -> None:
    held = held_by_petro()
    answer = at_desk(aud()).post("/desk/events/download/", {"kind": "request", "which": held.reference})
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [int(row["key"]) for row in rows] == list(
        Event.objects.filter(thread=held.reference).order_by("-at", "-pk").values_list("pk", flat=True)
    )
    assert rows[0]["actor_name"] == "Petro Bondar"
    taken = Event.objects.get(action=Action.EVENTS_DOWNLOADED)
    assert (taken.actor_id, taken.details) == (aud().pk, {"threads": [held.reference]})


def test_an_address_that_was_looked_for_is_kept_as_a_key(at_desk: Desk) -> None:
    at_desk(aud()).post("/desk/events/download/", {"kind": "person", "which": olena().email}).getvalue()
    details = Event.objects.get(action=Action.EVENTS_DOWNLOADED).details
    assert details == {"subjects": [f"user {olena().pk}"]}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe(text) == f"'{text}"
    assert safe(f"x{text}") == f"x{text}"


def test_a_name_that_is_a_formula_is_text_in_the_file(at_desk: Desk) -> None:
    person = petro()
    person.name = "=HYPERLINK(1)"
    person.save(update_fields=["name"])
    happen(Action.EXPORTED, minutes=0, by=person)
    body = at_desk(aud()).post("/desk/events/download/", {"who": person.pk}).getvalue().decode()
    assert "'=HYPERLINK(1)" in body
    assert ",=HYPERLINK" not in body
