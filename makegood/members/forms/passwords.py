"""Choosing a new password by the link in a letter."""

from __future__ import annotations

from allauth.account.forms import ResetPasswordKeyForm
from allauth.account.models import EmailAddress


class ChosenPasswordForm(ResetPasswordKeyForm):  # type: ignore[misc]  # allauth brings no types
    """Who came by the link reads the mail of that address, which proves it as well as a confirmation would.

    Members whom the shop brought have no proved address before; they would have to read two letters.
    """

    def save(self) -> None:
        """Keep the password, and the proof of an account that had none."""
        super().save()
        proved = EmailAddress.objects.filter(user=self.user, verified=True)
        if not proved.exists():
            EmailAddress.objects.update_or_create(
                user=self.user, email=self.user.email.lower(), defaults={"verified": True, "primary": True}
            )
