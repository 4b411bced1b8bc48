"""Transfers: the refunds that wait for a batch, the batches, and what finance does with one."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from makegood.accounts.roles import Right
from makegood.audit.models import Event
from makegood.desk.access import StaffRequest, confirmed, needs, see_other
from makegood.desk.forms.transfers import GatherForm
from makegood.desk.forms.writing import NothingToFillIn
from makegood.desk.money_words import mark, words_of
from makegood.desk.moving_batches import BY_NAME, BatchStep, steps_for
from makegood.desk.pages import newest_page
from makegood.desk.refusals import done
from makegood.desk.ticket import events_with_names
from makegood.desk.transfer_words import (
    BATCH_MARKS,
    BATCH_STATES,
    TRANSFER_STATES,
    needs_words,
    shown,
)
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.refunds.connected import SEPA, missing_for, our_account
from makegood.refunds.models import TransferBatch
from makegood.refunds.states import State
from makegood.refunds.transfers import gathering, releasing
from makegood.refunds.transfers.releasing import OwnBatch
from makegood.refunds.transfers.states import BatchState, TransferState
from makegood.refunds.transfers.typed import masked, next_bank_day
from makegood.refunds.transfers.waiting import Needs, Waiting, refunds_waiting, with_what_they_need

SHOWN = 100
EVENTS_SHOWN = 25

Failed = tuple[BatchStep, Form]


@needs(Right.SEE_MONEY)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """What waits, the longest first, and the batches, the newest first."""
    return _index(request)


@needs(Right.MOVE_MONEY)
@require_POST
def gather(request: StaffRequest) -> HttpResponse:
    """Put the chosen refunds into a batch."""
    debtor = our_account(connections=settings)
    if debtor is None:
        raise Http404
    chosen = request.POST.getlist("chosen")
    form = GatherForm(request.POST, among=[int(key) for key in chosen if key.isascii() and key.isdigit()])
    if not form.is_valid():
        return _index(request, form=form, status=INVALID)
    batch = done(
        form,
        lambda: gathering.gather(
            form.cleaned_data["chosen"],
            execute_on=form.cleaned_data["execute_on"],
            debtor=debtor,
            today=timezone.localdate(),
            by=request.user,
            at=timezone.now(),
        ),
    )
    if batch is None:
        return _index(request, form=form, status=FROM_OTHERS)
    messages.success(request, _("Gathered. Somebody else has to release it now."))
    return see_other(reverse("desk:batch", args=[batch.pk]))


@needs(Right.SEE_MONEY)
@require_safe
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One batch with its transfers and its history."""
    return _page(request, _find(pk))


@needs(Right.MOVE_MONEY)
@require_POST
@confirmed
def release(request: StaffRequest, pk: int) -> HttpResponse:
    """Let its file out, as the second person."""
    batch, form = _find(pk), NothingToFillIn(request.POST)
    today, at = timezone.localdate(), timezone.now()
    if not done(form, lambda: releasing.release(batch, today=today, by=request.user, at=at)):
        return _page(request, _find(pk), form=form, status=FROM_OTHERS)
    messages.success(request, _("Released. Its file can be downloaded and handed to the bank."))
    return see_other(reverse("desk:batch", args=[pk]))


