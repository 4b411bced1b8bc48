"""Sending a request to the engineers, with the defect that it is about."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from makegood.accounts.roles import Right
from makegood.audit.moving import locked
from makegood.defects import transitions as defects
from makegood.defects.models import Defect
from makegood.desk.access import StaffRequest, find_request, needs
from makegood.desk.defect_words import state_words
from makegood.desk.forms.defects import NEW, EngineersForm
from makegood.desk.refusals import done
from makegood.desk.views.examining import to_ticket
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.queue.with_defect import go_on_with
from makegood.refund_requests.holding import NotYours
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import State

OFFERED = 50


@needs(Right.EXAMINE)
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: StaffRequest, reference: str) -> HttpResponse:
    """Choose the defect, or report a new one; a POST sends the request."""
    refund_request = find_request(request.user, reference)
    known = _known(refund_request)
    labels = [_label(defect) for defect in known]
    if request.method != "POST":
        form = EngineersForm(known=known, labels=labels, initial=_suggested(refund_request, known))
        return _page(request, refund_request, form)
    form = EngineersForm(request.POST, known=known, labels=labels)
    if not form.is_valid():
        return _page(request, refund_request, form, status=INVALID)
    sent = done(form, lambda: _send(request, refund_request, form))
    if sent is None:
        return _page(request, refund_request, form, status=FROM_OTHERS)
    if sent.state == State.WITH_ENGINEERS:
        messages.success(request, _("With the engineers. It comes back to the queue with their verdict."))
    elif sent.state == State.TRYING_FIX:
        words = _("The defect is fixed in {version}. The customer is asked to try that version.")
        messages.success(request, words.format(version=sent.fix_to_try))
    else:
        messages.success(request, _("The engineers have answered this defect already; you can go on."))
    return to_ticket(refund_request)


def _send(request: StaffRequest, refund_request: RefundRequest, form: EngineersForm) -> RefundRequest:
    """Link the defect; wait for the engineers unless they have answered it already.

    One transaction, so that a refused sending leaves no new defect behind. The defect is locked, so that a
    verdict given in this moment is either seen here or finds the request waiting for it.
    """
    at, said = timezone.now(), form.cleaned_data
    with transaction.atomic():
        if form.chosen is None:
            defect = defects.report(
                product=refund_request.product,
                title=said["title"],
                steps=said["steps"],
                by=request.user,
                at=at,
            )
        else:
            defect = locked(form.chosen)
        return go_on_with(refund_request, defect, by=request.user, at=at)


def _known(refund_request: RefundRequest) -> list[Defect]:
    """The defects of the product, the newest first."""
    rows = refund_request.product.defects.annotate(asked_by=Count("refund_requests"))
    return list(rows.order_by("-id")[:OFFERED])


def _label(defect: Defect) -> str:
    asked_by = defect.asked_by  # type: ignore[attr-defined]  # annotated in _known
    requests = ngettext("{n} request", "{n} requests", asked_by).format(n=asked_by)
    return format_html(
        '{} · {}<span class="option__hint">{} · {}</span>',
        defect.reference,
        defect.title,
        state_words(defect.state),
        requests,
    )


def _suggested(refund_request: RefundRequest, known: Sequence[Defect]) -> dict[str, object]:
    """The defect linked already, and what the member told as a first text for the engineers."""
    told = [str(value).strip() for value in refund_request.answers.values()]
    first = refund_request.defect_id or ("" if known else NEW)
    return {"defect": first, "steps": "\n\n".join(told)}


def _page(
    request: StaffRequest, refund_request: RefundRequest, form: EngineersForm, *, status: int = 200
) -> HttpResponse:
    held = refund_request.state == State.EXAMINING and refund_request.holder_id == request.user.pk
    context = {
        "refund_request": refund_request,
        "form": form,
        "is_mine": held,
        "not_mine": "" if held else str(NotYours(refund_request)),
    }
    return render(request, "desk/engineers.html", context, status=status)
