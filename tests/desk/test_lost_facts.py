"""A fact that cannot be established: one more answer, with what the policy then presumes beside it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from makegood.audit.actors import System
from makegood.desk.standing import answers_of
from makegood.refund_requests import policies
from makegood.refund_requests.models import Decision, Finding, RefundRequest
from tests.cases import POLICY, a_form, a_request, now, send, taken
from tests.desk.conftest import Desk
from tests.people import NOON, ago, an_order, marta, olena, petro, usd

pytestmark = pytest.mark.django_db

PRESUMING = (
    POLICY.read_text("utf-8")
    .replace("If missing | In words |", "If missing | In words | If it cannot be established |")
    .replace("we could not reproduce the bug |", "we could not reproduce the bug | yes |")
    .replace("\n|---|---|---|---|---|---|---|\n", "\n|---|---|---|---|---|---|---|---|\n")
    .replace('version: "2026-11"', 'version: "2026-12"')
    .replace("in_force_from: 2010-01-01", "in_force_from: 2026-11-20")
)
STORED = Path(__file__).parents[1] / "policy" / "stored"
NOTHING_PRESUMED = "If it cannot be established, a person has to decide: the policy presumes nothing."
PRESUMED = "If it cannot be established, the policy presumes: we could reproduce the bug."


def held(*, days: float = 21) -> RefundRequest:
    """Held by Petro; what was bought in the last three days is under the version that presumes."""
    policies.publish(text=PRESUMING, by=System("a test"), at=NOON)
    return taken(a_request(an_order(olena(), purchased_at=ago(days=days), amount=usd("79.00"))))


def page(at_desk: Desk, refund_request: RefundRequest) -> str:
    return at_desk(marta()).get(f"/desk/requests/{refund_request.reference}/").content.decode()


def lose(at_desk: Desk, refund_request: RefundRequest, *facts: str, **typed: str) -> None:
    """Marta says of each fact that it cannot be established."""
    for fact in facts:
        address = f"/desk/requests/{refund_request.reference}/findings/{fact}/"
        assert (
            at_desk(marta()).post(address, {"lost": "on", "note": "No trace of it", **typed}).status_code
            == 303
        )


def test_the_form_offers_it_and_says_what_is_then_presumed(at_desk: Desk) -> None:
    without, presuming = page(at_desk, held()), page(at_desk, held(days=2))
    assert without.count('name="lost"') == presuming.count('name="lost"') == 2
    assert (without.count(NOTHING_PRESUMED), without.count(PRESUMED)) == (2, 0)
    assert (presuming.count(NOTHING_PRESUMED), presuming.count(PRESUMED)) == (1, 1)


def test_orders_under_two_versions_are_said_to_be_presumed_differently(at_desk: Desk) -> None:
    policies.publish(text=PRESUMING, by=System("a test"), at=NOON)
    old, new = (an_order(olena(), purchased_at=ago(days=days)) for days in (21, 2))
    asked = taken(send(a_form(old, new, wanted=(old, new))))
    said = (
        "presumes for some of the orders: we could reproduce the bug; for the others a person has to decide"
    )
    assert said in page(at_desk, asked)


def test_it_is_kept_and_corrected_as_any_finding(at_desk: Desk) -> None:
    asked = held()
    lose(at_desk, asked, "bug_confirmed", value="maybe")
    found = Finding.objects.get()
    assert (found.value, found.note, found.author) == (None, "No trace of it", marta())
    assert "Could you reproduce the bug? <b>cannot be established</b>" in page(at_desk, asked)
    address = f"/desk/requests/{asked.reference}/findings/bug_confirmed/"
    at_desk(marta()).post(address, {"value": "yes", "note": "Seen after all"})
    corrected = page(at_desk, asked)
    assert "Could you reproduce the bug? <b>Yes</b>" in corrected
    assert (
        corrected.index("Seen after all") < corrected.index("Corrected later:") < corrected.index("No trace")
    )


def test_a_note_that_is_too_long_keeps_what_was_typed(at_desk: Desk) -> None:
    asked = held()
    address = f"/desk/requests/{asked.reference}/findings/bug_confirmed/"
    response = at_desk(marta()).post(address, {"lost": "on", "note": "x" * 2001})
    body = response.content.decode()
    assert (response.status_code, Finding.objects.count()) == (422, 0)
    assert "x" * 2001 in body
    assert "Please answer the question." not in body


def test_what_is_presumed_decides(at_desk: Desk) -> None:
    asked = held(days=2)
    lose(at_desk, asked, "bug_confirmed")
    at_desk(marta()).post(f"/desk/requests/{asked.reference}/findings/fixable/", {"value": "no", "note": ""})
    assert "By the policy: refund $79.00" in page(at_desk, asked)


def test_without_a_presumption_a_person_decides_either_way(at_desk: Desk) -> None:
    asked = held()
    lose(at_desk, asked, "bug_confirmed", "fixable")
    assert "What the policy asks cannot be established, so a person decides." in page(at_desk, asked)
    assert "policy: a person decides" in at_desk(petro()).get("/desk/requests/").content.decode()
    at_desk(petro()).post(
        f"/desk/requests/{asked.reference}/decide/",
        {"verdict": "decline", "letter": "We looked with care and found nothing."},
    )
    decision = Decision.objects.get()
    assert (decision.verdict, now(asked).state) == ("decline", "declined")


def test_lists_count_what_is_open_in_the_oldest_answers_too() -> None:
    """These say of no fact whether it is lost."""
    stored = json.loads((STORED / "format-1" / "to-establish.json").read_text("utf-8"))
    assert not any("lost" in fact for fact in stored["open"])
    row = SimpleNamespace(answer_rows=[{**stored, "currency": "USD"}])
    assert [kept.open for kept in answers_of(row)] == [2]
