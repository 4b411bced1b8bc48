"""What else is known of the member and the product: read in the same query as the request itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from makegood.made_once import Given
from makegood.money import Money
from makegood.notifications.undelivered import Undelivered, undelivered_of, with_undelivered
from makegood.orders.models import Download, Order, Trial
from makegood.queue.models import Promise
from makegood.refund_requests.models import Evidence, Finding, NamedOrder, PictureOfFinding, RefundRequest
from makegood.refund_requests.queries import named_in, of_it_and_merged
from makegood.refund_requests.states import AWAITING_US, State
from makegood.refunds.models import Dispute
from makegood.refunds.models.dispute import UNDECIDED

SHOWN = 8
PAYING = frozenset({State.APPROVED, State.REFUNDED})


@dataclass(frozen=True)
class EarlierRequest:
    """Another request of the same member."""

    reference: str
    state: str
    ground: str
    received_at: datetime


@dataclass(frozen=True)
class Sibling:
    """An order of the same product by the same member; `renews` is the number it continues, or empty.

    `auto_renewal_chosen` is the choice made at its purchase; None when the shop did not record it.
    """

    number: str
    purchased_at: datetime
    amount: Money
    renews: str
    auto_renewal_chosen: bool | None


@dataclass(frozen=True)
class ProductDownload:
    """A release of the product that the member downloaded."""

    version: str
    edition: str
    at: datetime


@dataclass(frozen=True)
class ProductTrial:
    """The member's free trial of the product, in its `unit`; `quota` None: not limited."""

    started_at: datetime
    ends_at: datetime
    used: int
    quota: int | None
    unit: str


@dataclass(frozen=True)
class Background:
    """At most SHOWN of each, newest first. `other_requests` counts all there are of the member but this one,
    `other_refunds` those of them that were approved or refunded.

    `due_at`: when the member hears from us; None: not our turn. `undelivered` is None while our letters
    reach the member.
    """

    due_at: datetime | None
    undelivered: Undelivered | None
    earlier: list[EarlierRequest]
    other_requests: int
    other_refunds: int
    siblings: list[Sibling]
    downloads: list[ProductDownload]
    trials: list[ProductTrial]


def with_background(rows: QuerySet[RefundRequest], *, at: Given) -> QuerySet[Any]:
    """The same rows, each carrying what `background_of` reads."""
    member, product = OuterRef("member"), OuterRef("product")
    earlier = RefundRequest.objects.filter(member=member).exclude(pk=OuterRef("pk")).order_by("-id")
    siblings = Order.objects.filter(member=member, product=product).order_by("-purchased_at", "-id")
    downloads = Download.objects.filter(member=member, release__product=product).order_by("-at", "-id")
    trials = Trial.objects.filter(member=member, product=product).order_by("-id")
    here = Q(pk=OuterRef(OuterRef("pk"))) | Q(merged_into=OuterRef(OuterRef("pk")))
    these = RefundRequest.objects.filter(here).order_by().values("pk")
    sent = Evidence.objects.filter(refund_request__in=these, uploaded_by=member)
    pictures = sent.order_by().values("uploaded_by")
    carrying: QuerySet[Any] = with_undelivered(with_promise(rows), at=at).annotate(
        picture_count=Coalesce(Subquery(pictures.annotate(n=Count("pk")).values("n")), 0),
        earlier_rows=_array(earlier, reference="reference", state="state", ground="ground", at="received_at"),
        other_requests=_count(earlier),
        other_refunds=_count(earlier.filter(state__in=PAYING)),
        sibling_rows=_array(
            siblings,
            number="number",
            at="purchased_at",
            minor="amount_minor",
            currency="currency",
            renews="renews__number",
            chosen="auto_renewal_chosen",
        ),
        download_rows=_array(downloads, version="release__version", edition="release__edition", at="at"),
        trial_rows=_array(
            trials,
            started_at="started_at",
            ends_at="ends_at",
            used="used",
            quota="quota",
            unit="product__unit",
        ),
    )
    return carrying


