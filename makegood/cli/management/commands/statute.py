"""`makegood statute FILE…`: the text of a law, which the desk can then switch on."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from makegood.audit.actors import System
from makegood.cli.policy.reading import WRONG, Refused, policy_of
from makegood.cli.policy.test import failures, summary
from makegood.policy import Policy, PolicyErrors
from makegood.refund_requests.statutes.keeping import KeptOtherwise, keep


class Command(BaseCommand):
    help = "Keep the text of a statute for the desk; it decides nothing until two people switch it on there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", metavar="FILE", nargs="+", help="such as policies/statutes/eu-withdrawal.md"
        )

    def handle(self, *, files: Sequence[str], **_: Any) -> None:
        try:
            documents = [policy_of(file) for file in files]
        except Refused as refused:
            raise CommandError(str(refused), returncode=refused.code) from None
        except PolicyErrors as errors:
            raise CommandError(str(errors), returncode=WRONG) from None
        for policy in documents:
            self._test(policy)
        for policy in documents:
            self._keep(policy)

    def _test(self, policy: Policy) -> None:
        results = policy.run_examples()
        failed = [result for result in results if not result.passed]
        for line in failures(policy, failed):
            self.stderr.write(line)
        if failed:
            raise CommandError(summary(policy, results))

    def _keep(self, policy: Policy) -> None:
        try:
            kept = keep(policy.text, by=System("command line"), at=timezone.now())
        except KeptOtherwise as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{kept} is kept. It is switched on for countries at the desk, under Statutes.")
