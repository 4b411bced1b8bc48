"""Requests that belong together: linked and parted on the record of both."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.recording import record
from makegood.refund_requests import holding
from makegood.refund_requests.models import RefundRequest, RequestLink


class LinkedWithItself(Exception):
    """A request is to be linked with itself."""

    def __init__(self) -> None:
        super().__init__(_("This is the request itself. Please give the number of another one."))


class LinkedAlready(Exception):
    """The two are linked."""

    def __init__(self, other: RefundRequest) -> None:
        super().__init__(_("It is linked with {reference} already.").format(reference=other.reference))


def link(
    refund_request: RefundRequest, other: RefundRequest, *, kind: str, by: User, at: datetime
) -> RequestLink:
    """Say that the two belong together, how being a LinkKind.

    Raises LinkedWithItself, LinkedAlready, MayNotExamine, OwnRequest.
    """
    if refund_request == other:
        raise LinkedWithItself
    with transaction.atomic():
        older, newer = _locked_both(refund_request, other, by=by)
        if RequestLink.objects.filter(one=older, other=newer, ended_at=None).exists():
            raise LinkedAlready(other)
        made = RequestLink.objects.create(one=older, other=newer, kind=kind, linked_by=by, linked_at=at)
        _tell_both(Action.REQUESTS_LINKED, older, newer, by=by, at=at)
    return made


def part(refund_request: RefundRequest, other: RefundRequest, *, by: User, at: datetime) -> None:
    """Say that the two do not belong together; when nobody says so any more, nothing happens.

    Raises MayNotExamine, OwnRequest.
    """
    with transaction.atomic():
        older, newer = _locked_both(refund_request, other, by=by)
        if RequestLink.objects.filter(one=older, other=newer, ended_at=None).update(ended_at=at):
            _tell_both(Action.REQUESTS_PARTED, older, newer, by=by, at=at)


def _locked_both(first: RefundRequest, second: RefundRequest, *, by: User) -> list[RefundRequest]:
    """The older and the newer one, locked in that order whichever way they were given."""
    rows = RefundRequest.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk")
    both = list(rows.select_for_update(no_key=True))
    for each in both:
        holding.require_examiner(each, by=by)
    return both


def _tell_both(action: Action, one: RefundRequest, other: RefundRequest, *, by: User, at: datetime) -> None:
    for subject, linked in ((one, other), (other, one)):
        record(action, subject=subject, by=by, at=at, thread=subject.reference, other=linked.reference)
