"""How to make a screenshot: a page of its own, or beside the form."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from makegood.members.access import is_from_script
from makegood.members.systems import System, system_of

NAMES = {
    System.WINDOWS: "Windows",
    System.MACOS: "macOS",
    System.LINUX: "Linux",
    System.ANDROID: "Android",
    System.IOS: "iPhone, iPad",
}
COMES_FROM = {"members:form_step", "members:ticket"}


@dataclass(frozen=True)
class Explained:
    """A system as the guide shows it; `template` holds its steps."""

    anchor: str
    name: str
    template: str
    is_open: bool


@require_safe
def screenshot_guide(request: HttpRequest) -> HttpResponse:
    """The guide, the reader's own system first and open; a script gets its body, for beside the form."""
    own = system_of(request.headers)
    explained = [
        Explained(system, NAMES[system], f"members/guide/{system}.html", is_open=system is own)
        for system in sorted(System, key=lambda system: system is not own)
    ]
    template = "members/guide/body.html" if is_from_script(request) else "members/screenshot_guide.html"
    page = render(request, template, {"systems": explained, "back_url": _back_url(request)})
    patch_vary_headers(page, ["User-Agent", "Sec-CH-UA-Platform", "HX-Request"])
    return page


def _back_url(request: HttpRequest) -> str:
    """The page that the reader came from, if it is one with a form for pictures; else an empty string."""
    came_from = request.GET.get("back", "")
    if urlsplit(came_from).path != came_from:
        return ""
    try:
        return came_from if resolve(came_from).view_name in COMES_FROM else ""
    except Resolver404:
        return ""
