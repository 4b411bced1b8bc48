"""Where a person is signed in, and ending it there."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.recording import record

SEEN_EVERY = timedelta(minutes=5)
"""How exactly it is kept when a session was last used; a row at each page would cost more than it tells."""


def sessions_of(user: User, *, at: datetime) -> QuerySet[UserSession]:
    """Those that still work, the one seen last first."""
    working = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=at)
    rows: QuerySet[UserSession] = UserSession.objects.filter(Exists(working), user=user)
    return rows.order_by("-last_seen_at", "-pk")


def note_seen(user: User, session_key: str, *, address: str, user_agent: str, at: datetime) -> None:
    """Keep that the session was used now, and from where; a process writes it at most every `SEEN_EVERY`."""
    seconds = int(SEEN_EVERY.total_seconds())
    if not caches["process"].add(f"seen:{user.pk}:{session_key}", value=True, timeout=seconds):
        return
    length = UserSession._meta.get_field("user_agent").max_length
    seen = UserSession(
        session_key=session_key,
        user=user,
        ip=address,
        user_agent=user_agent[:length],
        created_at=at,
        last_seen_at=at,
    )
    UserSession.objects.bulk_create(
        [seen],
        update_conflicts=True,
        unique_fields=["session_key"],
        update_fields=["user", "ip", "user_agent", "last_seen_at"],
    )


def end_session(user: User, session_id: int, *, by: Actor, at: datetime) -> bool:
    """End one session of `user`; whether there was such a one."""
    return bool(_end(user, UserSession.objects.filter(pk=session_id), by=by, at=at))


def end_sessions(user: User, *, by: Actor, at: datetime, but: str | None = None) -> int:
    """End every session of `user`, `but` the one with this key; how many there were."""
    return _end(user, UserSession.objects.exclude(session_key=but or ""), by=by, at=at)


def _end(user: User, which: QuerySet[UserSession], *, by: Actor, at: datetime) -> int:
    with transaction.atomic():
        keys = list(which.filter(user=user).select_for_update().values_list("session_key", flat=True))
        if not keys:
            return 0
        Session.objects.filter(session_key__in=keys).delete()
        UserSession.objects.filter(session_key__in=keys).delete()
        record(Action.SESSIONS_ENDED, subject=user, by=by, at=at, sessions=len(keys))
    return len(keys)
