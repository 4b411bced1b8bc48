"""Inviting somebody new to the desk."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from makegood.accounts import inviting
from makegood.accounts.models import RoleChange
from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, confirmed, needs, see_other
from makegood.desk.forms.people import InviteForm
from makegood.desk.forms.writing import NothingToFillIn
from makegood.desk.people import people_seen_by
from makegood.desk.refusals import done
from makegood.desk.views.people import page
from makegood.desk.views.ticket import FROM_OTHERS, INVALID


@needs(Right.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed
def invite(request: StaffRequest) -> HttpResponse:
    """An account for somebody new, and a letter with a link to choose a password."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "desk/invite.html", {"form": form}, status=INVALID if form.is_bound else 200)
    at, told = timezone.now(), form.cleaned_data
    try:
        invited = done(
            form,
            lambda: inviting.invite(
                told["email"],
                name=told["name"],
                role=told["role"],
                limit=told["limit"],
                day_limit=told["day_limit"],
                by=request.user,
                at=at,
            ),
        )
    except inviting.HasAnAccount as refused:
        problem = {"text": str(refused), "url": reverse("desk:person", args=[refused.person.pk])}
        context = {"form": form, "problems": [problem]}
        return render(request, "desk/invite.html", context, status=FROM_OTHERS)
    if invited is None:
        return render(request, "desk/invite.html", {"form": form}, status=FROM_OTHERS)
    person, given = invited
    words = _("The invitation goes to {address}.").format(address=person.email)
    if isinstance(given, RoleChange):
        words += " " + _("Another owner has to agree to the role.")
    messages.success(request, words)
    return see_other(reverse("desk:person", args=[person.pk]))


@needs(Right.MANAGE_PEOPLE)
@require_POST
@confirmed
def again(request: StaffRequest, pk: int) -> HttpResponse:
    """Send somebody who has not come in yet another link."""
    person = get_object_or_404(people_seen_by(request.user), pk=pk)
    form = NothingToFillIn(request.POST)
    if done(form, lambda: inviting.invite_again(person, by=request.user, at=timezone.now())) is None:
        return page(request, pk, failed=form)
    messages.success(request, _("The invitation goes to {address}.").format(address=person.email))
    return see_other(reverse("desk:person", args=[pk]))