def with_promise(rows: QuerySet[RefundRequest]) -> QuerySet[Any]:
    """The same rows, each with what the newest promise said: `promised_until`, `warned_from` (or None)."""
    newest = Promise.objects.filter(refund_request=OuterRef("pk")).order_by("-id")
    return rows.annotate(
        promised_until=Subquery(newest.values("due_at")[:1]),
        warned_from=Subquery(newest.values("warn_at")[:1]),
    )


def due_at(row: Any) -> datetime | None:
    """When the member of a row of `with_promise` hears from us; None when the next step is not ours."""
    promised: datetime | None = row.promised_until
    return promised if row.state in AWAITING_US else None


def background_of(row: Any) -> Background:
    """What a row of `with_background` carries."""
    return Background(
        due_at=due_at(row),
        undelivered=undelivered_of(row),
        earlier=[
            EarlierRequest(one["reference"], one["state"], one["ground"], _moment(one["at"]))
            for one in row.earlier_rows
        ],
        other_requests=row.other_requests,
        other_refunds=row.other_refunds,
        siblings=[
            Sibling(
                one["number"],
                _moment(one["at"]),
                Money(one["minor"], one["currency"]),
                one["renews"] or "",
                one["chosen"],
            )
            for one in row.sibling_rows
        ],
        downloads=[
            ProductDownload(one["version"], one["edition"], _moment(one["at"])) for one in row.download_rows
        ],
        trials=[
            ProductTrial(
                _moment(one["started_at"]), _moment(one["ends_at"]), one["used"], one["quota"], one["unit"]
            )
            for one in row.trial_rows
        ],
    )


def _count(rows: QuerySet[RefundRequest]) -> Coalesce:
    counted = rows.order_by().values("member").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _array(rows: QuerySet[Any], **fields: str) -> ArraySubquery:
    return ArraySubquery(rows.values(json=JSONObject(**fields))[:SHOWN])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def evidence_with_signals(refund_request: RefundRequest | Given) -> QuerySet[Any]:
    """The evidence of a request; `seen_in` lists requests of other members with the very same file."""
    same = (
        Evidence.objects.filter(
            original_sha256=OuterRef("original_sha256"), uploaded_by=F("refund_request__member")
        )
        .exclude(refund_request__member=OuterRef("refund_request__member"))
        .order_by("-id")
    )
    seen_in = ArraySubquery(same.values("refund_request__reference")[:SHOWN])
    rows = Evidence.objects.filter(of_it_and_merged(refund_request)).select_related("refund_request")
    return rows.annotate(seen_in=seen_in).order_by("refund_request", "place", "id")


def named_with_signals(refund_request: Given) -> QuerySet[Any]:
    """The orders that it names; `elsewhere` lists others that named the same, unless merged into it.

    `disputed`: amounts (minor, currency) that customers' banks have taken back of it or ask about.
    """
    others = NamedOrder.objects.filter(order=OuterRef("order")).exclude(refund_request=refund_request)
    others = others.exclude(refund_request__merged_into=refund_request)
    references = others.order_by("-id").values("refund_request__reference")[:SHOWN]
    disputed = Dispute.objects.filter(payment__order=OuterRef("order"), state__in=UNDECIDED).order_by("id")
    named: QuerySet[Any] = named_in(refund_request).annotate(
        elsewhere=ArraySubquery(references),
        disputed=_array(disputed, minor="amount_minor", currency="currency"),
    )
    return named


def findings_with_pictures(refund_request: RefundRequest | Given) -> QuerySet[Any]:
    """What was established, oldest first; `picture_rows` are the pictures that show it: pk, name."""
    pictures = PictureOfFinding.objects.filter(finding=OuterRef("pk")).order_by("id")
    rows = pictures.values(json=JSONObject(pk="evidence__pk", name="evidence__name"))
    findings = Finding.objects.filter(refund_request=refund_request).select_related("author").order_by("id")
    return findings.annotate(picture_rows=ArraySubquery(rows))
