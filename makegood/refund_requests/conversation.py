"""What member and staff write to each other in the ticket."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.erased import require_account
from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.accounts.templatetags.said import number_in_words
from makegood.audit.actions import Action
from makegood.audit.moving import locked
from makegood.audit.recording import record
from makegood.refund_requests import holding, transitions
from makegood.refund_requests.evidence import checking
from makegood.refund_requests.evidence.cleaning import Cleaned, clean
from makegood.refund_requests.evidence.keeping import keep_cleaned, require_room, send_with, taken
from makegood.refund_requests.models import Message, RefundRequest, Visibility
from makegood.refund_requests.prepared_replies.filling import require_filled_in
from makegood.refund_requests.states import AWAITING_US, DECIDED, State

MAX_LENGTH = 20_000
ASKING = frozenset({State.ASKED, State.TRYING_FIX})


class SaysNothing(Exception):
    """The message has no words."""

    def __init__(self) -> None:
        super().__init__(_("Please write a few words."))


class TooLong(Exception):
    """The message is longer than a ticket takes."""

    def __init__(self) -> None:
        super().__init__(
            _("Please keep a message within {count} characters.").format(count=number_in_words(MAX_LENGTH))
        )


class Closed(Exception):
    """A withdrawn request takes no more messages."""

    def __init__(self) -> None:
        super().__init__(_("This request was withdrawn, so it takes no more messages. You can ask anew."))


class GoesOnElsewhere(Closed):
    """It was merged into another request in this moment."""

    def __init__(self) -> None:
        words = _("This request goes on in another one since a moment ago. Please send it again.")
        Exception.__init__(self, words)


class NotDecided(Exception):
    """What follows a decision was meant, and the request does not stand decided (any more)."""

    def __init__(self, refund_request: RefundRequest) -> None:
        words = _(
            "{reference} is not decided now, so whoever examines it writes to the member. Nothing was sent."
        )
        super().__init__(words.format(reference=refund_request.reference))


class NotOurTurn(Exception):
    """What is told to many is not told to a member who was asked, or who waits for an answer of their own."""

    def __init__(self) -> None:
        super().__init__(_("Something else comes first in this conversation. Nothing was sent."))


class SomeoneWrote(Exception):
    """The other side, or a colleague, wrote since the page was opened; the draft is kept for another look."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = tuple(messages)
        super().__init__(_("Someone wrote in the meantime. Please read it before you send yours."))


def write_as_member(
    refund_request: RefundRequest,
    *,
    body: str,
    token: UUID,
    by: User,
    at: datetime,
    files: Sequence[UploadedFile[bytes]] = (),
    still_broken: bool = False,
) -> Message:
    """The member writes; when we had asked, the request returns to its place in the queue.

    `still_broken`: they say so of the fix that they were asked to try; no longer asked, they only write.
    After a decision it waits for an answer from then on: see `answer_after_decision`.

    What is written to a request that was merged into another one is written to that one.

    `token` identifies the form: sent twice, it is one message. `files` came with the form; what was uploaded
    before goes with it too.

    Raises SaysNothing, TooLong, Closed, FileRefused, FilesNotReady, AccountErased.
    """
    refund_request = _where_it_goes_on(refund_request)
    again = refund_request.messages.filter(form_token=token, author=by).first()
    if again is not None:
        return again
    checking.finish(refund_request, by=by, at=at)
    if files:
        require_room(taken(refund_request), len(files))
    with tempfile.TemporaryDirectory() as folder:
        cleaned = [clean(upload, Path(folder)) for upload in files]
        with transaction.atomic():
            require_account(by)
            current = locked(refund_request)
            if current.state == State.WITHDRAWN:
                raise Closed
            if current.state == State.MERGED:
                raise GoesOnElsewhere
            return _member_message(current, body, token, cleaned, still_broken, by=by, at=at)


def _where_it_goes_on(refund_request: RefundRequest) -> RefundRequest:
    """The request itself, or the one that it was merged into; locks nothing."""
    return RefundRequest.objects.filter(merged_here=refund_request).first() or refund_request


def _member_message(
    refund_request: RefundRequest,
    body: str,
    token: UUID,
    cleaned: Sequence[Cleaned],
    still_broken: bool,
    *,
    by: User,
    at: datetime,
) -> Message:
    message, is_new = _write(refund_request, body, token, Visibility.PUBLIC, from_staff=False, by=by, at=at)
    if not is_new:
        return message
    if cleaned:
        # Once more under the lock: another message may have brought pictures in the meantime.
        require_room(taken(refund_request), len(cleaned))
    send_with(message, by=by, at=at)
    for one in cleaned:
        keep_cleaned(one, message=message, by=by, at=at)
    _tell(Action.MESSAGE_FROM_MEMBER, message, by=by, at=at)
    if refund_request.state in ASKING:
        broken = still_broken and refund_request.state == State.TRYING_FIX
        (transitions.fix_failed if broken else transitions.answered)(refund_request, by=by, at=at)
    if refund_request.state in DECIDED and refund_request.unanswered_since is None:
        _wait_for_answer(refund_request, since=at)
    return message


