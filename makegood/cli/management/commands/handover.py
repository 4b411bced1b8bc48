"""`makegood handover EMAIL`: a link as the shop would make it, for trying."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone

from makegood.accounts.handover import write_link


class Command(BaseCommand):
    help = "Print a link that lets a customer in once, within five minutes; see docs/connect-accounts.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="the name of somebody new")
        parser.add_argument("--next", default="", help="the page to open, for example /downloads/")

    def handle(self, *, email: str, **options: Any) -> None:
        if not settings.MAKEGOOD_HANDOVER_SECRET:
            raise CommandError("MAKEGOOD_HANDOVER_SECRET is not set, so no link lets anybody in.")
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"“{email}” is not an e-mail address.") from None
        token = write_link(
            email=email,
            name=options["name"],
            page=options["next"],
            secret=settings.MAKEGOOD_HANDOVER_SECRET,
            at=timezone.now(),
        )
        self.stdout.write(
            f"{settings.MAKEGOOD_SITE_URL}{reverse('members:enter')}?{urlencode({'token': token})}"
        )
