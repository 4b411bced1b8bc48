"""`makegood release SKU trial|full VERSION PLATFORM FILE`: a file that members can download."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db.models import CharField
from django.utils import timezone

from makegood.audit.actors import System
from makegood.orders.models import Edition, Product, Release
from makegood.orders.publishing import AlreadyPublished, NotForDownload, publish


class Command(BaseCommand):
    help = "Put a file on the Downloads page: a trial version for every member, a full one for buyers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sku", help="the product's code: mail-sender")
        parser.add_argument("edition", choices=Edition.values)
        parser.add_argument("version", help="9.6.1")
        parser.add_argument("platform", help="as members read it: Windows")
        parser.add_argument("file", help="it is copied; members get it by its name")

    def handle(self, *, sku: str, edition: str, version: str, platform: str, file: str, **_: Any) -> None:
        product = Product.objects.filter(sku=sku).first()
        if product is None:
            raise CommandError(f"{sku} is no product; makegood product adds one.")
        _check(version=version, platform=platform)
        try:
            with Path(file).open("rb") as opened:
                release = publish(
                    product,
                    edition=Edition(edition),
                    version=version,
                    platform=platform,
                    file=opened,
                    name=Path(file).name,
                    by=System("command line"),
                    at=timezone.now(),
                )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from error
        except (AlreadyPublished, NotForDownload) as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{release} is on offer: {release.byte_size:,} bytes, SHA-256 {release.sha256}.")


def _check(**told: str) -> None:
    for name, value in told.items():
        try:
            field = cast("CharField[str, str]", Release._meta.get_field(name))
            field.clean(value, None)
        except ValidationError as error:
            raise CommandError(f"{name}: {' '.join(error.messages)}") from None
