"""Disputes: payments that customers' banks took back or ask about, those to be answered first."""

from __future__ import annotations

import structlog
from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from makegood.accounts.roles import Right
from makegood.audit.models import Event
from makegood.desk import dispute_words, money_words
from makegood.desk.access import StaffRequest, needs, see_other
from makegood.desk.pages import newest_page
from makegood.desk.ticket import events_with_names
from makegood.dispute_evidence.bundling import export
from makegood.printing.making import NotPrinted
from makegood.refund_requests.models import NamedOrder
from makegood.refunds.models import Dispute, LedgerEntry
from makegood.refunds.models.dispute import UNDECIDED

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

SHOWN = 100


@needs(Right.SEE_MONEY)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """Those that nobody has decided, the next to be answered first; then those that ended."""
    rows = Dispute.objects.select_related("payment__order__member")
    undecided = rows.filter(state__in=UNDECIDED).order_by(F("answer_by").asc(nulls_last=True), "pk")
    page = newest_page(rows.exclude(state__in=UNDECIDED), request.GET.get("before", ""))
    first = not request.GET.get("before")
    context = {
        "undecided": [dispute_words.dispute_row(each) for each in undecided[:SHOWN]] if first else [],
        "rows": [dispute_words.dispute_row(each) for each in page.rows],
        "page": page,
        "first": first,
    }
    return render(request, "desk/disputes.html", context)


@needs(Right.SEE_MONEY)
@require_safe
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One dispute with what the bank said, the refunds of its payment, and the books."""
    rows = Dispute.objects.select_related("payment__order__member")
    dispute = get_object_or_404(rows, pk=pk)
    entries = LedgerEntry.objects.filter(transaction__dispute=dispute).select_related("transaction")
    events = Event.objects.filter(subject_kind="dispute", subject_id=pk).order_by("-id")[:SHOWN]
    refunds = dispute.payment.refunds.select_related("payment__order").order_by("-pk")
    context = {
        **dispute_words.dispute_row(dispute),
        "payment": dispute.payment,
        "order": dispute.payment.order,
        "requests": _requests(dispute),
        "may_export": request.user.may(Right.MOVE_MONEY),
        "refunds": [money_words.money_row(refund) for refund in refunds[:SHOWN]],
        "said": dispute_words.said(dispute.words.order_by("-pk")[:SHOWN]),
        "entries": money_words.entries_in_words(entries.order_by("transaction_id", "id")),
        "history": events_with_names(events),
    }
    return render(request, "desk/dispute.html", context)


@needs(Right.MOVE_MONEY)
@require_POST
def evidence(request: StaffRequest, pk: int) -> HttpResponse:
    """The archive for the bank, in the language of whoever asks for it."""
    dispute = get_object_or_404(Dispute.objects.select_related("payment"), pk=pk)
    try:
        archive = export(dispute, by=request.user, at=timezone.now())
    except NotPrinted as failed:
        log.error("pdf_not_made", dispute=pk, why=failed.why)
        messages.error(request, _("The archive could not be made just now. Please try again in a moment."))
        return see_other(reverse("desk:dispute", args=[pk]))
    response = HttpResponse(archive, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="dispute-{dispute.pk}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


def _requests(dispute: Dispute) -> list[str]:
    """The references of the requests that name the order, the newest first."""
    named = NamedOrder.objects.filter(order=dispute.payment.order).order_by("-refund_request_id")
    return list(named.values_list("refund_request__reference", flat=True)[:SHOWN])
