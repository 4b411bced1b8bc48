"""Writing the next policy in its other languages at the desk."""

from __future__ import annotations

import pytest
from django.utils import timezone

from makegood.audit.actors import System
from makegood.refund_requests.models import PolicyProposal
from makegood.refund_requests.proposals import steps
from makegood.refund_requests.translating import translate
from tests.cases import the_policy, the_policy_in
from tests.desk.conftest import Desk
from tests.desk.test_next_policy import NEXT, PAGE
from tests.people import finn, ola

pytestmark = pytest.mark.django_db

POLISH = the_policy_in("pl").replace('"2026-11"', '"2099-01"').replace("2010-01-01", "2099-01-01")
LANGUAGE = f"{PAGE}languages/pl/"


@pytest.fixture
def proposal() -> PolicyProposal:
    the_policy()
    return steps.start(text=NEXT, by=ola(), at=timezone.now())


def test_a_new_version_begins_with_the_languages_of_the_newest(at_desk: Desk) -> None:
    translate(the_policy(), text=the_policy_in("pl"), by=System("a test"), at=timezone.now())
    at_desk(ola()).post(f"{PAGE}begin/")
    assert PolicyProposal.objects.get().translations.get().text == the_policy_in("pl")


def test_each_language_is_written_on_a_page_of_its_own(at_desk: Desk, proposal: PolicyProposal) -> None:
    owner = at_desk(ola())
    assert "There is no text in this language yet" in owner.get(LANGUAGE).content.decode()
    answer = owner.post(LANGUAGE, {"text": POLISH.replace("\n", "\r\n"), "read": ""})
    assert answer.status_code == 303
    assert proposal.translations.get().text == POLISH
    assert "same rules" in owner.get(LANGUAGE).content.decode()
    assert "same rules" in owner.get(PAGE).content.decode()


def test_a_difference_is_named_on_both_pages(at_desk: Desk, proposal: PolicyProposal) -> None:
    owner = at_desk(ola())
    owner.post(LANGUAGE, {"text": POLISH.replace("`uses_since = 0`", "`uses_since <= 0`"), "read": ""})
    for page in (LANGUAGE, PAGE):
        said = owner.get(page).content.decode()
        assert "condition 4(c) is `uses_since = 0` here and `uses_since &lt;= 0` there" in said
    answer = owner.post(f"{PAGE}propose/")
    assert answer.status_code == 409
    assert "The text in Polski has other rules" in answer.content.decode()


def test_words_typed_over_anothers_stay_on_the_page(at_desk: Desk, proposal: PolicyProposal) -> None:
    owner = at_desk(ola())
    owner.post(LANGUAGE, {"text": POLISH, "read": ""})
    answer = owner.post(LANGUAGE, {"text": POLISH + "Moje.", "read": ""})
    assert answer.status_code == 409
    assert "saved another text meanwhile" in answer.content.decode()
    assert "Moje." in answer.content.decode()


def test_the_second_person_reads_it_and_does_not_write(at_desk: Desk, proposal: PolicyProposal) -> None:
    at_desk(ola()).post(LANGUAGE, {"text": POLISH, "read": ""})
    finance = at_desk(finn())
    page = finance.get(LANGUAGE).content.decode()
    assert "Zasady zwrotu pieniędzy" in page
    assert "<textarea" not in page
    assert finance.post(LANGUAGE, {"text": "", "read": ""}).status_code == 404


@pytest.mark.parametrize("language", ["en", "xx"])
def test_the_documents_own_language_and_unknown_ones_have_no_page(
    at_desk: Desk, proposal: PolicyProposal, language: str
) -> None:
    assert at_desk(ola()).get(f"{PAGE}languages/{language}/").status_code == 404


def test_the_page_of_a_version_says_in_which_languages_it_is_read(at_desk: Desk) -> None:
    translate(the_policy(), text=the_policy_in("pl"), by=System("a test"), at=timezone.now())
    for page in ("/desk/policy/", "/desk/policy/2026-11/"):
        assert "English, Polski" in at_desk(ola()).get(page).content.decode()
