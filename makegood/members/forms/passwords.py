"""Choosing a password: a first one, another one, and a new one by the link in a letter."""

from __future__ import annotations

from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm, SetPasswordForm
from allauth.account.models import EmailAddress
from allauth.core import context
from django.utils import timezone

from makegood.accounts.models import User
from makegood.accounts.sessions import end_sessions


def _end_other_sessions(user: User) -> None:
    """Whoever knew the old password may sit in one of them."""
    end_sessions(user, by=user, at=timezone.now(), but=context.request.session.session_key)


class ChangedPasswordForm(ChangePasswordForm):  # type: ignore[misc]  # allauth brings no types
    """Another password; it ends the other sessions."""

    def save(self) -> None:
        """Keep it."""
        super().save()
        _end_other_sessions(self.user)


class FirstPasswordForm(SetPasswordForm):  # type: ignore[misc]  # allauth brings no types
    """A password for who signed in without one until now; it ends the other sessions."""

    def save(self) -> None:
        """Keep it."""
        super().save()
        _end_other_sessions(self.user)


class ChosenPasswordForm(ResetPasswordKeyForm):  # type: ignore[misc]  # allauth brings no types
    """Who came by the link reads the mail of that address, which proves it as well as a confirmation would.

    Members whom the shop brought have no proved address before; they would have to read two letters.
    """

    def save(self) -> None:
        """Keep the password, and the proof of an account that had none; end every session."""
        super().save()
        end_sessions(self.user, by=self.user, at=timezone.now())
        proved = EmailAddress.objects.filter(user=self.user, verified=True)
        if not proved.exists():
            EmailAddress.objects.update_or_create(
                user=self.user, email=self.user.email.lower(), defaults={"verified": True, "primary": True}
            )
