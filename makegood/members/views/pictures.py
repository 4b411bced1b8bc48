"""The pictures of a form and of a message being written: listed and begun; those of a message taken out.

Those of a form are moved and taken out by `refund_form/questioning.py`, which keeps what was typed; a file on
its way is taken out by `uploads.py`.
"""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.members.access import MemberRequest, members_only, see_other
from makegood.members.evidence import page_with, pictures_of
from makegood.members.views import uploads
from makegood.members.views.refund_form.filling import Step
from makegood.members.views.refund_form.finding import SentAlready, draft_of
from makegood.refund_requests.evidence.discarding import discard_evidence
from makegood.refund_requests.evidence.keeping import Home
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.queries import requests_of_member


def _ticket(reference: str, **_others: object) -> str:
    return reverse("members:ticket", args=[reference])


@members_only("GET")
def pictures(request: MemberRequest, token: UUID) -> HttpResponse:
    """The list of the form's pictures alone, for the page to renew while some are being checked."""
    try:
        return _listed(request, draft_of(request.user, token))
    except SentAlready as sent:
        return see_other(sent.url)


@members_only("GET")
def message_pictures(request: MemberRequest, reference: str) -> HttpResponse:
    """The list of the pictures of the message that the member is writing."""
    return _listed(request, _find(request, reference))


@members_only("POST", "OPTIONS")
@uploads.speaking_tus
def begin_in_form(request: MemberRequest, token: UUID) -> HttpResponse:
    """Begin to upload a picture of the form."""
    try:
        return uploads.begin(request, draft_of(request.user, token))
    except SentAlready as sent:
        raise uploads.Unacceptable(HTTPStatus.CONFLICT, _("This form was sent already.")) from sent


@members_only("POST", "OPTIONS")
@uploads.speaking_tus
def begin_in_message(request: MemberRequest, reference: str) -> HttpResponse:
    """Begin to upload a picture of the message."""
    return uploads.begin(request, _find(request, reference))


@members_only("POST", back=_ticket)
def remove_from_message(request: MemberRequest, reference: str, evidence: int) -> HttpResponse:
    """Take a picture out of the message that is being written; one that is not there is gone already."""
    refund_request = _find(request, reference)
    with transaction.atomic():
        rows = refund_request.unsent_evidence.filter(pk=evidence, uploaded_by=request.user)
        for row in rows.select_for_update(of=("self",)):
            discard_evidence(row)
    return see_other(page_with(refund_request))


def _listed(request: MemberRequest, home: Home) -> HttpResponse:
    page = Step.FACTS if request.GET.get("page") == Step.FACTS else ""
    shown = pictures_of(home, member=request.user, page=page) | {"in_form": True}
    return render(request, "partials/pictures.html", shown)


def _find(request: MemberRequest, reference: str) -> RefundRequest:
    """The member's own request. Raises Http404."""
    return get_object_or_404(requests_of_member(request.user), reference=reference)
