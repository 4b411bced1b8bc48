"""The recovery codes, shown once."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator

from makegood.accounts.models import User


@method_decorator(login_required, name="dispatch")
@method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")
class ShowRecoveryCodes(ViewRecoveryCodesView):  # type: ignore[misc]  # allauth brings no types
    """Shown by a button: that they were is noted, and a page that is only opened must change nothing."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002  # as Django calls it
        """How many are left, and the button when nobody has seen them."""
        codes = _codes_of(request.user)
        context = {"left": len(codes.get_unused_codes()), "are_unseen": not codes.did_view}
        return render(request, "mfa/recovery_codes/index.html", context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The codes, this once."""
        if _codes_of(request.user).did_view:
            return self.get(request)
        answer: HttpResponse = super().get(request, *args, **kwargs)
        return answer


def _codes_of(user: Any) -> Any:
    kept = (
        isinstance(user, User)
        and Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    )
    if not kept:
        raise Http404
    return kept.wrap()


show_recovery_codes = ShowRecoveryCodes.as_view()
