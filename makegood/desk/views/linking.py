"""Linking requests that belong together, and parting them."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, find_request, needs
from makegood.desk.forms.writing import LinkForm
from makegood.desk.views.acting import unless_done
from makegood.desk.views.examining import to_ticket
from makegood.desk.views.ticket import Failed
from makegood.refund_requests import linking
from makegood.refund_requests.queries import requests_seen_by


@needs(Right.EXAMINE)
@require_POST
def link(request: StaffRequest, reference: str) -> HttpResponse:
    """Link it with the request whose number was typed."""
    refund_request = find_request(request.user, reference)
    form = LinkForm(request.POST, auto_id="link_%s", among=requests_seen_by(request.user))
    refused = unless_done(
        request,
        reference,
        form,
        lambda said: linking.link(
            refund_request, said["other"], kind=said["kind"], by=request.user, at=timezone.now()
        ),
        failed=lambda form: Failed(link=form),
    )
    return refused or to_ticket(refund_request, "#background")


@needs(Right.EXAMINE)
@require_POST
def part(request: StaffRequest, reference: str, other: str) -> HttpResponse:
    """They do not belong together."""
    refund_request = find_request(request.user, reference)
    linked = find_request(request.user, other)
    linking.part(refund_request, linked, by=request.user, at=timezone.now())
    return to_ticket(refund_request, "#background")
