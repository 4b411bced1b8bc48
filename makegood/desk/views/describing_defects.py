"""Changing what is written down about a defect: steps, versions, and its issue in the tracker."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from makegood.accounts.roles import Right
from makegood.defects.describing import DescribedMeanwhile, DueInThePast, describe
from makegood.defects.models import Defect
from makegood.desk.access import StaffRequest, needs, see_other
from makegood.desk.forms.defects import DescriptionForm
from makegood.desk.views.ticket import FROM_OTHERS, INVALID


@needs(Right.EXAMINE, Right.GIVE_VERDICT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """The form with what is written; a POST saves it, unless it was changed since the page was opened."""
    defect = _find(pk)
    if request.method != "POST":
        written = {name: getattr(defect, name) for name in DescriptionForm.base_fields}
        return _page(request, defect, DescriptionForm(initial=written))
    form = DescriptionForm(request.POST)
    if not form.is_valid():
        return _page(request, defect, form, status=INVALID)
    said = form.cleaned_data
    try:
        describe(
            defect,
            steps=said["steps"],
            occurs_in=said["occurs_in"],
            tracker_url=said["tracker_url"],
            fix_due_on=said["fix_due_on"],
            today=timezone.localdate(),
            seen=said["revision"] or 0,
            by=request.user,
            at=timezone.now(),
        )
    except DueInThePast as refused:
        form.add_error("fix_due_on", str(refused))
        return _page(request, defect, form, status=INVALID)
    except DescribedMeanwhile as meanwhile:
        now = _find(pk)
        return _page(request, now, form.once_compared(now.revision, str(meanwhile)), status=FROM_OTHERS)
    messages.success(request, _("The description is saved."))
    return see_other(reverse("desk:defect", args=[pk]))


def _find(pk: int) -> Defect:
    return get_object_or_404(Defect.objects.select_related("product"), pk=pk)


def _page(request: StaffRequest, defect: Defect, form: DescriptionForm, *, status: int = 200) -> HttpResponse:
    context = {"defect": defect, "form": form, "was_changed": status == FROM_OTHERS}
    return render(request, "desk/describe_defect.html", context, status=status)
