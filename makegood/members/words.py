"""The policy in the language the member reads, as far as it is published in it."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from makegood.policy import Answer, Policy
from makegood.refund_requests import policies
from makegood.refund_requests.assessing import LiveAnswer
from makegood.refund_requests.models import Assessment, PolicyVersion
from makegood.refund_requests.translated_answers import in_language, kept_answer


def in_members_words(live: LiveAnswer) -> LiveAnswer:
    """A live answer in the language of the page; in the document's own where it is not translated."""
    return in_language(live, _language(live.version))


def kept_in_members_words(assessment: Assessment) -> Answer:
    """An answer that was kept, in the language of the page or in the document's own."""
    return kept_answer(assessment, _language(assessment.policy_version))


def policy_in_members_words(version: PolicyVersion) -> Policy:
    """The document in the language of the page or its own."""
    return policies.worded(version, _language(version))


def about_language(version: PolicyVersion) -> str:
    """A sentence for who reads a version that is not there in the language of the page; else nothing."""
    reads, words = _language(version).partition("-")[0], policy_in_members_words(version)
    if words.front.language == reads:
        return ""
    sentence = _("Our policy is not there in your language yet, so its words are in {language}.")
    return sentence.format(language=words.vocabulary.name)


def _language(version: PolicyVersion) -> str:
    """The language of the page; the document's own while Django translates nothing."""
    return get_language() or policies.parsed(version).front.language
