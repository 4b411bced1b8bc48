"""What an event is about: found by what an auditor types, named in words, linked for those who may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.audit.finding import About
from makegood.defects.models import Defect
from makegood.desk.people import people_seen_by
from makegood.orders.models import Order
from makegood.refund_requests.models import NamedOrder, PolicyProposal, PolicyVersion, RefundRequest
from makegood.refunds.models import Refund

KINDS: dict[str, Promise] = {
    "request": _("Refund request"),
    "order": _("Order"),
    "refund": _("Refund"),
    "defect": _("Defect"),
    "policy": _("Policy"),
    "person": _("Account"),
}
NAMES: dict[str, Promise] = {
    "refundrequest": _("Refund request"),
    "refund": _("Refund"),
    "defect": _("Defect"),
    "user": _("Account"),
    "policyproposal": _("Policy"),
    "policyversion": _("Policy"),
    "calendar": _("Calendar"),
    "preparedreply": _("Prepared reply"),
    "keptsettings": _("Settings"),
    "statuteversion": _("Statute"),
    "product": _("Product"),
    "trial": _("Free trial"),
    "bulkaction": _("Many requests at once"),
    "transferbatch": _("Batch of transfers"),
    "report": _("Report of a provider"),
    "difference": _("Difference in the books"),
    "importedfile": _("Imported file"),
    "dispute": _("Dispute"),
    "breaker": _("Breaker"),
}
"""Other kinds of objects stand as they were recorded."""


def about(kind: str, typed: str) -> About | None:
    """What `typed` means as an object of `kind`, one of KINDS or "" for any; None: there is no such one."""
    text = typed.replace("\0", "").strip()
    found = [each for one in ([kind] if kind else KINDS) if (each := _FOUND[one](text))]
    if not found:
        return None
    return About(
        threads=[thread for each in found for thread in each.threads],
        subjects=[subject for each in found for subject in each.subjects],
    )


def _request(typed: str) -> About | None:
    found = RefundRequest.objects.filter(reference=typed.upper()).values_list("reference", flat=True)
    return About(threads=list(found)) if found else None


def _order(typed: str) -> About | None:
    order = Order.objects.filter(number=typed).first()
    if order is None:
        return None
    named = NamedOrder.objects.filter(order=order).values_list("refund_request__reference", flat=True)
    return About(threads=sorted(set(named)), subjects=[("order", order.pk)])


def _refund(typed: str) -> About | None:
    found = Refund.objects.filter(pk=_number(typed)).exists()
    return About(subjects=[("refund", _number(typed))]) if found else None


def _defect(typed: str) -> About | None:
    found = Defect.objects.filter(pk=_number(typed)).exists()
    return About(subjects=[("defect", _number(typed))]) if found else None


def _policy(typed: str) -> About | None:
    versions = list(PolicyVersion.objects.filter(version=typed).values_list("pk", flat=True))
    proposals = PolicyProposal.objects.filter(version__in=versions).values_list("pk", flat=True)
    subjects = [("policyversion", key) for key in versions] + [("policyproposal", key) for key in proposals]
    return About(subjects=subjects) if versions else None


def _person(typed: str) -> About | None:
    person = User.objects.filter(email__iexact=typed).first()
    return About(subjects=[("user", person.pk)]) if person else None


def _number(typed: str) -> int:
    """What is no number is the key of nothing. 18 digits always fit a bigint."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else 0


_FOUND: Mapping[str, Callable[[str], About | None]] = {
    "request": _request,
    "order": _order,
    "refund": _refund,
    "defect": _defect,
    "policy": _policy,
    "person": _person,
}


def links_for(user: User, events: Iterable[Any]) -> dict[int, tuple[str, str]]:
    """By the key of the event, where `user` may open it: the page of what it happened to, and its name.

    The name is empty for what has none.
    """
    events = list(events)
    keys = {event.subject_id for event in events if event.subject_kind == "user"}
    seen = dict(people_seen_by(user).filter(pk__in=keys).values_list("pk", "name")) if keys else {}
    links = {}
    for event in events:
        kind, key = event.subject_kind, event.subject_id
        if (kind == "user" and key in seen) or (kind in _NEEDS and user.may(_NEEDS[kind])):
            name = seen[key] if kind == "user" else ""
            links[event.pk] = (reverse(_PAGES[kind], args=[key]), name)
    return links


_PAGES = {
    "user": "desk:person",
    "refund": "desk:refund",
    "dispute": "desk:dispute",
    "breaker": "desk:breaker",
    "defect": "desk:defect",
    "calendar": "desk:calendar",
    "preparedreply": "desk:reply",
    "statuteversion": "desk:statute",
    "trial": "desk:trial",
    "bulkaction": "desk:bulk_action",
}
_NEEDS = {
    "refund": Right.SEE_MONEY,
    "dispute": Right.SEE_MONEY,
    "breaker": Right.SEE_MONEY,
    "defect": Right.SEE_DESK,
    "calendar": Right.SEE_EVENTS,
    "preparedreply": Right.SEE_EVENTS,
    "statuteversion": Right.SEE_DESK,
    "trial": Right.SEE_EVENTS,
    "bulkaction": Right.SEE_EVENTS,
}
