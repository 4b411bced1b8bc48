"""Taking the words and pictures of an erased person out of their requests; what was decided stays."""

from __future__ import annotations

from collections.abc import Mapping, Set

from django.db.models import Q

from makegood.accounts.models import User
from makegood.audit.append_only import ERASED_WORDS
from makegood.policy import Kind
from makegood.policy.deciding.unsaying import unsaid
from makegood.policy.facts import CANNOT_BE_ESTABLISHED
from makegood.refund_requests import drafting, policies
from makegood.refund_requests.evidence.discarding import discard_evidence, discard_upload
from makegood.refund_requests.models import (
    Assessment,
    Decision,
    DisputedFact,
    Evidence,
    Finding,
    Message,
    RefundRequest,
    StatuteVersion,
)
from makegood.refund_requests.statutes import keeping

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
    _discard_files(member)
    theirs = Q(refund_request__member=member)
    Message.objects.filter(theirs).update(body=ERASED_WORDS)
    Finding.objects.filter(theirs).exclude(note="").update(note=ERASED_WORDS)
    Decision.objects.filter(theirs, is_exception=True).update(exception_reason=ERASED_WORDS)
    weighed = _names_of_weighed_facts()
    disputed = DisputedFact.objects.filter(theirs)
    disputed.update(why=ERASED_WORDS)
    disputed.exclude(fact__in=weighed).update(says=ERASED_WORDS)
    for refund_request in RefundRequest.objects.filter(member=member):
        _forget_words_weighed(refund_request, weighed)
        refund_request.answers = _without_words(refund_request.answers, weighed)
        refund_request.unanswered_since = None  # nobody is there to read an answer
        refund_request.save(update_fields=["answers", "unanswered_since"])


def _forget_words_weighed(refund_request: RefundRequest, weighed: frozenset[str]) -> None:
    """What the member told, or said against our records, and staff found of it, where the policy kept it."""
    found = refund_request.findings.exclude(fact__in=weighed)
    about = {*refund_request.answers, *found.values_list("fact", flat=True)} - weighed
    about |= set(refund_request.disputed_facts.exclude(fact__in=weighed).values_list("fact", flat=True))
    found.exclude(value=None).update(value=ERASED_WORDS)
    for assessment in refund_request.assessments.select_related("policy_version", "statute_version"):
        _forget_words_kept(assessment, about)


def _forget_words_kept(assessment: Assessment, about: Set[str]) -> None:
    facts, by_law = assessment.facts, assessment.law_facts
    told = {
        name: value
        for name, value in {**facts, **(by_law or {})}.items()
        if name in about and value != CANNOT_BE_ESTABLISHED
    }
    if not told:
        return
    statute = assessment.statute_version
    document = keeping.read(statute) if statute else policies.parsed(assessment.policy_version)
    Assessment.objects.filter(pk=assessment.pk).update(
        facts=_erased(facts, told),
        law_facts=None if by_law is None else _erased(by_law, told),
        trace=unsaid(
            assessment.trace,
            document,
            {name: value for name, value in told.items() if name in document.facts},
            instead=ERASED_WORDS,
        ),
    )


def _erased(facts: Mapping[str, object], told: Mapping[str, object]) -> dict[str, object]:
    return {name: ERASED_WORDS if name in told else value for name, value in facts.items()}


def _without_words(answers: Mapping[str, object], weighed: frozenset[str]) -> dict[str, object]:
    return {name: told if name in weighed else ERASED_WORDS for name, told in answers.items()}


def _names_of_weighed_facts() -> frozenset[str]:
    """The facts that no version of the policy, and no statute, asks for in the customer's own words."""
    kinds: dict[str, set[Kind]] = {}
    documents = [
        *(policies.parsed(version) for version in policies.published()),
        *(keeping.read(statute) for statute in StatuteVersion.objects.defer("text")),
    ]
    for document in documents:
        for name, fact in document.facts.items():
            kinds.setdefault(name, set()).add(fact.kind)
    return frozenset(name for name, of_it in kinds.items() if of_it <= SAYS_NOTHING_OF_A_PERSON)


def _discard_files(member: User) -> None:
    """The pictures of the member's requests, and what was still on its way."""
    unsent = Q(uploaded_by=member, refund_request=None) | Q(unsent_in__member=member)
    for picture in Evidence.objects.filter(Q(refund_request__member=member) | unsent):
        discard_evidence(picture)
    for upload in member.uploads.select_for_update():
        discard_upload(upload)
