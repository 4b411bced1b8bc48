"""The credit notes of a member, each as a PDF to keep."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from makegood.books.credit_notes.queries import of_request, pdf_of_note
from makegood.members.access import MemberRequest, members_only, see_other
from makegood.members.views.ticket import ticket_url
from makegood.printing.making import NotPrinted
from makegood.refund_requests.queries import requests_of_member

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@members_only("GET")
def credit_note(request: MemberRequest, reference: str, name: str) -> HttpResponse:
    """One credit note of the request, in the language in which it was issued."""
    refund_request = get_object_or_404(requests_of_member(request.user), reference=reference)
    note = get_object_or_404(of_request(refund_request.reference), name=name, order__member=request.user)
    try:
        pdf = pdf_of_note(note, zone=ZoneInfo(settings.MAKEGOOD_DESK_ZONE))
    except NotPrinted as failed:
        log.error("pdf_not_made", credit_note=note.pk, why=failed.why)
        messages.error(request, _("The PDF could not be made just now. Please try again in a while."))
        return see_other(ticket_url(reference))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{note.name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
