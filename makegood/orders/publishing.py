"""Publishing a release: its file is copied into our store, measured and hashed on the way."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import IO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, transaction

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.recording import record
from makegood.orders.models import Edition, Product, ProductKind, Release

PIECE = 1024 * 1024


class NotForDownload(Exception):
    """The product is a service."""

    def __init__(self, product: Product) -> None:
        super().__init__(f"{product} is a service; only software has files to download.")


class AlreadyPublished(Exception):
    """There is such a release; a file that people have is not replaced under the same version."""

    def __init__(self, release: Release) -> None:
        super().__init__(
            f"{release.product} {release.version} for {release.platform}, {release.get_edition_display()}, "
            "is published already. Give the new file a new version."
        )


def publish(
    product: Product,
    *,
    edition: Edition,
    version: str,
    platform: str,
    file: IO[bytes],
    name: str,
    by: Actor,
    at: datetime,
) -> Release:
    """Put `file` on offer as `name` from now on, released on the desk's day.

    Raises NotForDownload and AlreadyPublished.
    """
    if product.kind != ProductKind.SOFTWARE:
        raise NotForDownload(product)
    size, sha256 = _measured(file)
    release = Release(
        product=product,
        edition=edition,
        version=version,
        platform=platform,
        byte_size=size,
        sha256=sha256,
        released_on=at.astimezone(ZoneInfo(settings.MAKEGOOD_DESK_ZONE)).date(),
    )
    if Release.objects.filter(product=product, edition=edition, version=version, platform=platform).exists():
        raise AlreadyPublished(release)
    # In a folder of its own, so that members get it by its own name however many are called alike.
    release.file.save(f"{sha256[:16]}-{edition}/{name}", File(file), save=False)
    try:
        with transaction.atomic():
            release.save()
            told = {"version": version, "platform": platform}
            record(Action.RELEASE_PUBLISHED, subject=release, by=by, at=at, **told)
    except IntegrityError:  # somebody was faster
        release.file.delete(save=False)
        raise AlreadyPublished(release) from None
    return release


def _measured(file: IO[bytes]) -> tuple[int, str]:
    """Its bytes and SHA-256; afterwards it stands at its beginning again."""
    size, digest = 0, hashlib.sha256()
    while piece := file.read(PIECE):
        size += len(piece)
        digest.update(piece)
    file.seek(0)
    return size, digest.hexdigest()
