"""`makegood verify money` says that all is well, or what is not."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from makegood.cli.management.commands.verify import ALL
from makegood.orders.models import Payment
from tests.people import an_order, olena
from tests.refunds.scenes import Scene


def test_money_that_is_right(scene: Scene) -> None:
    scene.payment()
    out = StringIO()
    with override_settings(MAKEGOOD_SANDBOX_URL=scene.sandbox.url):
        call_command("verify", "money", stdout=out)
    assert out.getvalue() == f"{ALL}\n"


@pytest.mark.django_db
def test_money_that_is_not() -> None:
    an_order(olena(), purchased_at=timezone.now())
    Payment.objects.update(reserved_minor=1)
    told = StringIO()
    with pytest.raises(CommandError, match="Problems with the money: 1"):
        call_command("verify", "money", "--offline", stderr=told)
    assert told.getvalue().startswith("I2 reserved: ")
