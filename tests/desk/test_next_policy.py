"""Writing the next policy at the desk: checked while it is written, published by a second person."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from makegood.accounts.models import User
from makegood.desk.change_words import CHANGES
from makegood.policy.checks.proofs.differences import KINDS
from makegood.refund_requests import policies
from makegood.refund_requests.models import PolicyProposal
from makegood.refund_requests.proposals import steps
from tests.cases import POLICY, a_request, the_policy
from tests.desk.conftest import Desk
from tests.people import ago, an_order, finn, ola, olena, petro

pytestmark = pytest.mark.django_db

PAGE = "/desk/policy-next/"
TEXT = POLICY.read_text("utf-8")
NEXT = TEXT.replace('version: "2026-11"', 'version: "2099-01"').replace("2010-01-01", "2099-01-01")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def proposal() -> PolicyProposal:
    the_policy()
    return steps.start(text=NEXT, by=ola(), at=timezone.now())


def saved(client: Client, text: str, edition: int = 1, *, live: bool = False) -> HttpResponse:
    headers = HTMX if live else {}
    answer: HttpResponse = client.post(f"{PAGE}save/", {"text": text, "edition": edition}, headers=headers)  # type: ignore[assignment]
    return answer


def test_a_new_version_begins_as_a_copy_of_the_newest(at_desk: Desk) -> None:
    the_policy()
    owner = at_desk(ola())
    assert "Begin a new version" in owner.get(PAGE).content.decode()
    owner.post(f"{PAGE}begin/")
    assert PolicyProposal.objects.get().text == TEXT
    assert "must be tomorrow or later" in owner.get(PAGE).content.decode()


def test_the_text_is_kept_and_checked_while_it_is_written(at_desk: Desk, proposal: PolicyProposal) -> None:
    wrong = NEXT.replace("`bug_confirmed`\n", "`bug_confrmed`\n")
    answer = saved(at_desk(ola()), wrong, live=True).content.decode()
    assert "there is no fact or term `bug_confrmed`" in answer
    assert "did you mean `bug_confirmed`?" in answer
    assert 'value="2"' in answer  # the edition the next save is from
    proposal.refresh_from_db()
    assert proposal.text == wrong


def test_windows_line_ends_of_the_browser_are_not_kept(at_desk: Desk, proposal: PolicyProposal) -> None:
    assert saved(at_desk(ola()), NEXT.replace("\n", "\r\n") + "More.\r\n").status_code == 303
    proposal.refresh_from_db()
    assert proposal.text == NEXT + "More.\n"


def test_an_example_that_comes_out_differently_is_shown(at_desk: Desk, proposal: PolicyProposal) -> None:
    shorter = NEXT.replace("within 30 days", "within 14 days").replace("purchased_on, 30", "purchased_on, 14")
    answer = saved(at_desk(ola()), shorter, live=True).content.decode()
    assert "Day 30 counts" in answer
    assert "It says “refund 79.00 USD (2)”, the rules say “refuse (1(a))”." in answer


def test_words_saved_by_somebody_else_are_not_written_over_and_ones_own_stay(
    at_desk: Desk, proposal: PolicyProposal
) -> None:
    steps.save(proposal, text=NEXT + "Hers.\n", edition=1, by=petro(), at=timezone.now())
    answer = saved(at_desk(ola()), NEXT + "Mine.\n")
    assert answer.status_code == 409
    assert "saved another text meanwhile" in answer.content.decode()
    assert "Mine." in answer.content.decode()
    proposal.refresh_from_db()
    assert proposal.text.endswith("Hers.\n")


def test_an_empty_text_is_refused_and_the_text_before_kept(at_desk: Desk, proposal: PolicyProposal) -> None:
    answer = saved(at_desk(ola()), "")
    assert answer.status_code == 422
    proposal.refresh_from_db()
    assert proposal.text == NEXT


def test_one_proposes_and_another_publishes(at_desk: Desk, proposal: PolicyProposal) -> None:
    owner, finance = at_desk(ola()), at_desk(finn())
    assert owner.post(f"{PAGE}propose/").status_code == 303
    assert "somebody else has to publish it" in owner.get(PAGE).content.decode()
    read = {"sha256": proposal.sha256}
    assert owner.post(f"{PAGE}publish/", read).status_code == 409
    page = finance.get(PAGE).content.decode()
    assert "Publish 2099-01" in page
    assert f'name="sha256" value="{proposal.sha256}"' in page
    assert finance.post(f"{PAGE}publish/", read).status_code == 303
    assert [version.version for version in policies.published()] == ["2099-01", "2026-11"]


def test_what_the_second_person_has_not_read_is_shown_instead_of_published(
    at_desk: Desk, proposal: PolicyProposal
) -> None:
    owner, finance = at_desk(ola()), at_desk(finn())
    read = {"sha256": proposal.sha256}
    saved(owner, NEXT + "\nUnseen.\n")
    owner.post(f"{PAGE}propose/")
    answer = finance.post(f"{PAGE}publish/", read)
    assert answer.status_code == 409
    assert "saved another text after you opened this page" in answer.content.decode()
    assert "<p>Unseen.</p>" in answer.content.decode()
    assert finance.post(f"{PAGE}publish/").status_code == 422
    assert [version.version for version in policies.published()] == ["2026-11"]


def test_a_second_person_returns_it_with_a_reason(at_desk: Desk, proposal: PolicyProposal) -> None:
    at_desk(ola()).post(f"{PAGE}propose/")
    finance = at_desk(finn())
    assert finance.post(f"{PAGE}return/", {"reason": ""}).status_code == 422
    assert finance.post(f"{PAGE}return/", {"reason": "Say 14 days."}).status_code == 303
    assert "Returned: Say 14 days." in at_desk(ola()).get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("who", "step"), [(petro, "begin"), (petro, "publish"), (finn, "begin"), (finn, "propose")]
)
def test_who_may_not_do_a_step_learns_nothing(
    at_desk: Desk, proposal: PolicyProposal, who: type[User], step: str
) -> None:
    assert at_desk(who()).post(f"{PAGE}{step}/").status_code == 404


def test_a_document_cannot_bring_markup_of_its_own(at_desk: Desk, proposal: PolicyProposal) -> None:
    saved(at_desk(ola()), NEXT.replace("# Refund policy", "# <script>alert(1)</script> policy"))
    assert "<script>alert(1)" not in at_desk(ola()).get(PAGE).content.decode()


def test_what_would_change_is_shown_case_by_case(at_desk: Desk, proposal: PolicyProposal) -> None:
    late = a_request(an_order(olena(), purchased_at=ago(days=21)))
    shorter = NEXT.replace("within 30 days", "within 14 days").replace("purchased_on, 30", "purchased_on, 14")
    saved(at_desk(ola()), shorter)
    page = at_desk(finn()).get(f"{PAGE}changes/").content.decode()
    assert "Was refunded, now refused" in page
    assert "was refused, now refunded" in page.partition("Proved never to happen")[2]
    assert late.reference in page
    assert "refuse (1(a))" in page


def test_a_text_with_mistakes_is_not_compared(at_desk: Desk, proposal: PolicyProposal) -> None:
    saved(at_desk(ola()), "Not a policy.")
    page = at_desk(ola()).get(f"{PAGE}changes/").content.decode()
    assert "The text has mistakes and cannot be read yet" in page


def test_every_kind_of_change_has_its_words() -> None:
    assert set(CHANGES) == {kind.words for kind in KINDS}
