"""A version in further languages: taken only with the same rules, kept for ever, in its own words."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from makegood.audit.actors import System
from makegood.audit.models import Event
from makegood.policy import Policy, PolicyErrors
from makegood.policy.languages.known import LANGUAGES
from makegood.refund_requests import policies
from makegood.refund_requests.models import PolicyTranslation, PolicyVersion
from makegood.refund_requests.translating import (
    AlreadyTranslated,
    NotATranslation,
    publish_in_languages,
    reasons_against_translation,
    translate,
)
from tests.cases import POLICY, the_policy, the_policy_in
from tests.people import NOON, ola

pytestmark = pytest.mark.django_db

OTHERS = [code for code in LANGUAGES if code != "en"]
COMMAND = System("command line")
POLISH = the_policy_in("pl")


def test_a_version_is_published_in_seven_languages_at_once() -> None:
    texts = [POLICY.read_text("utf-8"), *map(the_policy_in, OTHERS)]
    version, translations = publish_in_languages(texts, by=ola(), at=NOON)
    assert [each.language for each in translations] == OTHERS
    assert policies.languages_of(version) == ["en", *sorted(OTHERS)]
    assert policies.languages_of(policies.published()[0]) == ["en", *sorted(OTHERS)]
    told = Event.objects.filter(action="policy.translated").order_by("id")
    assert [each.details for each in told] == [{"version": "2026-11", "language": each} for each in OTHERS]
    again = publish_in_languages(texts, by=ola(), at=NOON)
    assert again == (version, translations)
    assert PolicyVersion.objects.count() == 1


@pytest.mark.parametrize("code", OTHERS)
def test_its_words_are_those_of_the_language(code: str) -> None:
    version = the_policy()
    translate(version, text=the_policy_in(code), by=COMMAND, at=NOON)
    words = policies.worded(version, code)
    assert words.front.language == code
    assert words is policies.worded(PolicyVersion.objects.get(), f"{code}-xx")
    assert policies.parsed(version).front.language == "en"


def test_a_language_that_is_not_there_is_the_documents_own() -> None:
    version = the_policy()
    assert policies.worded(version, "pl") is policies.parsed(version)
    translate(version, text=POLISH, by=COMMAND, at=NOON)
    assert policies.worded(version, "fr") is policies.parsed(version)
    assert policies.worded(PolicyVersion.objects.get(), "pl").title == "Zasady zwrotu pieniędzy"


def test_one_is_added_later_by_its_text_alone() -> None:
    version = the_policy()
    assert publish_in_languages([POLISH], by=COMMAND, at=NOON)[0] == version
    assert policies.languages_of(version) == ["en", "pl"]


def test_a_number_that_differs_is_named() -> None:
    longer = POLISH.replace("purchased_on, 30", "purchased_on, 31").replace(
        "w ciągu 30 dni", "w ciągu 31 dni"
    )
    with pytest.raises(NotATranslation) as refused:
        translate(the_policy(), text=longer, by=COMMAND, at=NOON)
    assert (
        "The text in Polski has other rules than the document: the term `last_day_to_ask` is "
        "`add_days(purchased_on, 30)` here and `add_days(purchased_on, 31)` there."
    ) in refused.value.reasons
    assert not PolicyTranslation.objects.exists()


def test_another_version_or_day_is_no_translation() -> None:
    other = POLISH.replace('"2026-11"', '"2026-12"').replace("2010-01-01", "2027-01-01")
    reasons = list(reasons_against_translation(policies.parsed(the_policy()), Policy.parse(other)))
    assert (
        "The text in Polski has other rules than the document: `version` is 2026-11 here and 2026-12 there."
        in reasons
    )
    assert any("`in_force_from` is 2010-01-01 here" in reason for reason in reasons)


def test_a_text_in_the_documents_own_language_is_no_translation() -> None:
    text = POLICY.read_text("utf-8") + "\nMore.\n"
    with pytest.raises(NotATranslation, match="It is in English, the language of the document itself"):
        translate(the_policy(), text=text, by=COMMAND, at=NOON)


def test_an_example_that_comes_out_differently_is_named() -> None:
    wrong = POLISH.replace("zwrócić 79.00 USD (2)", "zwrócić 78.00 USD (2)")
    with pytest.raises(NotATranslation, match="Błąd, którego nie da się naprawić"):
        translate(the_policy(), text=wrong, by=COMMAND, at=NOON)


def test_a_text_that_cannot_be_read_is_refused() -> None:
    wrong = POLISH.replace("`bug_confirmed`\n", "`bug_confrmed`\n")
    with pytest.raises(PolicyErrors):
        translate(the_policy(), text=wrong, by=COMMAND, at=NOON)


def test_other_words_for_a_published_language_are_refused() -> None:
    version = the_policy()
    translate(version, text=POLISH, by=COMMAND, at=NOON)
    with pytest.raises(AlreadyTranslated, match="already published in Polski with other words"):
        translate(version, text=POLISH.replace("# Zasady zwrotu", "# Zasady"), by=COMMAND, at=NOON)


def test_all_are_published_or_none() -> None:
    wrong = the_policy_in("de").replace("`uses_since = 0`", "`uses_since <= 0`")
    with pytest.raises(NotATranslation):
        publish_in_languages([POLICY.read_text("utf-8"), POLISH, wrong], by=ola(), at=NOON)
    assert not PolicyVersion.objects.exists()
    assert not Event.objects.exclude(subject_kind="calendar").exists()


def test_a_translation_never_changes() -> None:
    translate(the_policy(), text=POLISH, by=COMMAND, at=NOON)
    for change in (
        lambda: PolicyTranslation.objects.update(text="Other words."),
        lambda: PolicyTranslation.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change()
