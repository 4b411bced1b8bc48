"""Reports: what the desk did in some days, its tables as files, and each person's own week."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, desk_zone, needs
from makegood.desk.forms.reports import SHORT, PeriodForm
from makegood.desk.report_words import period_words
from makegood.desk.reports import report_on
from makegood.reports.counted import Counted
from makegood.reports.downloading import note_download
from makegood.reports.periods import last_days
from makegood.reports.reading import own_numbers
from makegood.sheets import lines

OK, INVALID = 200, 422


@needs(Right.SEE_REPORTS)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """`?period=` so many days, a month as 2026-11, or `own` with `?first=` and `?last=`."""
    at, zone = timezone.now(), desk_zone()
    form = PeriodForm(request.GET or {"period": str(SHORT)}, today=timezone.localdate(at))
    if not form.is_valid():
        return render(request, "desk/reports.html", {"form": form}, status=INVALID)
    report = report_on(form.chosen(), at=at, zone=zone)
    context = {
        "form": form,
        "report": report,
        "zone": zone,
        "period_words": period_words(report.period),
        "before_words": period_words(report.before),
    }
    return render(request, "desk/reports.html", context)


@needs(Right.SEE_REPORTS)
@require_POST
def download(request: StaffRequest, table: str) -> HttpResponse:
    """One table as a CSV file; that it was downloaded is recorded first."""
    at = timezone.now()
    form = PeriodForm(request.POST, today=timezone.localdate(at))
    if not form.is_valid():
        return render(request, "desk/reports.html", {"form": form}, status=INVALID)
    report = report_on(form.chosen(), at=at, zone=desk_zone())
    found = report.table(table)
    if found is None:
        raise Http404
    note_download(table, period=report.period, by=request.user, at=at)
    answer = HttpResponse(lines(found.header_of_file, found.rows), content_type="text/csv; charset=utf-8")
    name = f"{table}-{report.period.first.isoformat()}-{report.period.last.isoformat()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@needs(Right.EXAMINE)
@require_safe
def own(request: StaffRequest) -> HttpResponse:
    """What the person did in the last week; nobody else sees it."""
    zone = desk_zone()
    period = last_days(SHORT, today=timezone.localdate())
    numbers = own_numbers(request.user.pk, period, zone=zone)
    context = {
        "taken": numbers[Counted.TAKEN_BY],
        "decided": numbers[Counted.DECIDED_BY],
        "in_time": numbers[Counted.WROTE_IN_TIME_BY],
        "late": numbers[Counted.WROTE_LATE_BY],
        "period_words": period_words(period),
    }
    return render(request, "desk/own_week.html", context)
