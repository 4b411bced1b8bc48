"""The sample files in the repository can be imported, and the documentation names every column."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from makegood.audit.actors import System
from makegood.cli.seeding.catalogue import WARES
from makegood.orders.importing import Imported, import_orders, import_usage
from makegood.orders.importing import orders as order_import
from makegood.orders.importing import usage as usage_import
from makegood.orders.importing.sheets import Sheet
from makegood.orders.models import Order, Product
from makegood.orders.usage import uses_since
from tests.people import NOON

PROJECT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_the_samples_can_be_imported() -> None:
    Product.objects.bulk_create(Product(sku=ware.sku, name=ware.name, kind=ware.kind) for ware in WARES)
    shop = System("a test")
    with (PROJECT / "samples" / "orders.csv").open("rb") as file:
        imported = import_orders(file, name="orders.csv", by=shop, at=AT)
    with (PROJECT / "samples" / "usage.csv").open("rb") as file:
        used = import_usage(file, name="usage.csv", by=shop, at=AT)
    assert imported == Imported(lines=9, new=8, known=0, new_members=5, new_payments=8)
    assert used == Imported(lines=5, new=5, known=0)
    last_renewal = Order.objects.get(number="S-2006")
    assert uses_since(last_renewal, last_renewal.purchased_at) == 0


@pytest.mark.parametrize(("title", "sheet"), [("Orders", order_import.sheet), ("Usage", usage_import.sheet)])
def test_the_documentation_names_the_columns_that_there_are(
    title: str, sheet: Callable[[datetime], Sheet]
) -> None:
    text = (PROJECT / "docs" / "import.md").read_text(encoding="utf-8")
    section = text.partition(f"## {title}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\|", section, re.MULTILINE)
    told = {name: needed.strip() == "yes" for name, needed in rows}
    assert told == {column.name: column.needed for column in sheet(NOON).columns}
