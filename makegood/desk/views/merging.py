"""Merging two requests of one member, and taking that back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, find_request, needs
from makegood.desk.forms.writing import MergeForm, NothingToFillIn
from makegood.desk.refusals import done
from makegood.desk.views.acting import unless_done
from makegood.desk.views.examining import to_ticket
from makegood.desk.views.ticket import FROM_OTHERS, Failed, page
from makegood.refund_requests import merging
from makegood.refund_requests.queries import requests_seen_by


@needs(Right.EXAMINE)
@require_POST
def merge(request: StaffRequest, reference: str) -> HttpResponse:
    """The request whose number was typed goes on in this one."""
    refund_request = find_request(request.user, reference)
    form = MergeForm(request.POST, auto_id="merge_%s", among=requests_seen_by(request.user))
    refused = unless_done(
        request,
        reference,
        form,
        lambda said: merging.merge(said["other"], refund_request, by=request.user, at=timezone.now()),
        failed=lambda form: Failed(merge=form),
    )
    if refused is not None:
        return refused
    other = form.cleaned_data["other"].reference
    messages.success(request, _("{other} goes on here; its customer gets a letter.").format(other=other))
    return to_ticket(refund_request)


@needs(Right.EXAMINE)
@require_POST
def unmerge(request: StaffRequest, reference: str) -> HttpResponse:
    """It is a request of its own again; the page of the one it was merged into follows."""
    merged = find_request(request.user, reference)
    kept = merged.merged_into or merged
    form = NothingToFillIn(request.POST)
    if not done(form, lambda: merging.unmerge(merged, by=request.user, at=timezone.now())):
        problems = [str(problem) for problem in form.non_field_errors()]
        return page(request, kept.reference, problems=problems, status=FROM_OTHERS)
    words = _("{other} is a request of its own again and waits at its place; its customer gets a letter.")
    messages.success(request, words.format(other=merged.reference))
    return to_ticket(kept)
