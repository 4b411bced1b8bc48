"""The language and the time zone in which we speak to a person."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.members.access import MemberRequest, members_only, see_other
from makegood.members.forms.preferences import LanguageAndZoneForm
from makegood.members.views.language import keep_in_browser
from makegood.notifications.addressing import speaking_to


@members_only("GET", "POST")
def language_and_zone(request: MemberRequest) -> HttpResponse:
    """Choose both; the browser's own zone is proposed beside the field, never set silently."""
    form = LanguageAndZoneForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        member = form.save()
        answer = see_other(reverse("members:account"))
        keep_in_browser(answer, member.language)
        with speaking_to(member):
            messages.success(request, _("Your language and time zone are saved."))
        return answer
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "members/account/language.html", {"form": form}, status=status)
