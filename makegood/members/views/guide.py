"""How to make a screenshot."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def screenshot_guide(request: HttpRequest) -> HttpResponse:
    """The guide, system by system."""
    return render(request, "members/screenshot_guide.html")
