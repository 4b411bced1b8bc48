"""What the desk of the sample data writes again and again."""

from __future__ import annotations

from datetime import datetime

from makegood.accounts.models import User
from makegood.refund_requests.prepared_replies.writing import prepare

REPLIES = {
    "Ask for the version": (
        "Dear {first_name},\n\nthank you for writing about {product}. Which version do you use? You find it "
        "under Help, About.\n\nKind regards,\n{my_name}"
    ),
    "No news yet": (
        "Dear {first_name},\n\nwe are still examining your request {reference} and have no news yet. You "
        "hear from us by {next_update} at the latest.\n\nKind regards,\n{my_name}"
    ),
    "Which order to refund": (
        "Dear {first_name},\n\nyou named order {order_number}. Is it the one that you do not want to keep?"
        "\n\nKind regards,\n{my_name}"
    ),
}


def prepare_replies(*, by: User, at: datetime) -> None:
    """In English, for customers who read it."""
    for title, body in REPLIES.items():
        prepare(title=title, body=body, language="en", product=None, by=by, at=at)
