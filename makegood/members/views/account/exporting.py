"""A copy of everything we hold about a person."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from makegood.members.access import MemberRequest, members_only
from makegood.privacy.exporting import export_of


@members_only("GET", "POST", back=lambda: reverse("members:export"))
@reauthentication_required(enabled=lambda request: request.method == "POST")  # type: ignore[untyped-decorator]  # allauth brings no types
def export(request: MemberRequest) -> HttpResponse | FileResponse:
    """Say what is in it, and hand it over."""
    if request.method != "POST":
        return render(request, "members/account/export.html")
    at = timezone.now()
    return FileResponse(
        export_of(request.user, at=at),
        as_attachment=True,
        filename=f"makegood-export-{timezone.localtime(at):%Y-%m-%d}.zip",
        content_type="application/zip",
    )
