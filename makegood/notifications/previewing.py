"""The letters that a verdict on a defect will send, as they will read, before anybody gives it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from makegood.accounts.speaking import spoken_by
from makegood.audit.actions import Action
from makegood.defects.models import Defect
from makegood.notifications.telling import verdict_as_told, version_to_try
from makegood.notifications.writing import text_of
from makegood.orders.downloads import members_who_may_download
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import State


@dataclass(frozen=True, slots=True)
class Preview:
    """One request and its letter; `text` is empty where there is nobody to write to any more.

    `language`: of the letter (ISO 639, as Django writes it).
    """

    refund_request: RefundRequest
    language: str
    text: str


def letters_if_given_up(defect: Defect, *, next_update: datetime) -> list[Preview]:
    """The letter to each member who waits for `defect`, should it turn out that it cannot be fixed.

    `next_update` is what will be promised then. The oldest request comes first. One query.
    """
    return [
        Preview(row, spoken_by(row.member), _text_if_given_up(row, next_update=next_update))
        for row in _waiting_for(defect)
    ]


def letters_if_fixed(defect: Defect, *, version: str, until: datetime) -> list[Preview]:
    """The letter to each member who waits for `defect`, should it be fixed in `version`, to be tried `until`.

    The oldest request comes first. Three queries.
    """
    rows = list(_waiting_for(defect))
    members = {row.member_id for row in rows}
    served = members_who_may_download(defect.product, version, among=members) if rows else set()
    return [
        Preview(
            row,
            spoken_by(row.member),
            _text_if_fixed(row, version=version, until=until, is_here=row.member_id in served),
        )
        for row in rows
    ]


def _text_if_given_up(refund_request: RefundRequest, *, next_update: datetime) -> str:
    """What `engineers_answered` will write when the defect cannot be fixed; empty when nobody is there."""
    return text_of(
        "engineers_answered",
        to=refund_request.member,
        path=reverse("members:ticket", args=[refund_request.reference]),
        reference=refund_request.reference,
        product=refund_request.product.name,
        fixed_in="",
        next_update=next_update,
        **verdict_as_told(Action.DEFECT_CANNOT_BE_FIXED),
    )


def _text_if_fixed(refund_request: RefundRequest, *, version: str, until: datetime, is_here: bool) -> str:
    """What `try_fix` will write when the defect is fixed in `version`; empty when nobody is there."""
    return text_of(
        "try_fix",
        to=refund_request.member,
        path=reverse("members:ticket", args=[refund_request.reference]),
        reference=refund_request.reference,
        product=refund_request.product.name,
        **version_to_try(version, until=until, is_here=is_here),
    )


def _waiting_for(defect: Defect) -> QuerySet[RefundRequest]:
    waiting = RefundRequest.objects.filter(defect=defect, state=State.WITH_ENGINEERS)
    return waiting.select_related("member", "product").order_by("queued_at", "id")


def digest_of(defect: Defect, previews: Sequence[Preview]) -> str:
    """Names exactly these letters about `defect` as it stands: another letter or word, another digest."""
    said = [[one.refund_request.reference, one.text] for one in previews]
    seen = json.dumps([defect.pk, defect.state, said])
    return hashlib.sha256(seen.encode()).hexdigest()
