"""Who has a request: a representative holds it while examining it, and only the holder acts on it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.accounts.templatetags.said import moment_in_words
from makegood.audit.models import Event
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import State

LEASE = timedelta(minutes=30)
RETURNS_FIRST = timedelta(hours=12)
"""For so long whoever asked the member alone gets the answered request: until the next morning."""


class AskedAgain(Exception):
    """The member has asked for the same order in a newer request, which is open."""

    def __init__(self, newer: RefundRequest) -> None:
        self.newer = newer
        super().__init__(
            _("The member asked for this again in {reference}; it is decided there.").format(
                reference=newer.reference
            )
        )


class NotYours(Exception):
    """The request is not held by the person who wants to act on it."""

    def __init__(self, refund_request: RefundRequest) -> None:
        self.refund_request = refund_request
        holder = refund_request.holder
        last = _last_words(refund_request)
        if holder:
            words = _("You do not hold {reference}: {holder} has it now. Nothing was changed.")
        elif refund_request.state == State.WAITING or not last:
            words = _("You do not hold {reference}: nobody has it now. Nothing was changed.")
        else:
            words = _(
                "You do not hold {reference} any more. What happened last: {last}. Nothing was changed."
            )
        super().__init__(words.format(reference=refund_request.reference, holder=holder, last=last))


def _last_words(refund_request: RefundRequest) -> str:
    """What happened to it last, who of the desk did it, and when; empty when nothing did yet."""
    event = Event.objects.filter(thread=refund_request.reference).order_by("-id").first()
    if event is None:
        return ""
    by = None
    if event.actor_kind == "staff" and event.actor_id is not None:
        by = User.objects.filter(pk=event.actor_id).first()
    return ", ".join(str(part) for part in (event.sentence, by, moment_in_words(event.at)) if part)


class LeaseOver(NotYours):
    """The time of the person who had it is over, and nobody else has taken it since."""

    def __init__(self, refund_request: RefundRequest) -> None:
        self.refund_request = refund_request
        words = _(
            "Your time with {reference} was over, so it went back to the queue. Nothing was changed, and "
            "what you typed is still here. Nobody else has it yet: take it again to go on."
        )
        Exception.__init__(self, words.format(reference=refund_request.reference))


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
    """The caller has locked the row. Raises NotYours, and LeaseOver where `by` may go on."""
    if may_go_on(refund_request, by):
        raise LeaseOver(refund_request)
    if refund_request.state != State.EXAMINING or refund_request.holder_id != by.pk:
        raise NotYours(refund_request)


def may_go_on(refund_request: RefundRequest, person: User) -> bool:
    """Whether `person` had it, it waits, and nobody has taken it since."""
    return refund_request.state == State.WAITING and refund_request.returns_to_id == person.pk


def renew(refund_request: RefundRequest, *, at: datetime) -> None:
    """Activity of the holder lets the lease run anew; the caller has locked the row."""
    refund_request.lease_until = at + LEASE
    refund_request.save(update_fields=["lease_until"])
