"""The published policy, to read: which version is in force, and each version's text with its rules."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, needs
from makegood.policy.languages.known import LANGUAGES
from makegood.refund_requests import policies
from makegood.refund_requests.models import PolicyVersion

SHOWN = 50


@needs(Right.SEE_DESK)
@require_safe
def in_force(request: StaffRequest) -> HttpResponse:
    """The version that governs purchases made now."""
    try:
        version = policies.in_force(timezone.now())
    except policies.NoPolicyInForce as none:
        return render(request, "desk/no_policy.html", {"sentence": str(none)})
    return _page(request, version, is_in_force=True)


@needs(Right.SEE_DESK)
@require_safe
def version(request: StaffRequest, version: str) -> HttpResponse:
    """One version, in force or not: decisions cite it for years."""
    if "\0" in version:
        raise Http404  # PostgreSQL has no text with this character
    found = get_object_or_404(
        PolicyVersion.objects.select_related("published_by"), name=policies.NAME, version=version
    )
    try:
        is_in_force = policies.in_force(timezone.now()) == found
    except policies.NoPolicyInForce:
        is_in_force = False
    return _page(request, found, is_in_force=is_in_force)


def _page(request: StaffRequest, found: PolicyVersion, *, is_in_force: bool) -> HttpResponse:
    policy = policies.parsed(found)
    context = {
        "version": found,
        "policy": policy,
        "is_in_force": is_in_force,
        "languages": [LANGUAGES[each].name for each in policies.languages_of(found)],
        # page_html lets through a fixed list of tags and attributes only.
        "text": mark_safe(policy.page_html()),  # noqa: S308
        "may_write": request.user.may(Right.WRITE_POLICY) or request.user.may(Right.PUBLISH_POLICY),
        "versions": policies.published()[:SHOWN],
    }
    return render(request, "desk/policy.html", context)