def write_as_staff(
    refund_request: RefundRequest,
    *,
    body: str,
    token: UUID,
    by: User,
    at: datetime,
    seen_up_to: int,
    asks: bool = False,
) -> Message:
    """The representative who holds the request writes to the member; with `asks`, we then wait for an answer.

    `seen_up_to` is the id of the last message on the page (0: none). What was attached before goes with it.

    Raises NotYours, NotFilledIn, SomeoneWrote, SaysNothing, TooLong.
    """
    with transaction.atomic():
        current = locked(refund_request)
        again = current.messages.filter(form_token=token).first()
        if again is not None:
            return again
        holding.require_holder(current, by=by)
        require_filled_in(body)
        require_read(current, seen_up_to)
        message, _ = _write(current, body, token, Visibility.PUBLIC, from_staff=True, by=by, at=at)
        send_with(message, by=by, at=at)
        _tell(Action.MESSAGE_FROM_US, message, by=by, at=at, asks=asks)
        if asks:
            transitions.ask_member(current, by=by, at=at)
        else:
            holding.renew(current, at=at)
    return message


def answer_after_decision(
    refund_request: RefundRequest, *, body: str, token: UUID, by: User, at: datetime, seen_up_to: int
) -> Message:
    """Whoever may examine writes to the member of a decided request; nobody needs to hold it for that.

    What the member wrote after the decision counts as answered. `seen_up_to` as for `write_as_staff`.

    Raises MayNotExamine, OwnRequest, NotDecided, NotFilledIn, SomeoneWrote, SaysNothing, TooLong.
    """
    with transaction.atomic():
        current = locked(refund_request)
        holding.require_examiner(current, by=by)
        again = current.messages.filter(form_token=token).first()
        if again is not None:
            return again
        if current.state not in DECIDED:
            raise NotDecided(current)
        require_filled_in(body)
        require_read(current, seen_up_to)
        message, _ = _write(current, body, token, Visibility.PUBLIC, from_staff=True, by=by, at=at)
        send_with(message, by=by, at=at)
        _tell(Action.MESSAGE_FROM_US, message, by=by, at=at)
        _wait_for_answer(current, since=None)
    return message


def announce(
    refund_request: RefundRequest, *, body: str, token: UUID, by: User, at: datetime, seen_up_to: int
) -> Message:
    """Whoever may act in bulk tells a member what concerns many, unless somebody else examines the request.

    It answers nothing that the member wrote after a decision. `seen_up_to` as for `write_as_staff`.

    Raises MayNotExamine, OwnRequest, NotYours, NotOurTurn, NotFilledIn, SomeoneWrote, SaysNothing, TooLong.
    """
    with transaction.atomic():
        current = locked(refund_request)
        holding.require_examiner(current, by=by)
        again = current.messages.filter(form_token=token).first()
        if again is not None:
            return again
        is_held = current.state == State.EXAMINING
        if not by.may(Right.ACT_IN_BULK) or (is_held and current.holder_id != by.pk):
            raise holding.NotYours(current)
        if current.state not in AWAITING_US | DECIDED or current.unanswered_since:
            raise NotOurTurn
        require_filled_in(body)
        require_read(current, seen_up_to)
        message, _ = _write(current, body, token, Visibility.PUBLIC, from_staff=True, by=by, at=at)
        _tell(Action.MESSAGE_FROM_US, message, by=by, at=at)
        if is_held:
            holding.renew(current, at=at)
    return message


def write_note(refund_request: RefundRequest, *, body: str, token: UUID, by: User, at: datetime) -> Message:
    """A note that only staff read; anyone who examines or gives verdicts may write one, in any state.

    Raises SaysNothing, TooLong, NotYours.
    """
    if not (by.may(Right.EXAMINE) or by.may(Right.GIVE_VERDICT) or by.may(Right.APPROVE)):
        raise holding.NotYours(refund_request)
    with transaction.atomic():
        current = locked(refund_request)
        note, is_new = _write(current, body, token, Visibility.INTERNAL, from_staff=True, by=by, at=at)
        if is_new:
            _tell(Action.NOTE_WRITTEN, note, by=by, at=at)
    return note


def require_sayable(body: str) -> str:
    """The words as they are kept. Raises SaysNothing, TooLong."""
    body = body.replace("\0", "").strip()
    if not body:
        raise SaysNothing
    if len(body) > MAX_LENGTH:
        raise TooLong
    return body


def require_read(refund_request: RefundRequest, seen_up_to: int) -> None:
    """Nothing was said after the message with the id `seen_up_to` (0: none). Raises SomeoneWrote."""
    newer = refund_request.messages.filter(pk__gt=seen_up_to, visibility=Visibility.PUBLIC)
    messages = list(newer.select_related("author").order_by("id"))
    if messages:
        raise SomeoneWrote(messages)


def _wait_for_answer(refund_request: RefundRequest, *, since: datetime | None) -> None:
    refund_request.unanswered_since = since
    refund_request.save(update_fields=["unanswered_since"])


def _write(
    refund_request: RefundRequest,
    body: str,
    token: UUID,
    visibility: Visibility,
    *,
    from_staff: bool,
    by: User,
    at: datetime,
) -> tuple[Message, bool]:
    body = require_sayable(body)
    again = refund_request.messages.filter(form_token=token).first()
    if again is not None:
        return again, False
    written = Message.objects.create(
        refund_request=refund_request,
        author=by,
        visibility=visibility,
        from_staff=from_staff,
        body=body,
        at=at,
        form_token=token,
    )
    return written, True


def _tell(action: Action, message: Message, *, by: User, at: datetime, **details: object) -> None:
    record(
        action,
        subject=message.refund_request,
        by=by,
        at=at,
        thread=message.refund_request.reference,
        message=message.pk,
        **details,
    )
