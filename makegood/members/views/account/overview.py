"""Your account: one page of what there is, and the page of the name."""

from __future__ import annotations

from http import HTTPStatus
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.accounts.sessions import sessions_of
from makegood.accounts.templatetags.said import zone_in_words
from makegood.members.access import MemberRequest, members_only, see_other
from makegood.members.forms.accounts import NameForm


@members_only("GET")
def account(request: MemberRequest) -> HttpResponse:
    """Everything about the account, each thing with the page that changes it."""
    member = request.user
    kinds = list(Authenticator.objects.filter(user=member).values_list("type", flat=True))
    waiting = EmailAddress.objects.filter(user=member, verified=False).exclude(email__iexact=member.email)
    return render(
        request,
        "members/account/account.html",
        {
            "address_to_confirm": waiting.values_list("email", flat=True).first(),
            "has_password": member.has_usable_password(),
            "has_app": Authenticator.Type.TOTP in kinds,
            "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
            "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
            # This one is counted even where it is noted only after this page.
            "sessions": max(1, sessions_of(member, at=timezone.now()).count()),
            "speaks": get_language_info(member.language)["name_local"] if member.language else "",
            "zone": _zone(member),
            "provider": settings.MAKEGOOD_OIDC_NAME,
            "is_connected": SocialAccount.objects.filter(user=member).exists(),
            "is_staff": member.is_staff,
        },
    )


def _zone(member: User) -> str:
    """The zone in words; as it is written when there is none of that name."""
    try:
        return zone_in_words(ZoneInfo(member.time_zone))
    except (ValueError, LookupError, OSError):
        return member.time_zone


@members_only("GET", "POST")
def change_name(request: MemberRequest) -> HttpResponse:
    """The name by which letters greet."""
    form = NameForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your name is changed."))
        return see_other(reverse("members:account"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "members/account/name.html", {"form": form}, status=status)
