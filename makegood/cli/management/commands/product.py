"""`makegood product SKU NAME software|service`: what the vendor sells."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from makegood.audit.actors import System
from makegood.orders.models import Product, ProductKind
from makegood.orders.products import (
    CodeTaken,
    KindSettled,
    ProductChangedMeanwhile,
    Terms,
    TrialOfSoftware,
    add,
    change,
)

REFUSALS = (CodeTaken, KindSettled, ProductChangedMeanwhile, TrialOfSoftware)


class Command(BaseCommand):
    help = (
        "Add a product, or change the one with this code; the import of orders names products by their code."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sku", help="its code, as orders name it: mail-sender")
        parser.add_argument("name", help='its name, as members read it: "Mail Sender"')
        parser.add_argument(
            "kind", choices=ProductKind.values, help="software is installed, a service used online"
        )
        parser.add_argument("--summary", default="", help="one sentence for the Downloads and trials pages")
        parser.add_argument("--unit", default="", help='what uses of a service are counted in: "letters"')
        parser.add_argument("--trial-days", type=int, help="how long a free trial of a service lasts")
        parser.add_argument("--trial-quota", type=int, help="how many units the trial allows")

    def handle(self, *, sku: str, **told: Any) -> None:
        fields = {
            name: told[name] for name in ("name", "kind", "summary", "unit", "trial_days", "trial_quota")
        }
        _check(sku, fields)
        terms = Terms(**{**fields, "kind": ProductKind(fields["kind"])})
        known = Product.objects.filter(sku=sku).first()
        by, at = System("command line"), timezone.now()
        try:
            if known is None:
                product = add(sku, terms, by=by, at=at)
            else:
                product = change(known, terms, edition=known.edition, by=by, at=at)
        except REFUSALS as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{sku} is {'changed' if known else 'added'}: {product.name}, {product.kind}.")


def _check(sku: str, fields: dict[str, Any]) -> None:
    # None: there is no trial.
    left_out = [name for name in ("trial_days", "trial_quota") if fields[name] is None]
    try:
        Product(sku=sku, **fields).clean_fields(exclude=left_out)
    except ValidationError as error:
        told_wrong = error.message_dict.items()
        raise CommandError("; ".join(f"{name}: {' '.join(said)}" for name, said in told_wrong)) from None
    if fields["trial_days"] == 0:
        raise CommandError("trial_days: A trial lasts a day or longer; leave it out where there is none.")
