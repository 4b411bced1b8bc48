"""`makegood sandbox --as NAME`: a payment provider without money, on this machine."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import fields
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from makegood.refunds import stand_ins


class Command(BaseCommand):
    help = "Stand in for a payment provider: no money, the same protocol. See docs/money.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        stand_ins.add_arguments(parser)

    def handle(self, **options: Any) -> None:
        wish = stand_ins.Wish(**{each.name: options[each.name] for each in fields(stand_ins.Wish)})
        try:
            stand_ins.run(wish, tell=self._tell)
        except (stand_ins.SecretMissing, OSError) as problem:
            raise CommandError(str(problem)) from None

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
