"""The next version of the policy: one text at a time, published by a second person, never for a past day."""

from __future__ import annotations

from datetime import datetime

import pytest

from makegood.accounts.models import User
from makegood.audit.models import Event
from makegood.audit.moving import MoveNotAllowed
from makegood.orders.models import Order
from makegood.policy import Outcome, Policy
from makegood.refund_requests import policies
from makegood.refund_requests.models import PolicyProposal, PolicyVersion
from makegood.refund_requests.proposals import steps
from makegood.refund_requests.proposals.readiness import NotReady, reasons_against
from makegood.refund_requests.proposals.rehearsing import rehearse
from makegood.refund_requests.proposals.states import State
from makegood.refund_requests.proposals.steps import AnotherText, ChangedMeanwhile, OwnProposal
from tests.at_once import at_once
from tests.cases import POLICY, a_request, found_to_be_a_defect, taken, the_policy
from tests.people import NOON, ago, an_order, finn, later, marta, ola, olena, usd

pytestmark = pytest.mark.django_db

TEXT = POLICY.read_text("utf-8")
NEXT = TEXT.replace('version: "2026-11"', 'version: "2026-12"').replace("2010-01-01", "2026-12-01")


def begun(text: str = NEXT) -> PolicyProposal:
    """A proposal that Ola writes on, beside the published policy."""
    the_policy()
    return steps.start(text=text, by=ola(), at=NOON)


def proposed(text: str = NEXT) -> PolicyProposal:
    return steps.propose(begun(text), by=ola(), at=NOON)


def published(proposal: PolicyProposal, *, by: User, at: datetime = NOON) -> PolicyVersion:
    """The version it becomes when this person publishes the text they have before them."""
    return steps.publish(proposal, sha256=proposal.sha256, by=by, at=at)


def test_who_wrote_it_proposes_and_another_person_publishes() -> None:
    version = published(proposed(), by=finn(), at=later(hours=1))
    assert (version.version, version.published_by) == ("2026-12", finn())
    assert policies.in_force(NOON).version == "2026-11"
    assert policies.in_force(later(days=9)).version == "2026-12"
    proposal = PolicyProposal.objects.get()
    assert (proposal.state, proposal.version) == (State.PUBLISHED, version)
    about_policies = Event.objects.filter(action__startswith="policy.").order_by("id")
    assert list(about_policies.values_list("action", flat=True)) == [
        "policy.published",
        "policy.started",
        "policy.proposed",
        "policy.published",
        "policy.agreed",
    ]


def test_nobody_publishes_what_they_proposed_or_wrote_last() -> None:
    proposal = begun()
    steps.save(proposal, text=NEXT + "\n", edition=1, by=ola(), at=NOON)
    waiting = steps.propose(proposal, by=finn(), at=NOON)
    for person in (ola(), finn()):
        with pytest.raises(OwnProposal):
            published(waiting, by=person, at=NOON)
    assert policies.in_force(later(days=9)).version == "2026-11"


def test_a_text_saved_by_somebody_else_meanwhile_is_not_written_over() -> None:
    proposal = begun()
    steps.save(proposal, text=NEXT + "Ola's words.\n", edition=1, by=ola(), at=NOON)
    with pytest.raises(ChangedMeanwhile, match="Ola"):
        steps.save(proposal, text=NEXT + "Finn's words.\n", edition=1, by=finn(), at=NOON)
    assert PolicyProposal.objects.get().text.endswith("Ola's words.\n")


def test_a_page_of_a_proposal_that_was_given_up_writes_over_nothing_of_the_next() -> None:
    given_up = begun()
    steps.drop(given_up, by=ola(), at=NOON)
    current = steps.start(text=TEXT, by=finn(), at=NOON)
    with pytest.raises(ChangedMeanwhile, match="Finn"):
        steps.save(current, text=NEXT, edition=given_up.edition, by=ola(), at=NOON)


def test_the_same_text_again_changes_nothing() -> None:
    proposal = begun()
    assert steps.save(proposal, text=NEXT, edition=0, by=finn(), at=NOON).edition == 1


def test_there_is_one_proposal_at_a_time() -> None:
    first = begun()
    assert steps.start(text=TEXT, by=finn(), at=NOON) == first
    steps.drop(first, by=ola(), at=NOON)
    assert steps.start(text=TEXT, by=finn(), at=NOON) != first


