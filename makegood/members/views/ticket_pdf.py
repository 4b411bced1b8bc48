"""The ticket on paper: a PDF to keep, to print, or to show to a bank."""

from __future__ import annotations

import structlog
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from makegood.members.access import MemberRequest, members_only, see_other
from makegood.members.ticket.on_paper import document_of
from makegood.members.ticket.reading import read
from makegood.members.views.ticket import ticket_url
from makegood.printing.making import NotPrinted, pdf_of
from makegood.refund_requests.queries import requests_of_member

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

MESSAGES = 500
"""The newest of them; nobody reads more on paper, and the time to set them is bounded."""


@members_only("GET")
def ticket_pdf(request: MemberRequest, reference: str) -> HttpResponse:
    """The decision, the refund, what was asked and the conversation; named after the request."""
    refund_request = get_object_or_404(requests_of_member(request.user), reference=reference)
    document = document_of(read(refund_request, messages=MESSAGES), at=timezone.now())
    try:
        pdf = pdf_of(document)
    except NotPrinted as failed:
        log.error("pdf_not_made", refund_request=refund_request.pk, why=failed.why)
        messages.error(
            request, _("The PDF could not be made just now. Please print the page from your browser instead.")
        )
        return see_other(ticket_url(reference))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{refund_request.reference}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
