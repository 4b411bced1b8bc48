"""What an export tells of the account itself: how one signs in, from where, and what was written to one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Q

from makegood.accounts.models import User
from makegood.accounts.sessions import sessions_of
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.notifications.models import Letter, Unsubscribed
from makegood.search.saving import views_of

NOT_TOLD = frozenset({Action.NOTE_WRITTEN})
"""Staff's notes among themselves."""


def told(member: User, *, at: datetime) -> Mapping[str, object]:
    """The parts of the export, by name."""
    return {
        "account": {
            "name": member.name,
            "email": member.email,
            "language": member.language,
            "time_zone": member.time_zone,
            "joined_at": member.joined_at,
            "has_password": member.has_usable_password(),
        },
        "addresses": list(
            EmailAddress.objects.filter(user=member).order_by("pk").values("email", "verified", "primary")
        ),
        "second_steps": [
            {
                "kind": each.type,
                "name": each.data.get("name", ""),  # of a passkey; the secrets stay here
                "added_at": each.created_at,
                "last_used_at": each.last_used_at,
            }
            for each in Authenticator.objects.filter(user=member).order_by("pk")
        ],
        "accounts_at_the_vendor": [
            {
                "number_there": each.uid,
                "told_by_the_vendor": each.extra_data,
                "connected_at": each.date_joined,
            }
            for each in SocialAccount.objects.filter(user=member).order_by("pk")
        ],
        "sessions": list(sessions_of(member, at=at).values("ip", "user_agent", "created_at", "last_seen_at")),
        "letters": list(
            Letter.objects.filter(recipient=member)
            .order_by("pk")
            .values(
                "to_email",
                "subject",
                "text",
                "written_at",
                "sent_at",
                "trouble",
                "trouble_status",
                "trouble_said",
                "trouble_at",
            )
        ),
        "saved_views": list(views_of(member).values("name", "query", "saved_at")),
        "letters_not_wanted": list(Unsubscribed.objects.filter(person=member).values("topic", "at")),
        "events": [_event(event, member) for event in _events_about(member)],
    }


def _events_about(member: User) -> list[Event]:
    """What the person did, and what happened to their account and their requests."""
    threads = member.refund_requests.values("reference")
    rows = Event.objects.filter(
        Q(subject_kind="user", subject_id=member.pk) | Q(thread__in=threads) | Q(actor_id=member.pk)
    )
    return list(rows.exclude(action__in=NOT_TOLD).order_by("pk"))


def _event(event: Event, member: User) -> Mapping[str, object]:
    """Without its details, which hold reasons that staff gave to one another."""
    by = "you" if event.actor_id == member.pk else {"staff": "our staff", "system": "our system"}
    return {
        "at": event.at,
        "what": event.action,
        "request": event.thread,
        "by": by if isinstance(by, str) else by.get(event.actor_kind, event.actor_kind),
    }
