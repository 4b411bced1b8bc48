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
    ACT_IN_BULK = "act_in_bulk"  # the same for many requests at once; never deciding, never money
    GIVE_VERDICT = "give_verdict"  # findings of an engineer, defects
    DECIDE = "decide"
    MAKE_EXCEPTIONS = "make_exceptions"  # refund what the policy does not, with a second person
    APPROVE = "approve"  # be the second person of a decision
    SEE_MONEY = "see_money"
    MOVE_MONEY = "move_money"  # release, retry, record a manual refund
    CLOSE_BREAKER = "close_breaker"  # have refunds sent again after too much left, or too many errors
    SEE_EVENTS = "see_events"
    SEE_SETTINGS = "see_settings"  # of the installation; never its secrets
    PREPARE_REPLIES = "prepare_replies"  # what representatives put into their messages
    WRITE_POLICY = "write_policy"  # the next version: write and propose it
    PUBLISH_POLICY = "publish_policy"  # as the second person
    KEEP_PROMISES = "keep_promises"  # is told of promises that are about to be missed
    SEE_REPORTS = "see_reports"  # what the whole desk did, in numbers
    SET_CALENDARS = "set_calendars"  # working hours, and how soon members hear from us
    MANAGE_PEOPLE = "manage_people"  # who works at the desk, in which role, up to which amounts
    MANAGE_PRODUCTS = "manage_products"  # what is sold, and its free trials


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.REPRESENTATIVE: frozenset({Right.SEE_DESK, Right.EXAMINE, Right.DECIDE}),
    Role.LEAD: frozenset(
        {
            Right.SEE_DESK,
            Right.EXAMINE,
            Right.DECIDE,
            Right.MAKE_EXCEPTIONS,
            Right.CHOOSE_REQUESTS,
            Right.ACT_IN_BULK,
            Right.PLAN_WORK,
            Right.KEEP_PROMISES,
            Right.PREPARE_REPLIES,
            Right.SEE_REPORTS,
        }
    ),
    Role.ENGINEER: frozenset({Right.SEE_DESK, Right.GIVE_VERDICT}),
    Role.FINANCE: frozenset(
        {
            Right.SEE_DESK,
            Right.APPROVE,
            Right.SEE_MONEY,
            Right.MOVE_MONEY,
            Right.CLOSE_BREAKER,
            Right.PUBLISH_POLICY,
            Right.SEE_REPORTS,
        }
    ),
    Role.OWNER: frozenset(Right) - {Right.MOVE_MONEY},
    Role.AUDITOR: frozenset(
        {Right.SEE_DESK, Right.SEE_MONEY, Right.SEE_EVENTS, Right.SEE_SETTINGS, Right.SEE_REPORTS}
    ),
}

LIMITED: frozenset[Role] = frozenset(
    role for role, rights in RIGHTS.items() if rights & {Right.DECIDE, Right.APPROVE}
)
"""The roles that agree to amounts, so that a limit means something."""

FOR_TWO_OWNERS: frozenset[Role] = frozenset(
    role for role, rights in RIGHTS.items() if rights & {Right.DECIDE, Right.APPROVE, Right.MOVE_MONEY}
)
"""The roles through which money can leave: where there are two owners, both agree before one is given."""

ROLE_NAMES: dict[Role, Promise] = {
    Role.REPRESENTATIVE: _("Representative"),
    Role.LEAD: _("Lead representative"),
    Role.ENGINEER: _("Engineer"),
    Role.FINANCE: _("Finance"),
    Role.OWNER: _("Owner"),
    Role.AUDITOR: _("Auditor"),
}
