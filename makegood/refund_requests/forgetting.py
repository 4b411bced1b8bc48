"""Taking the words and pictures of an erased person out of their requests; what was decided stays."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q

from makegood.accounts.models import User
from makegood.audit.append_only import ERASED_WORDS
from makegood.policy import Kind
from makegood.refund_requests import drafting, policies
from makegood.refund_requests.models import Assessment, Evidence, Finding, Message, RefundRequest

SAYS_NOTHING_OF_A_PERSON = frozenset(
    {Kind.YES_NO, Kind.NUMBER, Kind.MONEY, Kind.CURRENCY, Kind.DATE, Kind.MOMENT, Kind.CHOICE, Kind.FILES}
)
"""What a policy weighs; the other kinds are words that somebody typed."""


def forget_words_of(member: User) -> None:
    """Replace what was written in the member's requests, and delete their forms and pictures.

    Call in a transaction that has recorded the erasing: before that event, PostgreSQL refuses it.
    """
    for draft in member.drafts.all():
        drafting.discard(draft)
    _delete_pictures(member)
    theirs = Q(refund_request__member=member)
    Message.objects.filter(theirs).update(body=ERASED_WORDS)
    Finding.objects.filter(theirs).exclude(note="").update(note=ERASED_WORDS)
    weighed = _names_of_weighed_facts()
    for assessment in Assessment.objects.filter(theirs).select_related("refund_request").order_by("pk"):
        told = assessment.refund_request.answers
        facts = {
            name: ERASED_WORDS if name in told and name not in weighed else value
            for name, value in assessment.facts.items()
        }
        if facts != assessment.facts:
            Assessment.objects.filter(pk=assessment.pk).update(facts=facts)
    for refund_request in RefundRequest.objects.filter(member=member):
        refund_request.answers = _without_words(refund_request.answers, weighed)
        refund_request.save(update_fields=["answers"])


def _without_words(answers: Mapping[str, object], weighed: frozenset[str]) -> dict[str, object]:
    return {name: told if name in weighed else ERASED_WORDS for name, told in answers.items()}


def _names_of_weighed_facts() -> frozenset[str]:
    """The facts that no published version of the policy asks for in the customer's own words."""
    kinds: dict[str, set[Kind]] = {}
    for version in policies.published():
        for name, fact in policies.parsed(version).facts.items():
            kinds.setdefault(name, set()).add(fact.kind)
    return frozenset(name for name, of_it in kinds.items() if of_it <= SAYS_NOTHING_OF_A_PERSON)


def _delete_pictures(member: User) -> None:
    pictures = Evidence.objects.filter(Q(uploaded_by=member) | Q(refund_request__member=member))
    files = [picture.file for picture in pictures]
    pictures.delete()

    def delete_files() -> None:
        for file in files:
            file.delete(save=False)

    # A file cannot be rolled back, so they go last.
    transaction.on_commit(delete_files)
