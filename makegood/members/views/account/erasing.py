"""Erasing one's own account."""

from __future__ import annotations

from http import HTTPStatus

from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from makegood.members.access import MemberRequest, members_only
from makegood.members.forms.accounts import EraseForm
from makegood.privacy.erasing import CannotErase, erase, refuse_if_not_now


@members_only("GET", "POST")
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth brings no types
def erase_account(request: MemberRequest) -> HttpResponse:
    """Say what goes and what stays, and do it once the address is typed."""
    form = EraseForm(request.POST or None, address=request.user.email)
    try:
        refuse_if_not_now(request.user)
        if request.method != "POST" or not form.is_valid():
            status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
            return render(request, "members/account/erase.html", {"form": form}, status=status)
        erase(request.user, at=timezone.now())
    except CannotErase as refused:
        context = {"problems": [str(refused)], "references": getattr(refused, "references", [])}
        return render(request, "members/account/erase_refused.html", context, status=HTTPStatus.CONFLICT)
    logout(request)
    return render(request, "members/account/erased.html")
