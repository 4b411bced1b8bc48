"""The next policy in its other languages: writing each, compared with the document while it is written."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, needs, see_other
from makegood.desk.forms.policy import TranslationForm
from makegood.desk.refusals import done
from makegood.desk.views.next_policy import READERS, found
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.policy import Policy, PolicyErrors
from makegood.policy.languages.known import LANGUAGES
from makegood.refund_requests.models import PolicyProposal
from makegood.refund_requests.proposals.languages import standings, write
from makegood.refund_requests.proposals.states import State


@needs(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def language(request: StaffRequest, language: str) -> HttpResponse:
    """The text in one language: read it, or keep another one."""
    proposal = found()
    if language not in LANGUAGES:
        raise Http404
    if request.method != "POST":
        return _page(request, proposal, language)
    if not request.user.may(Right.WRITE_POLICY):
        raise Http404
    form = TranslationForm(request.POST)
    if not form.is_valid():
        return _page(request, proposal, language, form=form, status=INVALID)
    if done(form, lambda: _keep(request, proposal, language, form)) is None:
        return _page(request, proposal, language, form=form, status=FROM_OTHERS)
    messages.success(request, _("Saved."))
    return see_other(reverse("desk:policy_language", args=[language]))


def _keep(
    request: StaffRequest, proposal: PolicyProposal, language: str, form: TranslationForm
) -> PolicyProposal:
    text, read = form.cleaned_data["text"].replace("\r\n", "\n"), form.cleaned_data["read"]
    at = timezone.now()
    return write(proposal, language=language, text=text, read_sha256=read, by=request.user, at=at)


def _page(
    request: StaffRequest,
    proposal: PolicyProposal,
    language: str,
    *,
    form: TranslationForm | None = None,
    status: int = 200,
) -> HttpResponse:
    policy = _read(proposal)
    standing = next((each for each in standings(proposal, policy) if each.language == language), None)
    if standing is None:
        raise Http404  # the document itself is in this language
    row = standing.translation
    shown = {"text": row.text, "read": row.sha256} if row else {}
    context = {
        "proposal": proposal,
        "standing": standing,
        "name": standing.name,
        "editor": form or TranslationForm(initial=shown),
        "form": form,
        "checked": policy is not None,
        "is_writing": proposal.state == State.WRITING and request.user.may(Right.WRITE_POLICY),
    }
    return render(request, "desk/policy_language.html", context, status=status)


def _read(proposal: PolicyProposal) -> Policy | None:
    try:
        return Policy.parse(proposal.text, source="policy")
    except PolicyErrors:
        return None
