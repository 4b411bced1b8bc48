"""What each staff role may do; everyone with an account is also a member."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """A staff role; a person may hold several."""

    REPRESENTATIVE = "representative"
    LEAD = "lead"
    ENGINEER = "engineer"
    FINANCE = "finance"
    OWNER = "owner"
    AUDITOR = "auditor"


class Right(StrEnum):
    """One thing that staff can be allowed to do."""

    SEE_DESK = "see_desk"  # board, tickets, policy
    EXAMINE = "examine"  # take, put back, write to members, ask, findings of a representative
    CHOOSE_REQUESTS = "choose_requests"  # take a particular one, out of turn
    PLAN_WORK = "plan_work"  # who is away, who gets which products first
    GIVE_VERDICT = "give_verdict"  # findings of an engineer, defects
    DECIDE = "decide"
    APPROVE = "approve"  # be the second person of a decision
    SEE_MONEY = "see_money"
    MOVE_MONEY = "move_money"  # release, retry, record a manual refund
    SEE_EVENTS = "see_events"
    PREPARE_REPLIES = "prepare_replies"  # what representatives put into their messages
    WRITE_POLICY = "write_policy"  # the next version: write and propose it
    PUBLISH_POLICY = "publish_policy"  # as the second person
    KEEP_PROMISES = "keep_promises"  # is told of promises that are about to be missed
    SET_CALENDARS = "set_calendars"  # working hours, and how soon members hear from us
    MANAGE_PRODUCTS = "manage_products"  # what is sold, and its free trials


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.REPRESENTATIVE: frozenset({Right.SEE_DESK, Right.EXAMINE, Right.DECIDE}),
    Role.LEAD: frozenset(
        {
            Right.SEE_DESK,
            Right.EXAMINE,
            Right.DECIDE,
            Right.CHOOSE_REQUESTS,
            Right.PLAN_WORK,
            Right.KEEP_PROMISES,
            Right.PREPARE_REPLIES,
        }
    ),
    Role.ENGINEER: frozenset({Right.SEE_DESK, Right.GIVE_VERDICT}),
    Role.FINANCE: frozenset(
        {Right.SEE_DESK, Right.APPROVE, Right.SEE_MONEY, Right.MOVE_MONEY, Right.PUBLISH_POLICY}
    ),
    Role.OWNER: frozenset(Right) - {Right.MOVE_MONEY},
    Role.AUDITOR: frozenset({Right.SEE_DESK, Right.SEE_MONEY, Right.SEE_EVENTS}),
}

ROLE_NAMES: dict[Role, Promise] = {
    Role.REPRESENTATIVE: _("Representative"),
    Role.LEAD: _("Lead representative"),
    Role.ENGINEER: _("Engineer"),
    Role.FINANCE: _("Finance"),
    Role.OWNER: _("Owner"),
    Role.AUDITOR: _("Auditor"),
}
