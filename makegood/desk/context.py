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


OF_THE_OFFICE = frozenset(
    {Right.MANAGE_PRODUCTS, Right.SEE_EVENTS, Right.SEE_SETTINGS, Right.SEE_MONEY, Right.PUBLISH_POLICY}
    | {Right.MANAGE_PEOPLE, Right.SET_CALENDARS, Right.PREPARE_REPLIES}
)
"""Who has something to do, or to read, in the back office."""

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
                *("exception", "replay", "answer", "look_again", "choose", "link", "merge"),
                "bulk_actions",
                "new_bulk_action",
                "bulk_action",
                "confirm_bulk_action",
                "undo_bulk_action",
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
        frozenset({"defects", "defect", "new_defect", "verdict"})
        | {"describe_defect", "give_up_defect", "fix_defect"},
    ),
    Entry(
        _("Money"),
        "money",
        frozenset({Right.SEE_MONEY}),
        frozenset({"money", "refund", "move_refund", "confirm_external"})
        | {"transfers", "gather_transfers", "batch", "release_batch", "download_batch", "move_batch"},
    ),
    Entry(
        _("Shop"),
        "effects",
        frozenset({Right.DECIDE, Right.SEE_MONEY}),
        frozenset({"effects", "effect", "move_effect"}),
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
        frozenset({"team", "away", "back", "worker_products", "own_week"}),
    ),
    Entry(
        _("Reports"),
        "reports",
        frozenset({Right.SEE_REPORTS}),
        frozenset({"reports", "download_report"}),
    ),
    Entry(
        _("Back office"),
        "office",
        OF_THE_OFFICE,
        frozenset(
            {
                "office",
                "products",
                "new_product",
                "product",
                "change_product",
                "sell_product",
                "trials",
                "trial",
                "extend_trial",
                "end_trial",
                "statutes",
                "statute",
                "switch_statute",
                "answer_switch",
                *("people", "person", "role", "invite", "take_role", "close_account", "answer_change"),
                *("reopen_account", "invite_again"),
                *("calendars", "new_calendar", "calendar", "change_calendar", "use_calendar"),
                *("replies", "new_reply", "reply"),
                *("events", "download_events"),
                *("settings", "providers"),
                *("books", "take_in_report", "difference", "export_books"),
            }
        ),
    ),
)


def desk(request: HttpRequest) -> dict[str, object]:
    """`desk_nav` (label, url, current, shortcut) and `person`; nothing outside the desk.

    `person`: name, role_label, may_take, may_act_in_bulk, may_open_office.
    """
    # An address refused by an early middleware has no user yet.
    match, user = request.resolver_match, getattr(request, "user", None)
    if match is None or match.app_name != "desk" or not isinstance(user, User):
        return {}
    return {
        "desk_nav": [_link(entry, match.url_name) for entry in ENTRIES if _may_open(entry, user)],
        "person": {
            "name": str(user),
            "role_label": user.role_names,
            "may_take": user.may(Right.EXAMINE),
            "may_act_in_bulk": user.may(Right.ACT_IN_BULK),
            "may_open_office": any(user.may(right) for right in OF_THE_OFFICE),
        },
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
