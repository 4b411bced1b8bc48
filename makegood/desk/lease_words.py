"""How long a representative has a request, in words."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from makegood.accounts.templatetags.said import hour_in_words
from makegood.refund_requests.models import RefundRequest


def lease_words(refund_request: RefundRequest) -> str:
    """Until when its holder has it, on the clock of the desk; empty while nobody does."""
    if refund_request.lease_until is None:
        return ""
    if refund_request.lease_until < timezone.now():
        return _("yours, but your time is over; it may return to the queue")
    return _("yours until {when}").format(when=hour_in_words(refund_request.lease_until))
