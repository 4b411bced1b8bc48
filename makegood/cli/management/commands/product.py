"""`makegood product SKU NAME software|service`: what the vendor sells."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from makegood.orders.models import Product, ProductKind


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
        product = Product.objects.filter(sku=sku).first() or Product(sku=sku)
        if product.pk and product.kind != fields["kind"] and product.orders.exists():
            raise CommandError(f"{sku} was sold as {product.kind}, so it cannot become {fields['kind']}.")
        is_new = product.pk is None
        for name, value in fields.items():
            setattr(product, name, value)
        try:
            product.full_clean(exclude=["trial_days", "trial_quota"])  # None: there is no trial
        except ValidationError as error:
            told_wrong = error.message_dict.items()
            raise CommandError("; ".join(f"{name}: {' '.join(said)}" for name, said in told_wrong)) from None
        product.save()
        self.stdout.write(f"{sku} is {'added' if is_new else 'changed'}: {product.name}, {product.kind}.")
