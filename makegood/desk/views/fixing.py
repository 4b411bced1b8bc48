"""“Fixed in a version”: the letters that ask to try it are read first, and go only as they were read."""

from __future__ import annotations

from datetime import datetime

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
from makegood.desk.forms.defects import ReadFixForm
from makegood.desk.refusals import done
from makegood.desk.views.defects import after_verdict
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.notifications.previewing import Preview, digest_of, letters_if_fixed
from makegood.queue import promises


@needs(Right.GIVE_VERDICT)
@require_http_methods(["GET", "HEAD", "POST"])
def fix(request: StaffRequest, pk: int) -> HttpResponse:
    """Every letter as it will read with `?fixed_in=`; a POST that names them gives the verdict."""
    defect, at = get_object_or_404(Defect.objects.select_related("product"), pk=pk), timezone.now()
    form = ReadFixForm(request.GET if request.method != "POST" else request.POST)
    if not form.is_valid():
        return _page(request, defect, form, at, status=INVALID)
    if request.method != "POST":
        return _page(request, defect, form, at)
    with transaction.atomic():
        # Nobody links another request to it while it is locked.
        current, version = locked(defect), form.cleaned_data["fixed_in"]
        if form.cleaned_data["seen"] != digest_of(current, _letters(current, version, at)):
            words = _("The letters have changed since this page was opened. Please read them again.")
            form.add_error(None, words)
        else:
            done(form, lambda: transitions.fix(current, fixed_in=version, by=request.user, at=at))
    if form.errors:
        return _page(request, current, form, at, status=FROM_OTHERS)
    return after_verdict(request, defect)


def _letters(defect: Defect, version: str, at: datetime) -> list[Preview]:
    return letters_if_fixed(defect, version=version, until=promises.try_until(at))


def _page(
    request: StaffRequest, defect: Defect, form: ReadFixForm, at: datetime, *, status: int = 200
) -> HttpResponse:
    version = form.cleaned_data.get("fixed_in", "")
    letters = _letters(defect, version, at) if version else []
    context = {
        "defect": defect,
        "form": form,
        "version": version,
        "until": promises.try_until(at),
        "letters": letters,
        "seen": digest_of(defect, letters),
        "standing": state_words(defect.state),
        "may_fix": State.FIXED in MOVES[State(defect.state)],
    }
    return render(request, "desk/fix_defect.html", context, status=status)
