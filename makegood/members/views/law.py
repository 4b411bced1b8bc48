"""A statute above the policy, to read: the text that decides where it is better for the customer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from makegood.accounts.countries import country_names
from makegood.refund_requests.models import StatuteVersion
from makegood.refund_requests.statutes import keeping
from makegood.refund_requests.statutes.in_use import in_use


@require_safe
def law(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """One version, whether it is switched on or not: decisions cite it for years."""
    if "\0" in version:
        raise Http404  # PostgreSQL has no text with this character
    statute = get_object_or_404(StatuteVersion.objects.defer("text"), name=name, version=version)
    document = keeping.read(statute)
    context = {
        "document": document,
        "statute": statute,
        "body": mark_safe(document.page_html()),  # noqa: S308  # sanitised by the policy's own page
        "countries": country_names(in_use().countries_of(statute)),
    }
    return render(request, "members/law.html", context)
