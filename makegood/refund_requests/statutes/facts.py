"""What our records tell a statute, in the names that the documents of `policies/statutes/` use."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from makegood.orders.models import Order

EUROPEAN_UNION = frozenset(
    {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES"}
    | {"FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU"}
    | {"LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}
)
TERRITORIES = {
    "in_european_union": EUROPEAN_UNION,
    "in_united_kingdom": frozenset({"GB"}),
    "in_australia": frozenset({"AU"}),
}


def told_by_records(
    order: Order, *, bought_on: date | None, received_at: datetime, uses: int, zone: ZoneInfo
) -> dict[str, object]:
    """Facts of the order by name; None where no record tells. `bought_on` None: it is disputed.

    `uses`: how often a service was used since the purchase. Whether software was begun, whether a consumer
    bought and was told of the law is in no record: staff find it out.
    """
    began = uses > 0 if order.product.kind == "service" else None
    received_on = received_at.astimezone(zone).date()
    return {
        "country": order.country or None,
        **{name: order.country in there if order.country else None for name, there in TERRITORIES.items()},
        "concluded_on": bought_on,
        "supplied_on": bought_on,
        "debited_on": bought_on,
        "withdrawn_on": received_on,
        "asked_on": received_on,
        "performance_began": began,
        "supply_began": began,
    }
