"""What the member told when asking, read back with the questions of the policy."""

from __future__ import annotations

from django.utils.translation import gettext as _

from makegood.members.forms.questions import answer_in_words
from makegood.members.ticket.reading import Ticket
from makegood.members.words import policy_in_members_words
from makegood.policy import Policy
from makegood.refund_requests import disputes, policies


def answers_of(ticket: Ticket) -> list[tuple[str, str]]:
    """Question and answer, in the order of the document that governs the first order to refund."""
    refund_request = ticket.refund_request
    orders = [row.order for row in ticket.named if row.wanted]
    version = policies.in_force(orders[0].purchased_at)
    policy = policy_in_members_words(version)
    questions = policy.questions(refund_request.ground)
    return _disputed(ticket, policy) + [
        (question.question, answer_in_words(question, refund_request.answers[question.name]))
        for question in questions
        if question.name in refund_request.answers
    ]


def _disputed(ticket: Ticket, policy: Policy) -> list[tuple[str, str]]:
    """Which of our records the member said are wrong, and why."""
    words = _("You say {says}. Our records said {recorded}.")
    return [
        (one.question, f"{words.format(says=one.says, recorded=one.recorded)}\n{one.why}")
        for one in disputes.told(ticket.named, policy)
    ]
