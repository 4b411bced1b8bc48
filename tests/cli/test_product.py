"""`makegood product`."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from makegood.orders.models import Product
from tests.people import ago, an_order, mail_sender, olena

pytestmark = pytest.mark.django_db


def test_a_product_is_added_with_its_trial() -> None:
    call_command(
        "product", "verifier", "Mail Verifier", "service", "--trial-days", "14", "--trial-quota", "100"
    )
    product = Product.objects.get(sku="verifier")
    assert (product.name, product.kind, product.trial_days, product.trial_quota) == (
        "Mail Verifier",
        "service",
        14,
        100,
    )


def test_named_again_it_is_changed(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("product", "mail-sender", "Mail Sender", "software")
    call_command("product", "mail-sender", "Mail Sender 10", "software")
    assert Product.objects.get().name == "Mail Sender 10"
    assert "mail-sender is changed" in capsys.readouterr().out


def test_what_was_sold_as_software_stays_software() -> None:
    an_order(olena(), mail_sender(), purchased_at=ago(days=1))
    with pytest.raises(CommandError, match="was sold as what it is"):
        call_command("product", "mail-sender", "Mail Sender", "service")


def test_a_code_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(CommandError, match="sku: "):
        call_command("product", "mail sender!", "Mail Sender", "software")
