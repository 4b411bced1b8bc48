"""Who has a request: a representative holds it while examining it, and only the holder acts on it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import State

LEASE = timedelta(minutes=30)


class NotYours(Exception):
    """The request is not held by the person who wants to act on it."""

    def __init__(self, refund_request: RefundRequest) -> None:
        self.refund_request = refund_request
        holder = refund_request.holder
        if holder:
            words = _("You do not hold {reference}: {holder} has it now. Nothing was changed.")
        else:
            words = _("You do not hold {reference}: nobody has it now. Nothing was changed.")
        super().__init__(words.format(reference=refund_request.reference, holder=holder))


class OwnRequest(Exception):
    """Staff are members too, and nobody has a hand in their own refund."""

    def __init__(self) -> None:
        super().__init__(_("You asked for this refund yourself, so somebody else has to look at it."))


class MayNotExamine(Exception):
    """The person does not examine requests."""

    def __init__(self) -> None:
        super().__init__(_("Only representatives answer members and look at requests."))


def require_examiner(refund_request: RefundRequest, *, by: User) -> None:
    """`by` may examine this request, whether or not somebody holds it. Raises MayNotExamine, OwnRequest."""
    if not by.may(Right.EXAMINE):
        raise MayNotExamine
    require_stranger(refund_request, by=by)


def require_stranger(refund_request: RefundRequest, *, by: User) -> None:
    """`by` is not the member who asks. Raises OwnRequest."""
    if refund_request.member_id == by.pk:
        raise OwnRequest


def require_holder(refund_request: RefundRequest, *, by: User) -> None:
    """The caller has locked the row. Raises NotYours."""
    if refund_request.state != State.EXAMINING or refund_request.holder_id != by.pk:
        raise NotYours(refund_request)


def renew(refund_request: RefundRequest, *, at: datetime) -> None:
    """Activity of the holder lets the lease run anew; the caller has locked the row."""
    refund_request.lease_until = at + LEASE
    refund_request.save(update_fields=["lease_until"])
