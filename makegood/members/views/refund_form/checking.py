"""The last page: everything read back, and sent once, however often the button is pressed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.members.access import MemberRequest, see_other
from makegood.members.disputing import member_says
from makegood.members.evidence import on_their_way, shown_evidence
from makegood.members.forms.questions import answer_in_words
from makegood.members.my_orders import order_line
from makegood.members.views.refund_form.filling import Filling, Step
from makegood.members.views.refund_form.pages import refused, show
from makegood.policy import Kind
from makegood.queue import board, promises
from makegood.refund_requests.evidence.checking import FilesNotReady, finish
from makegood.refund_requests.submitting import (
    AlreadyAsked,
    CannotSucceed,
    DraftGone,
    FilesOnTheirWay,
    NotComplete,
    submit,
)

MISSING_STEPS = {"ground": Step.REASON, "order": Step.ORDER}


def check(request: MemberRequest, filling: Filling) -> HttpResponse:
    """Show all that was told; sent, it is a request, and its ticket is the page that follows."""
    if request.method != "POST":
        return _show(request, filling)
    try:
        finish(filling.draft, by=request.user, at=filling.at)
        sent = submit(filling.draft.token, by=request.user, at=filling.at)
    except NotComplete as incomplete:
        return _show(request, filling, problems=[_missing(filling, name) for name in incomplete.missing])
    except FilesNotReady as files:
        url = _change(filling, Step.WHAT_HAPPENED) + "#pictures"
        return _show(request, filling, problems=[{"text": why, "url": url} for why in files.sentences])
    except FilesOnTheirWay as arriving:
        return _show(request, filling, problems=[{"text": str(arriving), "url": ""}])
    except CannotSucceed:
        return _show(request, filling, problems=refused(filling))
    except AlreadyAsked as asked:
        url = reverse("members:ticket", args=[asked.refund_request.reference])
        return _show(request, filling, problems=[{"text": str(asked), "url": url}])
    except DraftGone:
        raise Http404 from None
    return see_other(reverse("members:ticket", args=[sent.reference]) + "?sent=1")


def _missing(filling: Filling, name: str) -> Mapping[str, str]:
    if name in MISSING_STEPS:
        words = {
            "ground": _("Please choose why you ask."),
            "order": _("Please choose the order to refund."),
        }
        step = filling.first_undone if name == "order" else Step.REASON
        return {"text": words[name], "url": _change(filling, step)}
    if name == "facts":
        return {
            "text": _("Please add a picture that shows what is right."),
            "url": _change(filling, Step.FACTS) + "#pictures",
        }
    question = next(question for question in filling.questions if question.name == name)
    words_for = _("Please answer “{question}”").format(question=question.question)
    return {"text": words_for, "url": f"{_change(filling, Step.WHAT_HAPPENED)}#id_{name}"}


def _change(filling: Filling, step: Step) -> str:
    return f"{filling.url(step)}?from={Step.CHECK}"


def _show(
    request: MemberRequest, filling: Filling, *, problems: list[Mapping[str, str]] | None = None
) -> HttpResponse:
    return show(
        request,
        filling,
        Step.CHECK,
        problems=problems or (),
        told=_told(filling),
        evidence=shown_evidence(filling.evidence) + on_their_way(filling.draft, member=request.user),
        change_pictures_url=_change(filling, Step.WHAT_HAPPENED if filling.asks_for_files else Step.FACTS)
        + "#pictures",
        waiting=board.length(),
        next_update=promises.due_at(filling.at),
    )


Row = Mapping[str, object]


def _told(filling: Filling) -> list[Row]:
    """Each answer with the question and where to change it."""
    return [*_reason(filling), *_orders(filling), *_disputes(filling), *_answers(filling)]


def _reason(filling: Filling) -> Iterator[Row]:
    if Step.REASON in filling.steps:
        yield {
            "question": _("Why do you ask for a refund?"),
            "answers": [filling.ground.label if filling.ground else ""],
            "url": _change(filling, Step.REASON),
            "change": _("the reason"),
        }


def _orders(filling: Filling) -> Iterator[Row]:
    """Those named, and which of them to refund where that was asked."""
    named = filling.named
    yield {
        "question": _("Orders") if len(named) > 1 else _("Order"),
        "answers": [f"{order.product}: {order_line(order)}" for order in named],
        "url": _change(filling, Step.ORDER),
        "change": _("the order"),
    }
    if Step.WHICH in filling.steps:
        yield {
            "question": _("Which one shall we refund?"),
            "answers": [order.number for order in filling.orders],
            "url": _change(filling, Step.WHICH),
            "change": _("which one to refund"),
        }


def _disputes(filling: Filling) -> Iterator[Row]:
    """What the member says is wrong in our records."""
    for dispute in filling.disputed.values():
        yield {
            "question": dispute.fact.question,
            "answers": [member_says(filling.answers[0], dispute), dispute.why],
            "url": _change(filling, Step.FACTS),
            "change": f"“{dispute.fact.question}”",
        }


def _answers(filling: Filling) -> Iterator[Row]:
    for question in filling.asked:
        if question.kind is not Kind.FILES:
            yield {
                "question": question.question,
                "answers": [answer_in_words(question, filling.draft.answers.get(question.name))],
                "url": f"{_change(filling, Step.WHAT_HAPPENED)}#id_{question.name}",
                "change": f"“{question.question}”",
            }
