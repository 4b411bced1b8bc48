"""What the Downloads page shows: each product, its newest files, and the older ones behind a fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from makegood.accounts.models import User
from makegood.orders.downloads import releases_open_to
from makegood.orders.models import Edition, Product, Release


@dataclass(frozen=True)
class ProductFiles:
    """The files of one product that a member may have: `newest` of each platform and edition, and others."""

    product: Product
    newest: Sequence[Release] = field(default_factory=list)
    older: Sequence[Release] = field(default_factory=list)


def products_with_releases(member: User) -> list[ProductFiles]:
    """By product name; one query."""
    by_product: dict[int, list[Release]] = {}
    for release in releases_open_to(member):
        by_product.setdefault(release.product_id, []).append(release)
    return [_split(releases) for releases in by_product.values()]


def _split(releases: Sequence[Release]) -> ProductFiles:
    """`releases` of one product, the newest of each kind before the others of it."""
    seen: set[tuple[str, str]] = set()
    newest: list[Release] = []
    older: list[Release] = []
    for release in releases:
        kind = (release.platform, release.edition)
        (older if kind in seen else newest).append(release)
        seen.add(kind)
    newest.sort(key=lambda release: (release.edition != Edition.FULL, release.platform))
    return ProductFiles(releases[0].product, newest, older)
