"""Where you are signed in, and signing out there."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.accounts.devices import device_in_words
from makegood.accounts.sessions import end_session, end_sessions, sessions_of
from makegood.members.access import MemberRequest, members_only, see_other
from makegood.members.adapters import NOWHERE

SHOWN = 50


def _back(**_named: object) -> str:
    return reverse("members:sessions")


@members_only("GET")
def sessions(request: MemberRequest) -> HttpResponse:
    """Each device with its address and when it was last used; this one first."""
    key = request.session.session_key
    rows = [
        {
            "id": row.pk,
            "device": device_in_words(row.user_agent),
            "address": "" if row.ip == NOWHERE else row.ip,
            "signed_in_at": row.created_at,
            "last_seen_at": row.last_seen_at,
            "is_this": row.session_key == key,
        }
        for row in sessions_of(request.user, at=timezone.now())[:SHOWN]
    ]
    rows.sort(key=lambda row: not row["is_this"])
    return render(request, "members/account/sessions.html", {"sessions": rows})


@members_only("POST", back=_back)
def end(request: MemberRequest, session: int) -> HttpResponse:
    """Sign out on one device."""
    if not end_session(request.user, session, by=request.user, at=timezone.now()):
        raise Http404
    messages.success(request, _("You are signed out there."))
    return see_other(_back())


@members_only("POST", back=_back)
def end_others(request: MemberRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    ended = end_sessions(request.user, by=request.user, at=timezone.now(), but=request.session.session_key)
    said = ngettext(
        "You are signed out on one other device.", "You are signed out on {count} other devices.", ended
    ).format(count=ended)
    messages.success(request, said if ended else _("You were signed in here only."))
    return see_other(_back())
