"""Refunds that should have arrived by now, and the letters by which their banks can find them."""

from __future__ import annotations

import structlog
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, desk_zone, needs, see_other
from makegood.desk.bank_letters import LETTERS, letter
from makegood.printing.making import NotPrinted, pdf_of
from makegood.refunds.models import Refund
from makegood.refunds.overdue import overdue

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

SHOWN = 50


@needs(Right.SEE_MONEY)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """Those that are late, the longest under way first."""
    found = overdue(at=timezone.now(), zone=desk_zone(), most=SHOWN + 1)
    context = {"rows": found[:SHOWN], "is_more": len(found) > SHOWN}
    return render(request, "desk/overdue.html", context)


@needs(Right.SEE_MONEY)
@require_safe
def bank_letter(request: StaffRequest, pk: int, whom: str) -> HttpResponse:
    """The letter as PDF, in the language of the customer; `whom` is one of `bank_letters.LETTERS`."""
    refund = get_object_or_404(Refund.objects.select_related("payment__order__member"), pk=pk)
    document = letter(refund, whom, at=timezone.now()) if whom in LETTERS else None
    if document is None:
        raise Http404
    try:
        made = pdf_of(document)
    except NotPrinted as failed:
        log.error("pdf_not_made", refund=pk, why=failed.why)
        messages.error(request, _("The PDF could not be made just now. Please copy the words instead."))
        return see_other(reverse("desk:refund", args=[pk]))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{refund.reference}-{whom}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
