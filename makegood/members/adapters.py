"""What django-allauth asks us: where somebody comes from, how passkeys name us, whom a provider signs in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.accounts.models import User
from makegood.accounts.proving import prove_address
from makegood.notifications.addressing import speaking_to

NOWHERE = "0.0.0.0"  # noqa: S104  # no address to listen on: what stands for an unknown one


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth brings no types
    """Accounts of e-mail and password."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address of the browser; behind a socket of the machine itself there is none."""
        return get_client_ip(request) or NOWHERE

    def post_login(self, request: HttpRequest, user: User, **about: Any) -> HttpResponse:
        """Greet the person in their own language: it is read on the next page, which already speaks it."""
        with speaking_to(user):
            greeted: HttpResponse = super().post_login(request, user, **about)
        return greeted

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the person in their language that signing in has changed, and what to do about it."""
        link = settings.MAKEGOOD_SITE_URL + reverse("account_reset_password")
        with speaking_to(user):
            super().send_notification_mail(template_prefix, user, {"link": link, **(context or {})}, email)


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth brings no types
    """Codes of an app and passkeys, by the name and the address of the vendor."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "This code is not right, or it was used already. Please wait for the next one."
        ),
        "unverified_email": gettext_lazy(
            "Please confirm your e-mail address first, by the link in our letter."
        ),
    }

    def get_totp_issuer(self) -> str:
        """What the app writes above the code."""
        return settings.MAKEGOOD_VENDOR

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """To whom a passkey belongs: the host of the installation, whatever name it was asked by.

        A demo is also asked as localhost; browsers make no passkeys for 127.0.0.1.
        """
        asked = context.request.get_host().partition(":")[0]
        host = asked if settings.DEMO else urlsplit(settings.MAKEGOOD_SITE_URL).hostname
        return {"id": host or asked, "name": settings.MAKEGOOD_VENDOR}

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002, ARG002  # allauth's name
        """For a passkey that the person gave no name."""
        return _("My passkey")


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth brings no types
    """Accounts at the vendor's own provider (OpenID Connect)."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "no_password": gettext_lazy(
            "Please choose a password first; without one you could not sign in any more."
        ),
        "no_verified_email": gettext_lazy("Please confirm your e-mail address first."),
    }

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:  # noqa: ARG002  # allauth's signature
        """Name and address as the provider tells them; proved only if it says so in so many words."""
        user: User = sociallogin.user
        told = data.get("name") or f"{data.get('first_name') or ''} {data.get('last_name') or ''}"
        user.name = str(told).strip().replace("\0", "")[:120]
        user.time_zone = settings.MAKEGOOD_DESK_ZONE
        for address in sociallogin.email_addresses:
            address.verified = _is_proved(sociallogin, address.email)
            user.email = address.email
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Who is found by the address that the provider has proved needs no letter to prove it again.

        Staff neither come in nor connect, however long their account has been connected.
        """
        connects = sociallogin.state.get("process") == AuthProcess.CONNECT
        if (sociallogin.is_existing and sociallogin.user.is_staff) or (connects and _is_staff(request)):
            page = "socialaccount/authentication_error.html"
            refusal = render(request, page, {"is_staff": True}, status=HTTPStatus.FORBIDDEN)
            raise ImmediateHttpResponse(refusal)
        is_found_by_address = sociallogin.is_existing and sociallogin.account.pk is None
        if is_found_by_address and _is_proved(sociallogin, sociallogin.user.email):
            with transaction.atomic():
                prove_address(sociallogin.user, at=timezone.now())

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Whether who has proved `email` to the provider is the person with this address here.

        Never for staff: who may move money is not for the sign-in of another system to say.
        """
        is_staff = User.objects.filter(email__iexact=email, staff_roles__isnull=False).exists()
        return _is_proved(login, email) and not is_staff


def _is_staff(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_staff


def _is_proved(login: SocialLogin, email: str) -> bool:
    """By a plain `true`: some providers send the text “false”, which a program takes for true."""
    told = login.account.extra_data
    claims = told.get("userinfo") or told.get("id_token") or {}
    return (
        claims.get("email_verified") is True and str(claims.get("email", "")).casefold() == email.casefold()
    )
