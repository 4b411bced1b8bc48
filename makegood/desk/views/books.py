"""Books: how our ledger and the reports of providers agree, credit notes, and what accounting is given."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from makegood.accounts.roles import Right
from makegood.audit.models import Event
from makegood.books import settling
from makegood.books.credit_notes.queries import found_by, pdf_of_note
from makegood.books.exporting import Days, Table, export, note_export
from makegood.books.models import CreditNote, Difference, DifferenceState, Match, MatchedSum
from makegood.books.queries import newest_matches, open_differences
from makegood.books.taking_in import take_in_file
from makegood.books.words import account_in_words, what_is_wrong, what_to_do
from makegood.desk.access import StaffRequest, desk_zone, needs, see_other
from makegood.desk.forms.books import ExportForm, NoteForm, TakeInForm
from makegood.desk.provider_words import name_in_words
from makegood.desk.refusals import done
from makegood.desk.ticket import events_with_names
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.money import Money
from makegood.printing.making import NotPrinted
from makegood.refunds import ledger

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

SHOWN = 25


@dataclass(frozen=True)
class Row:
    """A difference in words."""

    difference: Difference
    called: str
    wrong: str
    to_do: str


@dataclass(frozen=True)
class MatchRow:
    """The newest match of a provider, `called` so by people, with its sums by currency."""

    called: str
    match: Match
    sums: list[MatchedSum]


@needs(Right.SEE_MONEY)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """Everything at a glance; `?find=` looks for a credit note by its number, request or order."""
    return _page(request)


@needs(Right.MOVE_MONEY)
@require_POST
def take_in(request: StaffRequest) -> HttpResponse:
    """Take in a report that the provider gave for download."""
    form = TakeInForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, take_in=form, status=INVALID)
    told, at = form.cleaned_data, timezone.now()
    made = done(
        form,
        lambda: take_in_file(
            told["provider"],
            told["file"].read(),
            name=told["file"].name,
            first=told["first"],
            last=told["last"],
            zone=desk_zone(),
            by=request.user,
            at=at,
        ),
    )
    if made is None:
        return _page(request, take_in=form, status=INVALID)
    messages.success(request, _("The report is taken in and matched."))
    return see_other(reverse("desk:books"))


@needs(Right.SEE_MONEY)
@require_http_methods(["GET", "HEAD", "POST"])
def difference(request: StaffRequest, pk: int) -> HttpResponse:
    """One difference with what both sides say; finance settles it with a note, or opens it again."""
    found = get_object_or_404(_with_all(), pk=pk)
    may_settle = request.user.may(Right.MOVE_MONEY)
    if request.method != "POST":
        return _difference_page(request, found, NoteForm() if may_settle else None)
    if not may_settle:
        raise Http404
    form, at = NoteForm(request.POST), timezone.now()
    if not form.is_valid():
        return _difference_page(request, found, form, status=INVALID)
    act = settling.settle if request.POST.get("do") == "settle" else settling.reopen
    note = form.cleaned_data["note"]
    if done(form, lambda: act(found, note=note, by=request.user, at=at)) is None:
        return _difference_page(request, get_object_or_404(_with_all(), pk=pk), form, status=FROM_OTHERS)
    is_settled = act is settling.settle
    messages.success(request, _("It is settled.") if is_settled else _("It is open again."))
    return see_other(reverse("desk:books"))


@needs(Right.SEE_MONEY)
@require_safe
def credit_note(request: StaffRequest, name: str) -> HttpResponse:
    """A credit note as a PDF, in the language in which it was issued."""
    note = get_object_or_404(CreditNote, name=name)
    try:
        pdf = pdf_of_note(note, zone=desk_zone())
    except NotPrinted as failed:
        log.error("pdf_not_made", credit_note=note.pk, why=failed.why)
        messages.error(request, _("The PDF could not be made just now. Please try again in a while."))
        return see_other(reverse("desk:books"))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{note.name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@needs(Right.SEE_MONEY)
@require_POST
def download(request: StaffRequest) -> HttpResponseBase:
    """A table of some days as CSV; that it was taken out is recorded first."""
    at = timezone.now()
    form = ExportForm(request.POST, today=timezone.localdate(at))
    if not form.is_valid():
        return _page(request, export=form, status=INVALID)
    told = form.cleaned_data
    table, days = Table(told["table"]), Days(told["first"], told["last"], desk_zone())
    note_export(table, days, by=request.user, at=at)
    response = StreamingHttpResponse(export(table, days), content_type="text/csv; charset=utf-8")
    name = f"{table.value}-{days.first.isoformat()}-{days.last.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(
    request: StaffRequest,
    *,
    take_in: TakeInForm | None = None,
    export: ExportForm | None = None,
    status: int = 200,
) -> HttpResponse:
    find = request.GET.get("find", "").strip()
    rows = list(open_differences().select_related("report")[: SHOWN + 1])
    context = {
        "rows": [_row(each) for each in rows[:SHOWN]],
        "more": len(rows) > SHOWN,
        "headline": _headline(len(rows)),
        "matches": [
            MatchRow(name_in_words(match.report.provider), match, list(match.sums.all()))
            for match in newest_matches()
        ],
        "balances": _balances(),
        "notes": found_by(find)[:SHOWN],
        "find": find,
        "may_take_in": request.user.may(Right.MOVE_MONEY),
        "take_in": take_in or TakeInForm(),
        "export": export or ExportForm(today=timezone.localdate()),
        "form": take_in or export,
    }
    return render(request, "desk/books.html", context, status=status)


def _balances() -> list[tuple[str, Money]]:
    return [(account_in_words(name, called=name_in_words), amount) for name, amount in ledger.balances()]


def _headline(count: int) -> str:
    if not count:
        return _("Books")
    if count > SHOWN:
        return _("More than {n} differences are open").format(n=SHOWN)
    return ngettext("{n} difference is open", "{n} differences are open", count).format(n=count)


def _row(each: Difference) -> Row:
    return Row(each, name_in_words(each.provider), what_is_wrong(each), what_to_do(each))


def _with_all() -> QuerySet[Difference]:
    return Difference.objects.select_related("report", "refund", "external_refund", "settled_by")


def _difference_page(
    request: StaffRequest, found: Difference, form: Form | None, *, status: int = 200
) -> HttpResponse:
    events = Event.objects.filter(subject_kind="difference", subject_id=found.pk).order_by("-id")[:SHOWN]
    context = {
        "row": _row(found),
        "difference": found,
        "is_open": found.state == DifferenceState.OPEN,
        "is_settled": found.state == DifferenceState.SETTLED,
        "form": form,
        "history": events_with_names(events),
    }
    return render(request, "desk/difference.html", context, status=status)
