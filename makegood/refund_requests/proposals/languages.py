"""In which languages a proposal can be read, and what speaks against publishing each of them with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.moving import MoveNotAllowed, locked
from makegood.policy import Policy, PolicyErrors
from makegood.policy.languages.known import LANGUAGES
from makegood.refund_requests.models import PolicyProposal, ProposedTranslation
from makegood.refund_requests.proposals.states import State
from makegood.refund_requests.translating import reasons_against_translation, unreadable


class WrittenMeanwhile(Exception):
    """Somebody else saved the text in this language, or took it out, after it was read."""

    def __init__(self, translation: ProposedTranslation | None) -> None:
        if translation is None:
            words = _(
                "This text was taken out meanwhile. Yours is still on this page; save it again to keep it."
            )
        else:
            words = _(
                "{saved_by} saved another text meanwhile. Yours is still on this page; "
                "compare it before you save it again."
            ).format(saved_by=translation.saved_by)
        super().__init__(words)


@dataclass(frozen=True)
class Standing:
    """One language (ISO 639, and its name in itself) of a proposal.

    `translation` is None where it is missing. `reasons` are sentences that say why it cannot be published
    with the text as it is.
    """

    language: str
    name: str
    translation: ProposedTranslation | None
    reasons: tuple[str, ...] = ()


def standings(proposal: PolicyProposal, policy: Policy | None) -> list[Standing]:
    """Each language beside the document's own. `policy` is the document, None while it has mistakes."""
    rows = {row.language: row for row in proposal.translations.select_related("saved_by")}
    own = policy.front.language if policy else None
    return [
        Standing(
            code,
            language.name,
            rows.get(code),
            tuple(_reasons(policy, rows[code])) if policy and code in rows else (),
        )
        for code, language in LANGUAGES.items()
        if code != own or code in rows
    ]


def _reasons(original: Policy, row: ProposedTranslation) -> Iterator[str]:
    name = LANGUAGES[row.language].name
    policy = _read(row.text)
    if isinstance(policy, PolicyErrors):
        yield unreadable(name, policy)
        return
    if policy.front.language != row.language:
        words = _("The text in {language} says in its head that it is in {other}.")
        yield words.format(language=name, other=policy.vocabulary.name)
        return
    yield from reasons_against_translation(original, policy)


@lru_cache(maxsize=32)
def _read(text: str) -> Policy | PolicyErrors:
    """A translation as it was read; the document beside it is saved far more often than they are."""
    try:
        return Policy.parse(text, source="translation")
    except PolicyErrors as errors:
        return errors


def write(
    proposal: PolicyProposal, *, language: str, text: str, read_sha256: str, by: User, at: datetime
) -> PolicyProposal:
    """Keep the text in a known language; blank takes the language out.

    `read_sha256` is the hash of the text that was on the page, "" for none. Raises MoveNotAllowed once it is
    proposed, WrittenMeanwhile.
    """
    with transaction.atomic():
        current = locked(proposal)
        if current.state != State.WRITING:
            raise MoveNotAllowed(current, current.state, State.WRITING)
        row = current.translations.select_related("saved_by").filter(language=language).first()
        if text == (row.text if row else ""):
            return current
        if read_sha256 != (row.sha256 if row else ""):
            raise WrittenMeanwhile(row)
        if not text.strip():
            current.translations.filter(language=language).delete()
        else:
            written = {"text": text, "saved_by": by, "saved_at": at}
            current.translations.update_or_create(language=language, defaults=written)
    return current
