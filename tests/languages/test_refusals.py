"""What is refused is said in the language of the page, whoever refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from makegood.policy import Policy, PolicyErrors
from makegood.refund_requests.models import PolicyProposal
from makegood.refund_requests.proposals import steps
from makegood.refund_requests.proposals.languages import WrittenMeanwhile, standings
from makegood.refund_requests.submitting import FilesOnTheirWay
from makegood.refund_requests.translating import AlreadyTranslated, reasons_against_translation, unreadable
from tests.cases import POLICY, the_policy, the_policy_in
from tests.languages import pseudo
from tests.people import NOON, ola

pytestmark = pytest.mark.django_db
ENGLISH, POLISH = POLICY.read_text("utf-8"), the_policy_in("pl")
REWRITTEN = POLISH.replace("`uses_since = 0`", "`uses_since < 1`")


@pytest.fixture(scope="module")
def locale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the catalogue of the pseudo-language."""
    folder = tmp_path_factory.mktemp("locale")
    pseudo.catalogue(folder)
    return folder


@pytest.fixture(autouse=True)
def _pseudo(locale: Path) -> Iterator[None]:
    with pseudo.spoken(locale), translation.override(pseudo.CODE):
        yield


def begun(**translations: str) -> PolicyProposal:
    the_policy()
    return steps.start(text=ENGLISH, translations=translations, by=ola(), at=NOON)


def test_what_speaks_against_a_translation() -> None:
    document = Policy.parse(ENGLISH)
    reasons = [
        *reasons_against_translation(document, document),
        *reasons_against_translation(document, Policy.parse(REWRITTEN)),
        *(reason for each in standings(begun(fr=POLISH), document) for reason in each.reasons),
    ]
    with pytest.raises(PolicyErrors) as errors:
        Policy.parse("Not a policy yet.")
    reasons.append(unreadable("Polski", errors.value))
    assert len(reasons) >= 4
    assert [reason for reason in reasons if not reason.startswith("[!!")] == []


def test_what_cannot_be_done_now() -> None:
    refusals = [
        WrittenMeanwhile(None),
        WrittenMeanwhile(begun(pl=POLISH).translations.get()),
        AlreadyTranslated("2026-11", "Polski"),
        FilesOnTheirWay(),
    ]
    assert [str(refusal) for refusal in refusals if not str(refusal).startswith("[!!")] == []
