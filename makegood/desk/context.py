"""What every page of the desk knows: its navigation, by rights, and who is working."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from makegood.accounts.models import User
from makegood.accounts.roles import Right


@dataclass(frozen=True)
class Entry:
    """One link of the navigation; `pages` are the names of the views that belong to it."""

    label: Promise
    page: str
    rights: frozenset[Right]
    pages: frozenset[str]
    shortcut: str = ""


ENTRIES = (
    Entry(_("Board"), "board", frozenset({Right.SEE_DESK}), frozenset({"board"}), "g b"),
    Entry(
        _("Requests"),
        "requests",
        frozenset({Right.SEE_DESK}),
        frozenset(
            {
                "requests",
                "save_view",
                "request",
                "decide",
                "engineers",
                "write",
                "note",
                "put_back",
                "take_again",
                "find_out",
                "no_news",
            }
        ),
    ),
    Entry(
        _("Approvals"),
        "approvals",
        frozenset({Right.APPROVE, Right.SEE_EVENTS}),
        frozenset({"approvals", "approval", "approve", "return_decision"}),
    ),
    Entry(
        _("Defects"),
        "defects",
        frozenset({Right.SEE_DESK}),
        frozenset({"defects", "defect", "new_defect", "verdict"}),
    ),
    Entry(
        _("Money"),
        "money",
        frozenset({Right.SEE_MONEY}),
        frozenset({"money", "refund", "move_refund", "confirm_external"}),
    ),
    Entry(
        _("Policy"),
        "policy",
        frozenset({Right.SEE_DESK}),
        frozenset(
            {
                "policy",
                "policy_version",
                "next_policy",
                "save_policy",
                "move_policy",
                "policy_changes",
                "policy_language",
            }
        ),
    ),
    Entry(
        _("Team"),
        "team",
        frozenset({Right.EXAMINE, Right.PLAN_WORK, Right.SEE_EVENTS}),
        frozenset({"team", "away", "back", "worker_products"}),
    ),
    Entry(
        _("People"),
        "people",
        frozenset({Right.MANAGE_PEOPLE, Right.SEE_EVENTS}),
        frozenset({"people", "person", "role", "invite", "take_role", "close_account", "answer_change"}),
    ),
    Entry(
        _("Calendars"),
        "calendars",
        frozenset({Right.SET_CALENDARS, Right.SEE_EVENTS}),
        frozenset({"calendars", "new_calendar", "calendar", "change_calendar", "use_calendar"}),
    ),
    Entry(
        _("Prepared replies"),
        "replies",
        frozenset({Right.PREPARE_REPLIES, Right.SEE_EVENTS}),
        frozenset({"replies", "new_reply", "reply"}),
    ),
    Entry(_("Events"), "events", frozenset({Right.SEE_EVENTS}), frozenset({"events"})),
)


def desk(request: HttpRequest) -> dict[str, object]:
    """`desk_nav` (label, url, current, shortcut), `person` (name, role_label); nothing outside the desk."""
    # An address refused by an early middleware has no user yet.
    match, user = request.resolver_match, getattr(request, "user", None)
    if match is None or match.app_name != "desk" or not isinstance(user, User):
        return {}
    return {
        "desk_nav": [_link(entry, match.url_name) for entry in ENTRIES if _may_open(entry, user)],
        "person": {"name": str(user), "role_label": user.role_names},
    }


def _may_open(entry: Entry, user: User) -> bool:
    return any(user.may(right) for right in entry.rights)


def _link(entry: Entry, url_name: str | None) -> dict[str, object]:
    return {
        "label": entry.label,
        "url": reverse(f"desk:{entry.page}"),
        "current": url_name in entry.pages,
        "shortcut": entry.shortcut,
    }
