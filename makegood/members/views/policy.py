"""The refund policy, as published: the page that customers read is the document that decides."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from makegood.accounts.models import User
from makegood.members.words import about_language
from makegood.notifications.addressing import speaking_to
from makegood.policy.languages.known import LANGUAGES
from makegood.refund_requests import policies
from makegood.refund_requests.models import PolicyVersion
from makegood.refund_requests.statutes import keeping
from makegood.refund_requests.statutes.in_use import in_use


@dataclass(frozen=True)
class Language:
    """A language the version can be read in; `code` by ISO 639, `name` in itself."""

    code: str
    name: str
    url: str
    is_shown: bool


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The version in force or `?version=`, in the language of the reader or `?language=`."""
    with _spoken(request):
        return _page(request)


def _spoken(request: HttpRequest) -> AbstractContextManager[None]:
    """In the member's language and time zone; in the usual ones for who has not signed in."""
    return speaking_to(request.user) if isinstance(request.user, User) else nullcontext()


def _page(request: HttpRequest) -> HttpResponse:
    published = policies.published()
    now = timezone.now()
    try:
        in_force = policies.in_force(now, among=published)
    except policies.NoPolicyInForce:
        raise Http404 from None
    wanted = request.GET.get("version") or in_force.version
    shown = next((version for version in published if version.version == wanted), None)
    asked_for = request.GET.get("language", "")
    if shown is None or (asked_for and asked_for not in policies.languages_of(shown)):
        raise Http404
    document = policies.worded(shown, asked_for or get_language() or "")
    context = {
        "document": document,
        "body": mark_safe(document.page_html()),  # noqa: S308  # sanitised by the policy's own page
        "version": shown,
        "in_force": in_force,
        "published": published,
        "statutes": [(each, keeping.read(each).title) for each in in_use(published).statutes()],
        "languages": _languages(shown, document.front.language),
        "about_language": _about_language(shown, document.front.language, asked_for),
    }
    return render(request, "members/policy.html", context)


def _languages(version: PolicyVersion, shown: str) -> Sequence[Language]:
    return [
        Language(code, LANGUAGES[code].name, _url(version, code), code == shown)
        for code in policies.languages_of(version)
    ]


def _url(version: PolicyVersion, language: str) -> str:
    return f"{reverse('members:policy')}?{urlencode({'version': version.version, 'language': language})}"


def _about_language(version: PolicyVersion, shown: str, asked_for: str) -> str:
    """That it is a translation, or that there is none in the language of the reader; else nothing."""
    own = LANGUAGES[policies.parsed(version).front.language]
    if shown == own.code:
        return "" if asked_for else about_language(version)
    return _(
        "This is a translation. Its rules are the same, checked one by one; where words differ, the text in "
        "{language} counts."
    ).format(language=own.name)
