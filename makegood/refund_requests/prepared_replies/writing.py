"""Preparing a reply and changing it; each change is an event that keeps the words."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.audit.actions import Action
from makegood.audit.moving import locked
from makegood.audit.recording import record
from makegood.orders.models import Product
from makegood.refund_requests.models import PreparedReply
from makegood.refund_requests.prepared_replies.filling import require_known


class MayNotPrepare(Exception):
    """Writing replies for everybody is a right of its own."""

    def __init__(self) -> None:
        super().__init__(_("Your role does not write prepared replies."))


class TitleTaken(Exception):
    """Another reply in the same language is offered under this title."""

    def __init__(self, title: str) -> None:
        words = _("There is already a reply “{title}” in this language. Please choose another title.")
        super().__init__(words.format(title=title))


class ReplyChangedMeanwhile(Exception):
    """A colleague changed the reply after the page was opened."""

    def __init__(self, reply: PreparedReply) -> None:
        self.reply = reply
        words = _(
            "{saved_by} changed this reply meanwhile. Yours is still on this page; "
            "compare it before you save it again."
        )
        super().__init__(words.format(saved_by=reply.saved_by))


def prepare(
    *, title: str, body: str, language: str, product: Product | None, by: User, at: datetime
) -> PreparedReply:
    """Offer a new reply; `language` empty and `product` None: to everybody.

    Raises MayNotPrepare, UnknownPlaceholder, TitleTaken.
    """
    reply = PreparedReply(title=title, body=body, language=language, product=product)
    return _save(reply, Action.REPLY_PREPARED, by=by, at=at)


def change(
    reply: PreparedReply,
    *,
    title: str,
    body: str,
    language: str,
    product: Product | None,
    is_offered: bool,
    edition: int,
    by: User,
    at: datetime,
) -> PreparedReply:
    """Replace what it says and for whom it is offered. `edition` is the one that was read.

    Raises MayNotPrepare, UnknownPlaceholder, TitleTaken, ReplyChangedMeanwhile.
    """
    with transaction.atomic():
        current = locked(reply)
        if current.edition != edition:
            raise ReplyChangedMeanwhile(current)
        current.title, current.body, current.language = title, body, language
        current.product, current.is_offered = product, is_offered
        current.edition += 1
        return _save(current, Action.REPLY_CHANGED, by=by, at=at)


def _save(reply: PreparedReply, action: Action, *, by: User, at: datetime) -> PreparedReply:
    if not by.may(Right.PREPARE_REPLIES):
        raise MayNotPrepare
    require_known(reply.body)
    reply.saved_by, reply.saved_at = by, at
    try:
        with transaction.atomic():
            reply.save()
            record(
                action,
                subject=reply,
                by=by,
                at=at,
                title=reply.title,
                body=reply.body,
                edition=reply.edition,
                offered=reply.is_offered,
            )
    except IntegrityError as error:
        if "one_prepared_reply_a_title" not in str(error):
            raise
        raise TitleTaken(reply.title) from error
    return reply
