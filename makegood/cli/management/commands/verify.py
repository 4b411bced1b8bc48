"""`makegood verify money`: every invariant of the money, in the rows, the files and at the providers."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from makegood.refunds.connected import all_providers
from makegood.verifying import problems

ALL = "The money is right: I1 to I7 hold, and the books balance."
ALL_BUT_THE_PROVIDERS = (
    "The rows are right: I2 to I7 hold, and the books balance. No provider was asked for I1."
)


class Command(BaseCommand):
    help = (
        "Check that the money is right; ends with 1 and says what is wrong when it is not. See docs/money.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["money"], help="what to verify")
        parser.add_argument("--offline", action="store_true", help="ask no provider, only the database")

    def handle(self, *, offline: bool, **_: Any) -> None:
        providers = {} if offline else all_providers(connections=settings)
        wrong = 0
        for problem in problems(at=timezone.now(), providers=providers):
            self.stderr.write(problem.numbered)
            wrong += 1
        if wrong:
            raise CommandError(f"Problems with the money: {wrong}. docs/money.md says what each word means.")
        self.stdout.write(ALL_BUT_THE_PROVIDERS if offline else ALL)
