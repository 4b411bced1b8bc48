"""Keeping a promise when there is nothing to tell: one click says so, and when we write next."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, find_request, needs
from makegood.desk.forms.writing import NoNewsForm
from makegood.desk.views.acting import unless_done
from makegood.desk.views.examining import to_ticket
from makegood.desk.views.ticket import Failed
from makegood.queue import no_news as honest


@needs(Right.EXAMINE)
@require_POST
def no_news(request: StaffRequest, reference: str) -> HttpResponse:
    """Tell the member that there is no news yet."""
    refund_request = find_request(request.user, reference)
    form = NoNewsForm(request.POST, auto_id="no_news_%s")
    refused = unless_done(
        request,
        reference,
        form,
        lambda said: honest.tell(
            refund_request, by=request.user, at=timezone.now(), seen_up_to=said["seen_up_to"]
        ),
        failed=lambda form: Failed(no_news=form),
    )
    if refused:
        return refused
    words = _("{name} reads that there is no news yet, here and by mail.")
    messages.success(request, words.format(name=refund_request.member.first_name))
    return to_ticket(refund_request)
