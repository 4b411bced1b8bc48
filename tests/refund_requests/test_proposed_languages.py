"""The languages of the next version: written with it, compared with it, published with it or not at all."""

from __future__ import annotations

import pytest

from makegood.audit.moving import MoveNotAllowed
from makegood.policy import Policy
from makegood.refund_requests import policies
from makegood.refund_requests.models import PolicyProposal
from makegood.refund_requests.proposals import steps
from makegood.refund_requests.proposals.languages import Standing, WrittenMeanwhile, standings, write
from makegood.refund_requests.proposals.readiness import NotReady
from makegood.refund_requests.proposals.steps import AnotherText, OwnProposal
from tests.cases import POLICY, the_policy, the_policy_in
from tests.people import NOON, finn, later, ola, petro

pytestmark = pytest.mark.django_db


def of_december(text: str) -> str:
    """A text of the policy as the version of December."""
    return text.replace('version: "2026-11"', 'version: "2026-12"').replace("2010-01-01", "2026-12-01")


NEXT = of_december(POLICY.read_text("utf-8"))
POLISH = of_december(the_policy_in("pl"))
REWRITTEN = NEXT.replace("`uses_since = 0`", "`uses_since < 1`")


def begun(text: str = NEXT, **translations: str) -> PolicyProposal:
    the_policy()
    return steps.start(text=text, translations=translations, by=ola(), at=NOON)


def standing(proposal: PolicyProposal, language: str) -> Standing:
    found = standings(proposal, Policy.parse(proposal.text))
    return next(each for each in found if each.language == language)


def proposed_by_petro(proposal: PolicyProposal) -> PolicyProposal:
    return steps.propose(proposal, by=petro(), at=NOON)


def test_each_language_is_missing_or_there() -> None:
    proposal = begun(pl=POLISH)
    found = {each.language: each.translation is not None for each in standings(proposal, Policy.parse(NEXT))}
    assert found == {"de": False, "es": False, "fr": False, "pt": False, "uk": False, "pl": True}
    assert standing(proposal, "pl").reasons == ()


def test_they_are_published_with_the_version() -> None:
    proposal = proposed_by_petro(begun(pl=POLISH))
    version = steps.publish(proposal, sha256=proposal.sha256, by=finn(), at=later(hours=1))
    assert policies.languages_of(version) == ["en", "pl"]
    assert policies.worded(version, "pl").version == "2026-12"


def test_one_that_is_left_behind_by_a_changed_rule_keeps_the_version_back() -> None:
    proposal = begun(pl=POLISH)
    steps.save(proposal, text=REWRITTEN, edition=1, by=ola(), at=NOON)
    proposal.refresh_from_db()
    assert standing(proposal, "pl").reasons == (
        "The text in Polski has other rules than the document: condition 4(c) is `uses_since < 1` here and "
        "`uses_since = 0` there.",
    )
    with pytest.raises(NotReady, match="The text in Polski has other rules"):
        steps.propose(proposal, by=ola(), at=NOON)


def test_one_that_cannot_be_read_keeps_the_version_back_and_is_kept() -> None:
    proposal = begun()
    write(proposal, language="pl", text="Not a policy yet.", read_sha256="", by=ola(), at=NOON)
    assert "The text in Polski cannot be read yet" in standing(proposal, "pl").reasons[0]
    with pytest.raises(NotReady, match="Polski cannot be read yet"):
        steps.propose(proposal, by=ola(), at=NOON)


def test_a_text_under_the_wrong_language_is_told() -> None:
    proposal = begun(fr=POLISH)
    assert standing(proposal, "fr").reasons == (
        "The text in Français says in its head that it is in Polski.",
    )


def test_who_read_another_translation_does_not_publish_this_one() -> None:
    proposal = begun(pl=POLISH)
    read = proposal.sha256
    row = proposal.translations.get()
    write(proposal, language="pl", text=POLISH + "\nWięcej.\n", read_sha256=row.sha256, by=ola(), at=NOON)
    waiting = proposed_by_petro(proposal)
    with pytest.raises(AnotherText):
        steps.publish(waiting, sha256=read, by=finn(), at=NOON)


def test_who_wrote_a_translation_does_not_publish_it() -> None:
    proposal = begun()
    write(proposal, language="pl", text=POLISH, read_sha256="", by=finn(), at=NOON)
    waiting = proposed_by_petro(proposal)
    with pytest.raises(OwnProposal):
        steps.publish(waiting, sha256=waiting.sha256, by=finn(), at=NOON)


def test_anothers_words_are_not_written_over() -> None:
    proposal = begun()
    write(proposal, language="pl", text=POLISH, read_sha256="", by=petro(), at=NOON)
    with pytest.raises(WrittenMeanwhile, match="Petro"):
        write(proposal, language="pl", text=POLISH + "\n", read_sha256="", by=ola(), at=NOON)
    assert proposal.translations.get().text == POLISH


def test_a_blank_text_takes_the_language_out() -> None:
    proposal = begun(pl=POLISH)
    row = proposal.translations.get()
    write(proposal, language="pl", text=" \n", read_sha256=row.sha256, by=ola(), at=NOON)
    assert standing(proposal, "pl").translation is None


def test_nothing_is_written_once_it_is_proposed() -> None:
    proposal = proposed_by_petro(begun())
    with pytest.raises(MoveNotAllowed):
        write(proposal, language="pl", text=POLISH, read_sha256="", by=ola(), at=NOON)
