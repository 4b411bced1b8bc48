"""An address that somebody we trust has proved for us: the shop, or its provider of accounts."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress

from makegood.accounts.models import User
from makegood.accounts.sessions import end_sessions


def prove_address(user: User, *, at: datetime) -> None:
    """The address of `user` is theirs; call inside a transaction.

    Where nobody had proved it before, somebody else may have made the account and wait for its owner to walk
    in: the password that was chosen then goes, and so do its sessions.
    """
    if EmailAddress.objects.filter(user=user, verified=True).exists():
        return
    if user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])
        end_sessions(user, by=user, at=at)
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
    )