def test_a_text_that_was_written_on_after_it_was_read_is_not_published() -> None:
    read_by_finn = proposed()
    returned = steps.return_to_writing(read_by_finn, by=marta(), at=NOON, reason="A word is missing.")
    written = steps.save(returned, text=NEXT + "\nUnseen.\n", edition=1, by=ola(), at=NOON)
    steps.propose(written, by=ola(), at=NOON)
    with pytest.raises(AnotherText, match="Ola"):
        published(read_by_finn, by=finn())
    assert policies.in_force(later(days=9)).version == "2026-11"


def test_a_text_of_another_proposal_is_not_published_for_the_one_that_was_read() -> None:
    read_by_finn = proposed()
    steps.drop(read_by_finn, by=ola(), at=NOON)
    other = steps.start(text=NEXT + "\nUnseen.\n", by=ola(), at=NOON)
    steps.propose(other, by=ola(), at=NOON)
    with pytest.raises(AnotherText):
        steps.publish(other, sha256=read_by_finn.sha256, by=finn(), at=NOON)


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_publish_once() -> None:
    proposal = proposed()
    people = [finn(), marta()]
    found = at_once(*(lambda who=who: published(proposal, by=who, at=NOON) for who in people))
    assert sum(not isinstance(each, Exception) for each in found) == 1
    assert len(policies.published()) == 2


def test_what_is_proposed_is_not_written_on_until_it_is_returned() -> None:
    proposal = proposed()
    with pytest.raises(MoveNotAllowed):
        steps.save(proposal, text=TEXT, edition=1, by=ola(), at=NOON)
    returned = steps.return_to_writing(proposal, by=finn(), at=NOON, reason="Say 14 days.")
    assert returned.returned_because == "Say 14 days."
    assert steps.save(returned, text=TEXT, edition=1, by=ola(), at=NOON).text == TEXT


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (NEXT.replace("bug_confirmed`\n", "bug_confrmed`\n"), "is wrong"),
        (
            NEXT.replace("within 30 days", "within 14 days").replace("purchased_on, 30", "purchased_on, 14"),
            "Day 30 counts",
        ),
        (NEXT.replace("2026-12-01", "2026-11-23"), "must be tomorrow or later"),
        (NEXT.replace("2026-12-01", "2026-11-24"), ""),
        (NEXT.replace('"2026-12"', '"2026-11"'), "Version 2026-11 is published already"),
    ],
)
def test_what_speaks_against_publishing_is_said(text: str, reason: str) -> None:
    the_policy()
    reasons = " ".join(reasons_against(text, at=NOON))
    assert reason in reasons if reason else reasons == ""


def test_what_is_not_ready_is_neither_proposed_nor_published() -> None:
    proposal = begun(TEXT)
    with pytest.raises(NotReady, match="must be tomorrow or later"):
        steps.propose(proposal, by=ola(), at=NOON)
    ready = steps.save(proposal, text=NEXT, edition=1, by=ola(), at=NOON)
    waiting = steps.propose(ready, by=ola(), at=NOON)
    with pytest.raises(NotReady, match="must be tomorrow or later"):
        published(waiting, by=finn(), at=later(days=30))


def test_a_text_is_rehearsed_on_the_requests_there_were() -> None:
    soon, late = a_request(bought(days=5)), a_request(bought(days=21))
    found_to_be_a_defect(taken(soon))
    shorter = NEXT.replace("within 30 days", "within 14 days").replace("purchased_on, 30", "purchased_on, 14")
    found = rehearse(Policy.parse(shorter))
    assert (found.looked_at, found.unread) == (2, 0)
    assert found.outcomes == {
        (Outcome.ELIGIBLE, Outcome.ELIGIBLE): 1,
        (Outcome.NEEDS_REVIEW, Outcome.INELIGIBLE): 1,
    }
    assert [(each.reference, each.after) for each in found.changed] == [(late.reference, "refuse (1(a))")]
    assert (found.before.certain, found.after.certain) == ({"USD": usd("79.00")}, {"USD": usd("79.00")})
    assert (found.before.at_most, found.after.at_most) == ({"USD": usd("158.00")}, {"USD": usd("79.00")})


def bought(*, days: float) -> Order:
    return an_order(olena(), purchased_at=ago(days=days), amount=usd("79.00"))
