"""What the policy presumes of a fact that cannot be established, before anybody says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from makegood.policy import Policy
from makegood.policy.explaining.sentences import Sentences
from makegood.refund_requests.assessing import LiveAnswer


def presumption_words(name: str, answers: Iterable[LiveAnswer]) -> str:
    """One sentence about the fact `name`; orders under different versions may have different presumptions."""
    presumed = [_presumed(name, *told) for live in answers if (told := live.telling(name))]
    known = [words for words in dict.fromkeys(presumed) if words]
    said = "; ".join(known)
    if not known:
        return _("If it cannot be established, a person has to decide: the policy presumes nothing.")
    if "" in presumed:
        return _(
            "If it cannot be established, the policy presumes for some of the orders: {what}; "
            "for the others a person has to decide."
        ).format(what=said)
    return _("If it cannot be established, the policy presumes: {what}.").format(what=said)


def _presumed(name: str, document: Policy, facts: Mapping[str, object]) -> str:
    """The presumption of one document in its words; "" where it has none."""
    value = document.facts[name].presumed
    if value is None:
        return ""
    return Sentences(document, document.values(facts) | {name: value}, {}).saying(name)
