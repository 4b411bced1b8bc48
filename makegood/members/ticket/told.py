"""What the member told when asking, read back with the questions of the policy."""

from __future__ import annotations

from makegood.members.forms.questions import answer_in_words
from makegood.members.ticket.reading import Ticket
from makegood.members.words import policy_in_members_words
from makegood.refund_requests import policies


def answers_of(ticket: Ticket) -> list[tuple[str, str]]:
    """Question and answer, in the order of the document that governs the first order to refund."""
    refund_request = ticket.refund_request
    orders = [row.order for row in ticket.named if row.wanted]
    version = policies.in_force(orders[0].purchased_at)
    questions = policy_in_members_words(version).questions(refund_request.ground)
    return [
        (question.question, answer_in_words(question, refund_request.answers[question.name]))
        for question in questions
        if question.name in refund_request.answers
    ]