@needs(Right.MOVE_MONEY)
@require_POST
@confirmed
def download(request: StaffRequest, pk: int) -> HttpResponse:
    """The file for the bank; that it was downloaded is recorded first."""
    batch, form = _find(pk), NothingToFillIn(request.POST)
    file = done(form, lambda: releasing.download(batch, by=request.user, at=timezone.now()))
    if file is None:
        return _page(request, batch, form=form, status=FROM_OTHERS)
    answer = HttpResponse(file, content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{batch.message_id}.xml"'
    return answer


@needs(Right.MOVE_MONEY)
@require_POST
def move(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """One step of finance; `name` is one of `moving_batches.STEPS`."""
    batch, step = _find(pk), BY_NAME.get(name)
    if step is None:
        raise Http404
    form = step.form(request.POST, auto_id=f"{step.name}_%s")
    if not form.is_valid():
        return _page(request, batch, failed=(step, form), form=form, status=INVALID)
    at, said = timezone.now(), form.cleaned_data
    if not done(form, lambda: step.call(batch, said, request.user, at)):
        return _page(request, _find(pk), failed=(step, form), form=form, status=FROM_OTHERS)
    messages.success(request, str(step.done))
    return see_other(reverse("desk:batch", args=[pk]))


def _find(pk: int) -> TransferBatch:
    rows = TransferBatch.objects.defer("file").select_related("made_by", "released_by")
    return get_object_or_404(rows, pk=pk)


def _index(request: StaffRequest, *, form: GatherForm | None = None, status: int = 200) -> HttpResponse:
    waiting = refunds_waiting().select_related("payment__order__member")
    rows = with_what_they_need(waiting[: SHOWN + 1])
    batches = TransferBatch.objects.defer("file").select_related("made_by", "released_by")
    page = newest_page(batches, request.GET.get("before", ""))
    may_move = request.user.may(Right.MOVE_MONEY)
    is_connected = our_account(connections=settings) is not None
    chosen = None if form is None else set(request.POST.getlist("chosen"))
    shown_rows = [_row(each, chosen) for each in rows[:SHOWN]]
    if form is None:
        keys = [each.refund.pk for each in rows]
        form = GatherForm(initial={"execute_on": next_bank_day(timezone.localdate())}, among=keys)
    context = {
        "rows": shown_rows,
        "more": len(rows) > SHOWN,
        "ready": sum(row["is_ready"] is True for row in shown_rows),
        "batches": [_batch_row(batch) for batch in page.rows],
        "page": page,
        "form": form,
        "missing": missing_for(SEPA, connections=settings),
        "may_gather": may_move and is_connected and any(row["is_ready"] for row in shown_rows),
    }
    return render(request, "desk/transfers.html", context, status=status)


def _row(waiting: Waiting, chosen: set[str] | None) -> dict[str, object]:
    """`chosen` None: nothing was sent yet, and all that are ready are chosen."""
    return {
        "refund": waiting.refund,
        "destination": waiting.destination,
        "account": shown(waiting.destination) if waiting.destination else "",
        "needs": needs_words(waiting),
        "is_ready": waiting.needs is Needs.NOTHING,
        "is_chosen": chosen is None or str(waiting.refund.pk) in chosen,
    }


def _batch_row(batch: TransferBatch) -> dict[str, object]:
    state = BatchState(batch.state)
    return {"batch": batch, "words": BATCH_STATES[state], "mark": BATCH_MARKS.get(state, "")}


def _page(
    request: StaffRequest,
    batch: TransferBatch,
    *,
    failed: Failed | None = None,
    form: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    transfers = batch.transfers.select_related("refund", "destination").order_by("pk")
    rows = [
        {
            "transfer": each,
            "account": shown(each.destination),
            "words": words_of(each.refund),
            "mark": mark(each.refund.state),
            "left": TRANSFER_STATES[TransferState(each.state)],
        }
        for each in transfers
    ]
    under_way = any(
        each.state == TransferState.IN_BATCH and each.refund.state == State.SUCCEEDED for each in transfers
    )
    events = Event.objects.filter(subject_kind="transferbatch", subject_id=batch.pk)
    may_move = request.user.may(Right.MOVE_MONEY)
    is_out = batch.state not in {BatchState.GATHERED, BatchState.TAKEN_BACK}
    context = {
        **_batch_row(batch),
        "transfers": rows,
        "our_account": masked(batch.debtor_iban),
        "history": events_with_names(events.order_by("-id")[:EVENTS_SHOWN]),
        "steps": _forms(batch, failed, under_way=under_way) if may_move else [],
        "waits": batch.state == BatchState.GATHERED,
        "may_move": may_move,
        "why_not": str(OwnBatch()) if batch.made_by_id == request.user.pk else "",
        "has_file": is_out and TransferBatch.objects.filter(pk=batch.pk, file__isnull=False).exists(),
        "form": form,
    }
    return render(request, "desk/batch.html", context, status=status)


def _forms(batch: TransferBatch, failed: Failed | None, *, under_way: bool) -> list[tuple[BatchStep, Form]]:
    """The steps on offer, each with its form; the one that failed stays, with what was typed."""
    offered = steps_for(batch, under_way=under_way)
    if failed and failed[0] not in offered:
        offered.insert(0, failed[0])
    filled = {"executed_on": min(batch.execute_on, timezone.localdate())}
    return [
        (
            step,
            failed[1]
            if failed and failed[0] is step
            else step.form(auto_id=f"{step.name}_%s", initial=filled),
        )
        for step in offered
    ]
