"""“Cannot be fixed”: the letters that this sends are read first, and go only as they were read."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from makegood.accounts.roles import Right
from makegood.audit.moving import locked
from makegood.defects import transitions
from makegood.defects.models import Defect
from makegood.defects.states import MOVES, State
from makegood.desk.access import StaffRequest, needs
from makegood.desk.defect_words import state_words
from makegood.desk.refusals import done
from makegood.desk.views.defects import after_verdict
from makegood.desk.views.ticket import FROM_OTHERS
from makegood.notifications.previewing import Preview, digest_of, letters_if_given_up
from makegood.queue import promises


class SeenForm(forms.Form):
    """`seen` names the letters that were on the page."""

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


@needs(Right.GIVE_VERDICT)
@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: StaffRequest, pk: int) -> HttpResponse:
    """Every letter as it will read; a POST that names them gives the verdict, which sends them."""
    defect, at = get_object_or_404(Defect.objects.select_related("product"), pk=pk), timezone.now()
    if request.method != "POST":
        return _page(request, defect, SeenForm(), _letters(defect, at))
    form = SeenForm(request.POST)
    with transaction.atomic():
        # Nobody links another request to it while it is locked.
        current = locked(defect)
        letters = _letters(current, at)
        if not form.is_valid() or form.cleaned_data["seen"] != digest_of(current, letters):
            words = _("The letters have changed since this page was opened. Please read them again.")
            form.add_error(None, words)
        else:
            done(form, lambda: transitions.give_up(current, by=request.user, at=at))
    if form.errors:
        return _page(request, current, form, letters, status=FROM_OTHERS)
    return after_verdict(request, defect)


def _letters(defect: Defect, at: datetime) -> list[Preview]:
    return letters_if_given_up(defect, next_update=promises.due_at(at))


def _page(
    request: StaffRequest, defect: Defect, form: SeenForm, letters: list[Preview], *, status: int = 200
) -> HttpResponse:
    context = {
        "defect": defect,
        "form": form,
        "letters": letters,
        "seen": digest_of(defect, letters),
        "standing": state_words(defect.state),
        "may_give_up": State.CANNOT_BE_FIXED in MOVES[State(defect.state)],
    }
    return render(request, "desk/give_up_defect.html", context, status=status)
