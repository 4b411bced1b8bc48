"""The refund policy, as published: the page that customers read is the document that decides."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from makegood.refund_requests import policies


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The version in force, or the one named by `?version=`."""
    published = policies.published()
    now = timezone.now()
    try:
        in_force = policies.in_force(now, among=published)
    except policies.NoPolicyInForce:
        raise Http404 from None
    wanted = request.GET.get("version") or in_force.version
    shown = next((version for version in published if version.version == wanted), None)
    if shown is None:
        raise Http404
    document = policies.parsed(shown)
    context = {
        "document": document,
        "body": mark_safe(document.page_html()),  # noqa: S308  # sanitised by the policy's own page
        "version": shown,
        "in_force": in_force,
        "published": published,
    }
    return render(request, "members/policy.html", context)
