"""Adding a passkey."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.urls import reverse


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]  # allauth brings no types
    """The browser is asked for one that signs in by itself, opened by a finger, a face or a PIN."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what the browser is asked for."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["js_data"] = {"creation_options": begin_registration(self.request.user, passwordless=True)}
        context.setdefault("form", kwargs.get("form") or self.get_form())
        return context

    def get_success_url(self) -> str:
        """The list of them; first the recovery codes when these were made."""
        made_codes = self.did_generate_recovery_codes
        return reverse("mfa_view_recovery_codes" if made_codes else "mfa_list_webauthn")


add_passkey = AddPasskey.as_view()
