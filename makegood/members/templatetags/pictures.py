"""What pages about pictures need to know of the desk's limits."""

from __future__ import annotations

from django import template

from makegood.refund_requests.evidence.cleaning import MAX_BYTES

register = template.Library()


@register.simple_tag
def most_bytes() -> int:
    """The largest file that is taken, in bytes."""
    return MAX_BYTES
