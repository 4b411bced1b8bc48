"""Prepared replies: the list, a new one, and changing one, with what it said before."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from makegood.accounts.roles import Right
from makegood.audit.models import Event
from makegood.desk.access import StaffRequest, needs, see_other
from makegood.desk.forms.replies import NewReplyForm, ReplyForm
from makegood.desk.refusals import done
from makegood.desk.ticket import events_with_names
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.refund_requests.models import PreparedReply
from makegood.refund_requests.prepared_replies import writing
from makegood.refund_requests.prepared_replies.filling import PLACEHOLDERS

SHOWN = 200
CHANGES_SHOWN = 50


@needs(Right.PREPARE_REPLIES, Right.SEE_EVENTS)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """All of them, those offered first."""
    rows = PreparedReply.objects.select_related("product", "saved_by").order_by("-is_offered", "title", "id")
    context = {"replies": rows[:SHOWN], "may_prepare": request.user.may(Right.PREPARE_REPLIES)}
    return render(request, "desk/replies.html", context)


@needs(Right.PREPARE_REPLIES)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Prepare another one."""
    if request.method != "POST":
        return _page(request, NewReplyForm())
    form = NewReplyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=INVALID)
    reply = done(form, lambda: writing.prepare(**form.cleaned_data, by=request.user, at=timezone.now()))
    return _saved(request, reply) if reply else _page(request, form, status=FROM_OTHERS)


@needs(Right.PREPARE_REPLIES, Right.SEE_EVENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change one, or offer it no longer; an auditor reads it."""
    reply = get_object_or_404(PreparedReply, pk=pk)
    if request.method == "POST" and not request.user.may(Right.PREPARE_REPLIES):
        raise Http404
    if request.method != "POST":
        return _page(request, ReplyForm(initial=_as_it_is(reply)), reply)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, reply, status=INVALID)
    saved = done(form, lambda: writing.change(reply, **form.cleaned_data, by=request.user, at=timezone.now()))
    return _saved(request, saved) if saved else _changed_meanwhile(request, form, pk)


def _changed_meanwhile(request: StaffRequest, form: ReplyForm, pk: int) -> HttpResponse:
    """What was typed stays, over the edition that is there now, whose words stand below it."""
    reply = get_object_or_404(PreparedReply, pk=pk)
    again = ReplyForm({**request.POST.dict(), "edition": reply.edition})
    again.full_clean()
    for refusal in form.non_field_errors():
        again.add_error(None, refusal)
    return _page(request, again, reply, status=FROM_OTHERS)


def _as_it_is(reply: PreparedReply) -> dict[str, object]:
    fields = ("title", "body", "language", "product", "is_offered", "edition")
    return {name: getattr(reply, name) for name in fields}


def _saved(request: StaffRequest, reply: PreparedReply) -> HttpResponse:
    messages.success(request, _("“{title}” is saved.").format(title=reply.title))
    return see_other(reverse("desk:replies"))


def _page(
    request: StaffRequest, form: NewReplyForm, reply: PreparedReply | None = None, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "reply": reply,
        "placeholders": [(f"{{{name}}}", words) for name, words in PLACEHOLDERS.items()],
        "editions": _editions(reply) if reply else [],
        "may_prepare": request.user.may(Right.PREPARE_REPLIES),
    }
    return render(request, "desk/reply.html", context, status=status)


def _editions(reply: PreparedReply) -> list[Event]:
    """Who wrote what, the newest first."""
    events = Event.objects.filter(subject_kind="preparedreply", subject_id=reply.pk)
    return list(events_with_names(events).order_by("-id")[:CHANGES_SHOWN])
