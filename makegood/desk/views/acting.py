"""Doing what a form of the ticket's page asks for, or showing the page again with what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.http import HttpResponse
from django.utils import timezone

from makegood.desk.access import StaffRequest
from makegood.desk.forms.writing import AnswerForm, WhatWasRead
from makegood.desk.refusals import done
from makegood.desk.views.ticket import FROM_OTHERS, INVALID, Failed, page
from makegood.refund_requests.conversation import SomeoneWrote
from makegood.refund_requests.evidence.attaching import attach
from makegood.refund_requests.models import RefundRequest

F = TypeVar("F", bound=forms.Form)


def keep_files(request: StaffRequest, refund_request: RefundRequest, form: AnswerForm) -> None:
    """Check the files that came with a message and keep them with it, so that a refusal loses none.

    Why one is not taken becomes an error of the form.
    """
    files = request.FILES.getlist("files")
    if not files:
        return
    form.full_clean()
    token = form.cleaned_data.get("token")
    done(form, lambda: attach(refund_request, files=files, token=token, by=request.user, at=timezone.now()))


def unless_done(
    request: StaffRequest,
    reference: str,
    form: F,
    act: Callable[[Mapping[str, Any]], object],
    *,
    failed: Callable[[F], Failed],
) -> HttpResponse | None:
    """Call `act` with what the form says: None when that is done, otherwise the ticket's page.

    The page says why not, at the form that `failed` puts in its place: it is not valid, the domain refused,
    or the member wrote something that was not on the page yet.
    """
    if not form.is_valid():
        return page(request, reference, failed=failed(form), status=INVALID)
    try:
        if done(form, lambda: act(form.cleaned_data)):
            return None
    except SomeoneWrote as wrote:
        if not isinstance(form, WhatWasRead):
            raise
        form = form.once_read(wrote)
    return page(request, reference, failed=failed(form), status=FROM_OTHERS)
