"""The board: the next one to take, the numbers on the wall, and what each person can act on."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.accounts.templatetags.said import deadline_in_words, number_in_words
from makegood.desk.access import StaffRequest, needs
from makegood.desk.board import (
    COUNTED_UP_TO,
    DUE_TODAY,
    TRYING,
    Board,
    Listed,
    read_board,
)
from makegood.desk.money_words import money_row
from makegood.desk.trouble import refunds_in_trouble
from makegood.refund_requests.counting import count_in
from makegood.refund_requests.states import State

TROUBLE_SHOWN = 10


@needs(Right.SEE_DESK)
@require_safe
def board(request: StaffRequest) -> HttpResponse:
    """The start page of the desk."""
    return render(request, "desk/board.html", board_context(request.user))


def board_context(user: User) -> dict[str, object]:
    """What the board shows to `user` now."""
    at = timezone.now()
    board = read_board(user, at=at)
    sees_money = user.may(Right.SEE_MONEY)
    in_trouble = refunds_in_trouble(at)[:COUNTED_UP_TO].count() if sees_money else 0
    return {
        "greeting": _greeting(user, at),
        "waiting_words": _waiting_words(board.waiting),
        "oldest": board.oldest,
        "may_take": user.may(Right.EXAMINE),
        "numbers": _numbers(user, at, board, in_trouble),
        "lists": board.lists,
        "trouble": _trouble(at) if in_trouble else [],
        "trouble_is_mine": user.may(Right.MOVE_MONEY),
    }


def _trouble(at: datetime) -> list[dict[str, object]]:
    return [money_row(refund) for refund in refunds_in_trouble(at)[:TROUBLE_SHOWN]]


def _greeting(user: User, at: datetime) -> str:
    hour, name = timezone.localtime(at).hour, user.first_name
    if 5 <= hour < 12:
        return _("Good morning, {name}").format(name=name)
    if 12 <= hour < 18:
        return _("Good afternoon, {name}").format(name=name)
    return _("Good evening, {name}").format(name=name)


def _waiting_words(waiting: int) -> str:
    if not waiting:
        return _("Nobody is waiting.")
    return ngettext("{n} request waits.", "{n} requests wait.", waiting).format(n=number_in_words(waiting))


def _count(number: int) -> str:
    return f"{number_in_words(number)}+" if number >= COUNTED_UP_TO else number_in_words(number)


def _numbers(user: User, at: datetime, board: Board, trouble: int) -> list[dict[str, object]]:
    oldest, due = board.oldest, board.due
    numbers: list[dict[str, object]] = [
        {
            "label": _("Waiting"),
            "value": number_in_words(board.waiting),
            "url": reverse("desk:requests") + "?state=waiting",
        },
        {"label": _("Oldest unexamined"), "value": timesince(oldest, at, depth=1) if oldest else "–"},
        {
            "label": _("Promises due today"),
            "value": _count(due),
            "url": f"{reverse('desk:requests')}?state={DUE_TODAY}",
            "late": bool(due),
            "note": ngettext("member waits to hear from us", "members wait to hear from us", due)
            if due
            else "",
        },
    ]
    trying = next((each for each in board.lists if each.name == TRYING), None)
    if trying and trying.rows:
        numbers.append(_trying(trying))
    approvals = next((each for each in board.lists if each.name == "approvals"), None)
    if user.may(Right.APPROVE):
        value = (f"{len(approvals.rows)}+" if approvals.more else len(approvals.rows)) if approvals else 0
        numbers.append({"label": _("Approvals for me"), "value": value, "url": reverse("desk:approvals")})
    if user.may(Right.SEE_MONEY):
        numbers.append(
            {
                "label": _("Money in trouble"),
                "value": _count(trouble),
                "url": reverse("desk:money"),
                "late": bool(trouble),
                "note": ngettext("waits for a person", "wait for a person", trouble) if trouble else "",
            }
        )
    return numbers


def _trying(trying: Listed) -> dict[str, object]:
    """How many try a fix, and when silence closes the next of them."""
    until = trying.rows[0].refund_request.try_until
    return {
        "label": trying.title,
        "value": number_in_words(count_in(State.TRYING_FIX)),
        "url": f"{reverse('desk:requests')}?state={State.TRYING_FIX}",
        "note": ""
        if until is None
        else _("silence closes the next one on {when}").format(when=deadline_in_words(until)),
    }
