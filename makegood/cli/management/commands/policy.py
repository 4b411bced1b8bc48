"""The part of `makegood policy` that needs the database: `makegood policy publish FILE`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from makegood.audit.actors import System
from makegood.cli.policy.reading import WRONG, Refused, as_json, policy_of
from makegood.cli.policy.test import failures, summary
from makegood.policy import Policy, PolicyErrors
from makegood.refund_requests import policies


class Command(BaseCommand):
    help = "Publish a policy document; one whose examples do not come out as written is not published."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["publish"])
        parser.add_argument("file", help="a policy document in Markdown, or - for standard input")
        parser.add_argument("--json", action="store_true", help="say what was published as JSON")

    def handle(self, *, file: str, json: bool = False, **_: Any) -> None:
        try:
            policy = policy_of(file)
        except Refused as refused:
            raise CommandError(str(refused), returncode=refused.code) from None
        except PolicyErrors as errors:
            raise CommandError(str(errors), returncode=WRONG) from None
        self._test(policy)
        self._publish(policy, as_line=json)

    def _test(self, policy: Policy) -> None:
        results = policy.run_examples()
        failed = [result for result in results if not result.passed]
        for line in failures(policy, failed):
            self.stderr.write(line)
        if failed:
            raise CommandError(summary(policy, results))

    def _publish(self, policy: Policy, *, as_line: bool) -> None:
        try:
            version = policies.publish(text=policy.text, by=System("command line"), at=timezone.now())
        except policies.AlreadyPublished as refusal:
            raise CommandError(str(refusal)) from None
        if as_line:
            published = {"policy": policy.name, "version": version.version, "sha256": policy.sha256}
            self.stdout.write(as_json(published | {"in_force_from": str(version.in_force_from)}))
        else:
            in_force = f"in force from {version.in_force_from}"
            self.stdout.write(f"Version {version.version} is published, {in_force}.")
