"""What another version of the policy would say of a request: to read, and to change nothing."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, needs
from makegood.desk.replaying import replayed_as_kept, replayed_as_known
from makegood.desk.ticket import read_ticket
from makegood.refund_requests import policies
from makegood.refund_requests.models import PolicyVersion


@needs(Right.SEE_DESK)
@require_safe
def show(request: StaffRequest, reference: str) -> HttpResponse:
    """The version in force today, or `?version=`, about each order: from what was kept, and what is known."""
    ticket = read_ticket(request.user, reference, with_talk=False)
    versions = policies.published()
    try:
        today = policies.in_force(timezone.now(), among=versions)
    except policies.NoPolicyInForce as none:
        return render(request, "desk/no_policy.html", {"sentence": str(none)})
    version = _named(request.GET.get("version", ""), versions) or today
    context = {
        "refund_request": ticket.refund_request,
        "decision": ticket.decision,
        "version": version,
        "is_today": version == today,
        "versions": versions,
        "kept": [] if ticket.to_be_decided else replayed_as_kept(ticket, version),
        "known": replayed_as_known(ticket, version),
    }
    return render(request, "desk/replay.html", context)


def _named(name: str, versions: list[PolicyVersion]) -> PolicyVersion | None:
    """The version of this name; None for an empty one. Raises Http404 where there is none."""
    if not name:
        return None
    for version in versions:
        if version.version == name:
            return version
    raise Http404
