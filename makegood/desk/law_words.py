"""Where a statute counts instead of the policy, in the words of the desk."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.policy import Answer, Outcome
from makegood.refund_requests.assessing import LiveAnswer


@dataclass(frozen=True)
class ByLaw:
    """The statute that counts, its page, and what the policy says by itself ("": that was not kept)."""

    title: str
    url: str
    own: str


def law_words(live: LiveAnswer) -> ByLaw | None:
    """The statute that counts for an order; None where the policy does."""
    if live.law is None:
        return None
    own = _own(live.law.own) if live.law.own else ""
    return ByLaw(live.law.policy.title, document_page(live), own)


def document_page(live: LiveAnswer) -> str:
    """The page of the document that gave the answer."""
    if live.law is not None:
        return reverse("desk:statute", args=[live.law.statute.pk])
    return reverse("desk:policy_version", args=[live.version.version])


def _own(answer: Answer) -> str:
    by = ", ".join(f"§ {paragraph}" for paragraph in answer.decided_by)
    if answer.outcome is Outcome.INELIGIBLE:
        return _("The policy by itself: no refund ({by}).").format(by=by)
    if answer.outcome is Outcome.ELIGIBLE:
        return _("The policy by itself: a smaller refund ({by}).").format(by=by)
    return _("The policy by itself leaves it open.")
