"""What Northwind Mail sells, and the files it lets people download."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from makegood.orders.models import Edition, Product, ProductKind, Release


@dataclass(frozen=True, slots=True)
class Ware:
    """A product with its usual price in whole US dollars; a service that renews does so every `term_days`."""

    sku: str
    name: str
    kind: ProductKind
    usd: int
    summary: str
    version: str = ""
    trial_days: int | None = None
    trial_quota: int | None = None
    unit: str = ""
    term_days: int | None = None


_SOFTWARE, _SERVICE = ProductKind.SOFTWARE, ProductKind.SERVICE

WARES = [
    Ware("mail-sender", "Mail Sender", _SOFTWARE, 79, "Sends newsletters from your own computer.", "9.3.2"),
    Ware("mail-sender-pro", "Mail Sender Pro", _SOFTWARE, 349, "For teams and large lists.", "9.3.2"),
    Ware("mail-verifier-desktop", "Mail Verifier", _SOFTWARE, 49, "Finds dead addresses.", "6.1.0"),
    Ware("list-manager", "List Manager", _SOFTWARE, 39, "Merges, sorts and cleans address lists.", "4.2.0"),
    Ware("address-extractor", "Address Extractor", _SOFTWARE, 45, "Collects addresses.", "3.8.4"),
    Ware(
        "verifier-online", "Mail Verifier Online", _SERVICE, 30, "Finds dead addresses on our servers.",
        trial_days=14, trial_quota=100, unit="verification credits", term_days=30,
    ),
    Ware(
        "sms-balance", "SMS Balance", _SERVICE, 25, "A balance to send text messages from.",
        trial_days=7, trial_quota=5, unit="messages",
    ),
    Ware(
        "atomic-mail", "Atomic Mail Service", _SERVICE, 12, "Mailing from our servers, month by month.",
        trial_days=30, trial_quota=200, unit="letters", term_days=30,
    ),
]  # fmt: skip
BY_SKU = {ware.sku: ware for ware in WARES}


def stock(*, at: datetime) -> None:
    """Create the products, and releases of the software with their files."""
    Product.objects.bulk_create(
        Product(
            sku=ware.sku,
            name=ware.name,
            kind=ware.kind,
            summary=ware.summary,
            trial_days=ware.trial_days,
            trial_quota=ware.trial_quota,
            unit=ware.unit,
        )
        for ware in WARES
    )
    products = {product.sku: product for product in Product.objects.all()}
    releases = [
        _release(products[ware.sku], ware.version, platform, edition, at - timedelta(days=40 + 3 * number))
        for number, ware in enumerate(WARES)
        if ware.kind == ProductKind.SOFTWARE
        for platform in ("Windows", "macOS")
        for edition in Edition
    ]
    Release.objects.bulk_create(releases)


def _release(product: Product, version: str, platform: str, edition: Edition, at: datetime) -> Release:
    content = archive(f"{product.name} {version} for {platform}, {edition.label.lower()}")
    release = Release(
        product=product,
        version=version,
        platform=platform,
        edition=edition,
        byte_size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        released_on=at.date(),
    )
    name = f"{product.sku}-{version}-{platform.lower()}-{edition.value}.zip"
    release.file.save(name, ContentFile(content), save=False)
    return release


def archive(title: str) -> bytes:
    """A zip with a read-me; the same bytes whenever and wherever it is made."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        entry = zipfile.ZipInfo("README.txt", date_time=(2026, 1, 1, 0, 0, 0))
        archive.writestr(entry, f"{title}\n\nThis is sample data of Makegood: there is no program in it.\n")
    return written.getvalue()
