"""Downloads: trial versions for every member, full versions for those who bought the product."""

from __future__ import annotations

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
    payments = Payment.objects.filter(order=OuterRef("pk"))
    standing = Order.objects.filter(member=member).filter(
        ~Exists(payments) | Exists(payments.filter(reserved_minor__lt=F("captured_minor")))
    )
    return Product.objects.filter(pk__in=standing.values("product"))


def record_download(member: User, release: Release, *, by: Actor, at: datetime) -> Download:
    """Note that `member` downloads `release`; call before the file is served. Raises NotBought."""
    for_buyers = release.edition == Edition.FULL or release.product.retired_at is not None
    if for_buyers and not products_bought_by(member).filter(pk=release.product_id).exists():
        raise NotBought(release.product)
    with transaction.atomic():
        download = Download.objects.create(member=member, release=release, at=at)
        record(Action.DOWNLOADED, subject=download, by=by, at=at)
    return download
