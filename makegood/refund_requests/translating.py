"""Publishing a version in further languages: only a text with the same rules is taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.recording import record
from makegood.policy import Policy, PolicyErrors
from makegood.policy.languages.same_rules import differences_of_rules
from makegood.refund_requests import policies
from makegood.refund_requests.models import PolicyTranslation, PolicyVersion


class NotATranslation(Exception):
    """A text is not the same policy in another language; `reasons` are sentences."""

    def __init__(self, language: str, reasons: Sequence[str]) -> None:
        self.language, self.reasons = language, tuple(reasons)
        super().__init__(" ".join(reasons))


class AlreadyTranslated(Exception):
    """The version is published in that language already, with other words."""

    def __init__(self, version: str, language: str) -> None:
        super().__init__(
            _(
                "Version {version} is already published in {language} with other words; a published text "
                "never changes, so put the better words into the next version."
            ).format(version=version, language=language)
        )


def publish_in_languages(
    texts: Sequence[str], *, by: User | System, at: datetime
) -> tuple[PolicyVersion, list[PolicyTranslation]]:
    """Publish the first text, and the others as its translations: all of them or none.

    Where that version is published already in another language, the first text is a translation as well.
    Raises PolicyErrors, AlreadyPublished, NotATranslation, AlreadyTranslated.
    """
    first = Policy.parse(texts[0], source="policy")
    with transaction.atomic():
        known = PolicyVersion.objects.filter(name=policies.NAME, version=first.version).first()
        if known is None or policies.parsed(known).front.language == first.front.language:
            known, texts = policies.publish(text=texts[0], by=by, at=at), texts[1:]
        return known, [translate(known, text=text, by=by, at=at) for text in texts]


def translate(version: PolicyVersion, *, text: str, by: User | System, at: datetime) -> PolicyTranslation:
    """Publish `text` as `version` in the language of its head; the same text twice is the same translation.

    Raises PolicyErrors when the text is wrong, NotATranslation, AlreadyTranslated.
    """
    policy = Policy.parse(text, source="translation")
    known = version.translations.filter(sha256=policy.sha256).first()
    if known is not None:
        return known
    name = policy.vocabulary.name
    if reasons := list(reasons_against_translation(policies.parsed(version), policy)):
        raise NotATranslation(policy.front.language, reasons)
    try:
        with transaction.atomic():
            return _keep(version, policy, by=by, at=at)
    except IntegrityError:
        raise AlreadyTranslated(version.version, name) from None


def _keep(version: PolicyVersion, policy: Policy, *, by: User | System, at: datetime) -> PolicyTranslation:
    language = policy.front.language
    translation = PolicyTranslation.objects.create(
        version=version,
        language=language,
        text=policy.text,
        sha256=policy.sha256,
        published_at=at,
        published_by_id=by.pk,
    )
    record(
        Action.POLICY_TRANSLATED, subject=version, by=by, at=at, version=version.version, language=language
    )
    return translation


def unreadable(language: str, errors: PolicyErrors) -> str:
    """Return the sentence that a text in the language of that name has mistakes, with the first of them."""
    count, first = len(errors.problems), errors.problems[0]
    words = ngettext(
        "The text in {language} cannot be read yet: {count} place in it is wrong, in line {line}: {mistake}.",
        "The text in {language} cannot be read yet: {count} places in it are wrong, the first in line {line}:"
        " {mistake}.",
        count,
    )
    return words.format(language=language, count=count, line=first.span.line, mistake=first.message)


def reasons_against_translation(original: Policy, policy: Policy) -> Iterator[str]:
    """Yield why a text that could be read cannot be published as a translation of `original`."""
    name = policy.vocabulary.name
    if policy.front.language == original.front.language:
        words = _(
            "It is in {language}, the language of the document itself: `language:` in its head says which."
        )
        yield words.format(language=name)
        return
    failing = [result.example.case for result in policy.run_examples() if not result.passed]
    if failing:
        words = _("Examples of the text in {language} come out differently: {cases}.")
        yield words.format(language=name, cases=", ".join(failing))
    for difference in differences_of_rules(original, policy):
        words = _("The text in {language} has other rules than the document: {difference}.")
        yield words.format(language=name, difference=difference.message)
