"""Downloads: trial versions for every member, full versions for those who bought the product."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.recording import record
from makegood.orders.models import Download, Edition, Order, Payment, Product, Release


class NotBought(Exception):
    """Asked for by a member who has no order for it, or got all the money back: a full version, or a product
    that is off sale.
    """

    def __init__(self, product: Product) -> None:
        if product.retired_at:
            words = _("{product} is no longer offered; those who bought it can download it.")
        else:
            words = _("The full version of {product} is for those who bought it; its trial is for everyone.")
        super().__init__(words.format(product=product))


def releases_open_to(member: User) -> QuerySet[Release]:
    """What this member may download, by product name; of each product the newest first.

    A product that is off sale has no trial for newcomers; who bought it goes on downloading.
    """
    on_trial = Q(edition=Edition.TRIAL, product__retired_at=None)
    open_to = on_trial | Q(product__in=products_bought_by(member))
    releases = Release.objects.filter(open_to).select_related("product")
    return releases.order_by("product__name", "product", "-released_on", "-id")


def products_bought_by(member: User) -> QuerySet[Product]:
    """The products of the member's orders, leaving out the orders of which everything paid was refunded.

    An order without a payment counts: it was free, or paid outside.
    """
    return Product.objects.filter(pk__in=_standing(Order.objects.filter(member=member)).values("product"))


def members_who_may_download(product: Product, version: str, *, among: Collection[int]) -> set[int]:
    """Those of `among` (keys of members) to whom `releases_open_to` would offer this version; two queries."""
    editions = set(Release.objects.filter(product=product, version=version).values_list("edition", flat=True))
    if Edition.TRIAL in editions:
        return set(among)
    if not editions:
        return set()
    bought = _standing(Order.objects.filter(product=product, member__in=among))
    return set(bought.values_list("member", flat=True))


def _standing(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Those that are free, paid outside, or not refunded in whole."""
    payments = Payment.objects.filter(order=OuterRef("pk"))
    return orders.filter(~Exists(payments) | Exists(payments.filter(reserved_minor__lt=F("captured_minor"))))


def record_download(member: User, release: Release, *, by: Actor, at: datetime) -> Download:
    """Note that `member` downloads `release`; call before the file is served. Raises NotBought."""
    for_buyers = release.edition == Edition.FULL or release.product.retired_at is not None
    if for_buyers and not products_bought_by(member).filter(pk=release.product_id).exists():
        raise NotBought(release.product)
    with transaction.atomic():
        download = Download.objects.create(member=member, release=release, at=at)
        record(Action.DOWNLOADED, subject=download, by=by, at=at)
    return download
