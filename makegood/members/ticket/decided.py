"""The decision as a letter: what it gives, each clause with what was found, and how the amount came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from makegood.accounts.templatetags.said import amount_in_words, list_in_words
from makegood.effects.foreseeing import Foreseen
from makegood.members.answers import ShownClause, kept_lines, policy_url
from makegood.members.law import law_url
from makegood.members.ticket.changes import changes_of
from makegood.members.ticket.reading import Ticket
from makegood.members.words import kept_in_members_words
from makegood.money import Money
from makegood.policy import Answer
from makegood.policy.explaining.explaining import explain
from makegood.refund_requests.exceptions import TOLD
from makegood.refund_requests.models import DecisionLine, Verdict
from makegood.refund_requests.statutes import keeping


@dataclass(frozen=True)
class ShownLine:
    """What was decided of one order. `amount` "": nothing. `reckoning`: how it came about, if not in full.

    `law` is the title of the statute that counted instead of the policy; "": the policy did. `changes`: what
    the refund changes for what was bought.
    """

    order_number: str
    amount: str
    clauses: Sequence[ShownClause]
    reckoning: Sequence[str]
    version: str
    url: str
    law: str
    law_url: str
    changes: Sequence[str]


@dataclass(frozen=True)
class Letter:
    """The decision. `outcome`: refund or refuse; `text` says it in a sentence, `letter` as it was written.

    `exception` says that it is one; empty for what the policy grants.
    """

    at: datetime
    outcome: str
    text: str
    letter: str
    exception: str
    lines: Sequence[ShownLine]


def letter_of(ticket: Ticket) -> Letter | None:
    """The decision; None until there is one to tell."""
    decision = ticket.decision
    if decision is None:
        return None
    gives = decision.verdict == Verdict.REFUND
    answers = [kept_in_members_words(line.assessment) for line in ticket.lines]
    return Letter(
        at=decision.at,
        outcome="refund" if gives else "refuse",
        text=_grant(decision.amount) if gives else _refusal(answers),
        letter=decision.letter,
        exception=str(TOLD) if decision.is_exception else "",
        lines=[
            _line(line, answer, ticket.foreseen.get(line.order_id))
            for line, answer in zip(ticket.lines, answers, strict=True)
        ],
    )


def _grant(amount: Money) -> str:
    return _("We refund {amount}.").format(amount=amount_in_words(amount))


def _refusal(answers: Sequence[Answer]) -> str:
    """Why not, citing the paragraphs that decided; they are the first thing to look up below."""
    cited = dict.fromkeys(f"§ {paragraph}" for answer in answers for paragraph in answer.decided_by)
    if not cited:
        return _("We do not refund this, because our policy does not allow it.")
    words = _("We do not refund this, because our policy does not allow it: see {paragraphs}.")
    return words.format(paragraphs=list_in_words(list(cited)))


def _line(line: DecisionLine, answer: Answer, foreseen: Foreseen | None) -> ShownLine:
    version = line.assessment.policy_version.version
    statute = line.assessment.statute_version
    return ShownLine(
        order_number=line.order.number,
        amount=amount_in_words(line.amount) if line.amount_minor else "",
        clauses=kept_lines(answer, statute),
        reckoning=_reckoning(answer) if line.amount_minor and not line.decision.is_exception else [],
        version=version,
        url=policy_url(version),
        law=keeping.read(statute).title if statute else "",
        law_url=law_url(statute) if statute else "",
        changes=changes_of(foreseen),
    )


def _reckoning(answer: Answer) -> Sequence[str]:
    """Nothing where the amount is simply what was paid: a sum of one number explains nothing."""
    reckoning = answer.reckoning
    if reckoning is None:
        return []
    first, *kept = reckoning.steps
    is_plain = first.plain and not kept and reckoning.at_most is None and not reckoning.rounded
    return [] if is_plain else explain(answer, "customer").reckoning
