"""Switching a statute on or off for some countries: one person asks with a reason, another agrees."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.audit.actions import Action
from makegood.audit.moving import locked
from makegood.audit.recording import record
from makegood.refund_requests.models import StatuteReply, StatuteSwitch, StatuteVersion


class MayNotSwitch(Exception):
    """Who writes the policy asks for it; who publishes policies agrees."""

    def __init__(self) -> None:
        super().__init__(_("Your role does not switch statutes on or off."))


class OwnSwitch(Exception):
    """Who asked for it cannot agree to it."""

    def __init__(self) -> None:
        super().__init__(_("You asked for this yourself, so somebody else has to agree to it."))


class AnsweredMeanwhile(Exception):
    """Somebody else agreed or refused already."""

    def __init__(self) -> None:
        super().__init__(_("Somebody was faster: this has been answered already."))


class ReasonMissing(Exception):
    """A switch, and a refusal of one, is recorded with its reason."""

    def __init__(self) -> None:
        super().__init__(_("Please say why."))


def ask(
    statute: StatuteVersion,
    *,
    countries: Collection[str],
    is_on: bool,
    reason: str,
    by: User,
    at: datetime,
) -> StatuteSwitch:
    """Ask to have `statute` on, or off, for customers in `countries`; nothing changes until another agrees.

    Raises MayNotSwitch, ReasonMissing.
    """
    if not by.may(Right.WRITE_POLICY):
        raise MayNotSwitch
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        switch = StatuteSwitch.objects.create(
            statute=statute,
            countries=sorted(set(countries)),
            is_on=is_on,
            reason=reason.strip(),
            author=by,
            at=at,
        )
        _record(Action.STATUTE_SWITCH_ASKED, switch, by=by, at=at)
    return switch


def answer(switch: StatuteSwitch, *, agrees: bool, reason: str = "", by: User, at: datetime) -> StatuteReply:
    """Agree, and the statute is on or off from now on; or refuse with a reason.

    Raises MayNotSwitch, OwnSwitch, AnsweredMeanwhile, ReasonMissing.
    """
    if not by.may(Right.PUBLISH_POLICY):
        raise MayNotSwitch
    if not agrees and not reason.strip():
        raise ReasonMissing
    try:
        with transaction.atomic():
            # Of one statute one after the other, so that the newest answer is the one that was given last.
            locked(switch.statute)
            if switch.author_id == by.pk:
                raise OwnSwitch
            reply = StatuteReply.objects.create(
                switch=switch, author=by, agreed=agrees, reason=reason.strip(), at=at
            )
            on_or_off = Action.STATUTE_ON if switch.is_on else Action.STATUTE_OFF
            _record(on_or_off if agrees else Action.STATUTE_SWITCH_REFUSED, switch, by=by, at=at)
    except IntegrityError as error:
        if "switch_id" not in str(error):
            raise
        raise AnsweredMeanwhile from error
    return reply


def _record(action: Action, switch: StatuteSwitch, *, by: User, at: datetime) -> None:
    record(
        action,
        subject=switch.statute,
        by=by,
        at=at,
        statute=str(switch.statute),
        countries=", ".join(switch.countries),
        on=switch.is_on,
    )
