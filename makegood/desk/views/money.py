"""Money: the refunds, those in trouble first, and what finance can do with one."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from makegood.accounts.roles import Right
from makegood.audit.models import Event
from makegood.desk import money_words
from makegood.desk.access import StaffRequest, confirmed_if, needs, see_other
from makegood.desk.bank_letters import ready_letters
from makegood.desk.forms.writing import NothingToFillIn
from makegood.desk.money_step import Step
from makegood.desk.moving_money import BY_NAME, RELEASING, steps_for
from makegood.desk.pages import newest_page
from makegood.desk.refusals import done
from makegood.desk.ticket import events_with_names
from makegood.desk.transfer_words import Bank, bank_of
from makegood.desk.trouble import refunds_in_trouble
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.refunds import external
from makegood.refunds.models import (
    Attempt,
    AttemptAnswer,
    Breaker,
    BreakerState,
    Dispute,
    ExternalRefund,
    LedgerEntry,
    Refund,
)
from makegood.refunds.models.dispute import UNDECIDED
from makegood.refunds.states import State

SHOWN = 25


@needs(Right.SEE_MONEY)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """What waits for a person, what is unknown, and all refunds; `?state=` shows one state alone."""
    state = request.GET.get("state", "")
    rows = Refund.objects.select_related("payment__order")
    if state in set(State):
        rows = rows.filter(state=state)
    page = newest_page(rows, request.GET.get("before", ""))
    first = not state and not request.GET.get("before")
    trouble = list(refunds_in_trouble(timezone.now())[: SHOWN + 1]) if first else []
    context = {
        "trouble": [money_words.money_row(refund) for refund in trouble[:SHOWN]],
        "more_trouble": len(trouble) > SHOWN,
        "outside": _made_outside()[:SHOWN] if first else [],
        "may_confirm": request.user.may(Right.MOVE_MONEY),
        "rows": [money_words.money_row(refund) for refund in page.rows],
        "page": page,
        "state": state,
        "states": [(value.value, label) for value, label in money_words.STATES.items()],
        "first": first,
        "stopped": Breaker.objects.filter(state=BreakerState.OPEN).order_by("provider") if first else [],
        "undecided": Dispute.objects.filter(state__in=UNDECIDED).count() if first else 0,
    }
    return render(request, "desk/money.html", context)


@needs(Right.SEE_MONEY)
@require_safe
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One refund with all that is known of it."""
    return _page(request, pk)


def _releases(request: HttpRequest) -> bool:
    return request.path.rstrip("/").rpartition("/")[2] in RELEASING


@needs(Right.MOVE_MONEY)
@require_POST
@confirmed_if(_releases)
def move(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """One step of finance; `name` is one of `moving_money.STEPS`."""
    refund, step = _find(pk), BY_NAME.get(name)
    if step is None:
        raise Http404
    form = step.form(request.POST, auto_id=f"{step.name}_%s")
    if not form.is_valid():
        return _page(request, pk, failed=(step, form), status=INVALID)
    at, said = timezone.now(), form.cleaned_data
    if not done(form, lambda: step.call(refund, said, request.user, at)):
        return _page(request, pk, failed=(step, form), status=FROM_OTHERS)
    messages.success(request, str(step.done))
    return see_other(reverse("desk:refund", args=[pk]))


def _find(pk: int) -> Refund:
    rows = Refund.objects.select_related("payment__order__member", "drafted_by", "approved_by", "replaces")
    return get_object_or_404(rows, pk=pk)


def _page(
    request: StaffRequest, pk: int, *, failed: tuple[Step, Form] | None = None, status: int = 200
) -> HttpResponse:
    refund = _find(pk)
    bank = bank_of(refund)
    entries = LedgerEntry.objects.filter(transaction__refund=refund).select_related("transaction")
    events = Event.objects.filter(subject_kind="refund", subject_id=pk).order_by("-id")[:SHOWN]
    context = {
        **money_words.money_row(refund),
        "payment": refund.payment,
        "order": refund.payment.order,
        "attempts": [(attempt, _answers(attempt)) for attempt in _attempts(refund)],
        "entries": money_words.entries_in_words(entries.order_by("transaction_id", "id")),
        "letters": ready_letters(refund, at=timezone.now()),
        "disputes": refund.payment.disputes.order_by("pk"),
        "history": events_with_names(events),
        "bank": bank,
        "steps": _forms(request, refund, bank, failed),
        "form": failed[1] if failed else None,
    }
    return render(request, "desk/refund.html", context, status=status)


def _attempts(refund: Refund) -> QuerySet[Attempt]:
    answers = Prefetch("answers", AttemptAnswer.objects.order_by("id"))
    return refund.attempts.order_by("-number").prefetch_related(answers)


def _answers(attempt: Attempt) -> list[tuple[AttemptAnswer, str]]:
    return [(answer, money_words.answer_words(answer)) for answer in attempt.answers.all()]


def _made_outside() -> QuerySet[ExternalRefund]:
    return external.unconfirmed().select_related("payment__order")


@needs(Right.MOVE_MONEY)
@require_POST
def confirm_external(request: StaffRequest, pk: int) -> HttpResponse:
    """A person has looked at a refund that was made outside this desk."""
    found = get_object_or_404(ExternalRefund, pk=pk)
    form = NothingToFillIn(request.POST)
    if not done(form, lambda: external.confirm(found, by=request.user, at=timezone.now())):
        messages.error(request, " ".join(map(str, form.non_field_errors())))
    else:
        messages.success(request, _("Confirmed: it is counted against the payment."))
    return see_other(reverse("desk:money"))


def _forms(
    request: StaffRequest, refund: Refund, bank: Bank, failed: tuple[Step, Form] | None
) -> list[tuple[Step, Form]]:
    """The steps on offer, each with its form; the one that failed stays, with what was typed."""
    if not request.user.may(Right.MOVE_MONEY):
        return []
    offered = steps_for(refund, bank)
    if failed and failed[0] not in offered:
        offered.insert(0, failed[0])
    return [
        (step, failed[1] if failed and failed[0] is step else _fresh(step, refund, bank)) for step in offered
    ]


def _fresh(step: Step, refund: Refund, bank: Bank) -> Form:
    return step.form(auto_id=f"{step.name}_%s", initial=dict(step.filled(refund, bank)))
