"""The next version of the policy: writing it with every check beside it, proposing it, publishing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, needs, see_other
from makegood.desk.forms.policy import PolicyForm, PublishForm
from makegood.desk.forms.writing import NothingToFillIn, ReasonForm
from makegood.desk.policy_changes import Differences, differences, rehearsed
from makegood.desk.policy_checking import Checked, checked
from makegood.desk.refusals import done
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.refund_requests import policies
from makegood.refund_requests.models import PolicyProposal
from makegood.refund_requests.proposals import steps
from makegood.refund_requests.proposals.languages import standings
from makegood.refund_requests.proposals.readiness import reasons_against_policy
from makegood.refund_requests.proposals.states import OPEN, State

READERS = (Right.WRITE_POLICY, Right.PUBLISH_POLICY)


@needs(*READERS)
@require_safe
def show(request: StaffRequest) -> HttpResponse:
    """The proposal that is open, to write on or to judge; without one, the offer to begin."""
    return _page(request, _open())


@needs(*READERS)
@require_safe
def changes(request: StaffRequest) -> HttpResponse:
    """What the text would change: against the version in force, and over the requests there were."""
    proposal = found()
    about = checked(proposal.text)
    context: dict[str, object] = {"proposal": proposal, "checked": about}
    if about.policy is not None:
        try:
            in_force = policies.parsed(policies.in_force(timezone.now()))
        except policies.NoPolicyInForce as none:
            context["differences"] = Differences(sentence=str(none))
        else:
            context |= {"in_force": in_force, "differences": differences(in_force, about.policy)}
        context["rehearsed"] = rehearsed(about.policy)
    return render(request, "desk/policy_changes.html", context)


@needs(Right.WRITE_POLICY)
@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Keep the text and check it; htmx gets what the checks say alone."""
    proposal = found()
    form = PolicyForm(request.POST)
    status = 200
    if not form.is_valid():
        status = INVALID
    else:
        text, edition = form.cleaned_data["text"].replace("\r\n", "\n"), form.cleaned_data["edition"]
        was, at = proposal, timezone.now()
        kept = done(form, lambda: steps.save(was, text=text, edition=edition, by=request.user, at=at))
        if kept is None:
            status = FROM_OTHERS
        else:
            proposal = kept
    if request.headers.get("HX-Request"):
        context = _about(request, proposal, text=form.data.get("text", ""), form=form)
        return render(request, "desk/policy_checks.html", context, status=status)
    if status == 200:
        return see_other(reverse("desk:next_policy"))
    return _page(request, proposal, form=form, status=status)


@dataclass(frozen=True)
class Step:
    """A button beside the text: who may press it, what it does, and what is said when it is done."""

    right: Right
    call: Callable[[PolicyProposal, User, Mapping[str, Any]], object]
    said: Promise
    form: type[Form] = NothingToFillIn


STEPS: Mapping[str, Step] = {
    "propose": Step(
        Right.WRITE_POLICY,
        lambda proposal, by, _told: steps.propose(proposal, by=by, at=timezone.now()),
        _("Proposed. A second person publishes it."),
    ),
    "publish": Step(
        Right.PUBLISH_POLICY,
        lambda proposal, by, told: steps.publish(proposal, sha256=told["sha256"], by=by, at=timezone.now()),
        _("Published. It governs purchases from its day on."),
        form=PublishForm,
    ),
    "return": Step(
        Right.PUBLISH_POLICY,
        lambda proposal, by, told: steps.return_to_writing(
            proposal, by=by, at=timezone.now(), reason=told["reason"]
        ),
        _("Returned with your reason."),
        form=ReasonForm,
    ),
    "drop": Step(
        Right.WRITE_POLICY,
        lambda proposal, by, _told: steps.drop(proposal, by=by, at=timezone.now()),
        _("Given up. The version in force is as it was."),
    ),
}


@needs(*READERS)
@require_POST
def move(request: StaffRequest, step: str) -> HttpResponse:
    """Begin, propose, publish, return or give up."""
    if step == "begin":
        return _begin(request)
    doing, proposal = STEPS.get(step), _open()
    if doing is None or proposal is None or not request.user.may(doing.right):
        raise Http404
    form = doing.form(request.POST)
    if not form.is_valid():
        return _page(request, proposal, reason_form=form, status=INVALID)
    if done(form, lambda: doing.call(proposal, request.user, form.cleaned_data) or True) is None:
        return _page(request, _open(), refused=form, status=FROM_OTHERS)
    messages.success(request, str(doing.said))
    return see_other(reverse("desk:next_policy" if step in ("propose", "return") else "desk:policy"))


def _begin(request: StaffRequest) -> HttpResponse:
    if not request.user.may(Right.WRITE_POLICY):
        raise Http404
    newest = next(iter(policies.published()), None)
    translations = {each.language: each.text for each in newest.translations.all()} if newest else {}
    text = newest.text if newest else ""
    steps.start(text=text, translations=translations, by=request.user, at=timezone.now())
    return see_other(reverse("desk:next_policy"))


def found() -> PolicyProposal:
    """The proposal that is open. Raises Http404."""
    proposal = _open()
    if proposal is None:
        raise Http404
    return proposal


def _open() -> PolicyProposal | None:
    rows = PolicyProposal.objects.select_related("saved_by", "proposed_by", "started_by")
    return rows.filter(name=policies.NAME, state__in=OPEN).first()


def _page(
    request: StaffRequest,
    proposal: PolicyProposal | None,
    *,
    form: PolicyForm | None = None,
    reason_form: Form | None = None,
    refused: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    if proposal is None:
        none = {"may_begin": request.user.may(Right.WRITE_POLICY), "form": refused}
        return render(request, "desk/next_policy_none.html", none, status=status)
    text = form.data.get("text", "") if form else proposal.text
    shown = form or PolicyForm(initial={"text": proposal.text, "edition": proposal.edition})
    context: dict[str, Any] = {
        **_about(request, proposal, text=text, form=shown),
        "editor": shown,
        "form": refused or reason_form or form,
        "return_form": reason_form if isinstance(reason_form, ReasonForm) else ReasonForm(),
        "is_writing": proposal.state == State.WRITING and request.user.may(Right.WRITE_POLICY),
    }
    context["languages"] = standings(proposal, context["checked"].policy)
    return render(request, "desk/next_policy.html", context, status=status)


def _about(
    request: StaffRequest, proposal: PolicyProposal, *, text: str, form: PolicyForm
) -> dict[str, object]:
    waits = proposal.state == State.PROPOSED
    about = checked(text)
    return {
        "proposal": proposal,
        "checked": about,
        "reasons": _reasons(about),
        "refusals": form.non_field_errors() if form.is_bound else [],
        "waits": waits,
        "may_propose": proposal.state == State.WRITING and request.user.may(Right.WRITE_POLICY),
        "may_judge": waits and request.user.may(Right.PUBLISH_POLICY),
        "why_not": str(steps.OwnProposal()) if waits and steps.is_own(proposal, request.user) else "",
    }


def _reasons(about: Checked) -> list[str]:
    """What keeps a text from being published, beside mistakes, which are told one by one."""
    if about.policy is None:
        return []
    return list(reasons_against_policy(about.policy, about.examples, at=timezone.now()))
