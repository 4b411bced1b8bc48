"""What signing in leaves behind, for the browsers of tests that skip it."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from makegood.accounts.models import User
from makegood.accounts.sessions import note_seen

ADDRESS = "127.0.0.1"


def came_in(client: Client, user: User) -> None:
    """The session of `client` is in the list of those of `user`."""
    note_seen(user, client.session.session_key or "", address=ADDRESS, user_agent="", at=timezone.now())
