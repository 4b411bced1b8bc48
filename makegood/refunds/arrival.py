"""When the money will arrive: an honest range by payment method, from our own experience once we have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import ceil, floor
from statistics import quantiles
from zoneinfo import ZoneInfo

import holidays
from django.db.models import F, Q

from makegood.refunds.models import Refund
from makegood.refunds.states import State

ENOUGH_SAMPLES = 20
_LATEST = 500

# Working days from sending to the customer's statement. Cards: Stripe, “Refunds”: 5–10 business days. PayPal:
# “How long will my refund take?”: the balance the same day, a bank account up to 5 days. SEPA credit
# transfers: Regulation (EU) 260/2012 and Directive (EU) 2015/2366 art. 83: the next working day.
_USUAL: dict[str, tuple[int, int]] = {
    "card": (5, 10),
    "paypal": (0, 5),
    "sepa": (1, 1),
    "wire": (1, 5),
}
_ANYTHING = (1, 10)


ANOTHER_WAY = "wire"
"""How a refund travels that does not go back the way the money came, unless its provider is such a way."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Between `earliest` and `latest`, both working days included; `measured`: from our own refunds."""

    earliest: date
    latest: date
    working_days: tuple[int, int]
    measured: bool


class Experience:
    """Our own refunds that arrived: read once for each method, however many refunds are asked about."""

    def __init__(self) -> None:
        self._moments: dict[str, list[tuple[datetime | None, datetime | None]]] = {}

    def moments(self, method: str) -> list[tuple[datetime | None, datetime | None]]:
        """When the latest by `method` left and when they arrived."""
        if method not in self._moments:
            back = Q(provider=F("payment__provider"), payment__method=method)
            travelled = back | ~Q(provider=F("payment__provider")) if method == ANOTHER_WAY else back
            arrived = Refund.objects.filter(
                travelled, state=State.SETTLED, succeeded_at__isnull=False, settled_at__isnull=False
            )
            moments = arrived.order_by("-settled_at").values_list("succeeded_at", "settled_at")
            self._moments[method] = list(moments[:_LATEST])
        return self._moments[method]


def expected_for(refund: Refund, *, zone: ZoneInfo, experience: Experience | None = None) -> Arrival | None:
    """When a refund should arrive, counted from the day in `zone` on which it left; None: it has not left.

    Page and letters ask here, so that they name the same days. `experience` is shared by whoever asks often.
    """
    if refund.succeeded_at is None:
        return None
    payment = refund.payment
    another_way = refund.provider if refund.provider in _USUAL else ANOTHER_WAY
    method = payment.method if refund.provider == payment.provider else another_way
    sent_on = refund.succeeded_at.astimezone(zone).date()
    return expected(method, sent_on=sent_on, country=payment.order.country, experience=experience)


def expected(method: str, *, sent_on: date, country: str, experience: Experience | None = None) -> Arrival:
    """When a refund by `method` sent on `sent_on` should arrive; always a range, never a promise.

    `country` (ISO 3166 alpha-2) gives the bank holidays; weekends only where it is empty or unknown. A
    method nobody has named gets the widest usual range.
    """
    measured = _measured((experience or Experience()).moments(method), country)
    low, high = measured or _USUAL.get(method, _ANYTHING)
    earliest, latest = _after(sent_on, low, country), _after(sent_on, high, country)
    return Arrival(earliest, latest, (low, high), measured is not None)


def _measured(
    moments: Sequence[tuple[datetime | None, datetime | None]], country: str
) -> tuple[int, int] | None:
    """The median and the 90th percentile of our latest refunds; None below 20 of them."""
    days = [_working_days_between(sent, there, country) for sent, there in moments]
    if len(days) < ENOUGH_SAMPLES:
        return None
    tenths = quantiles(days, n=10, method="inclusive")
    return floor(tenths[4]), ceil(tenths[8])


def _working_days_between(sent: datetime | None, there: datetime | None, country: str) -> int:
    if sent is None or there is None:
        return 0
    days = (there.date() - sent.date()).days
    passed = (sent.date() + timedelta(days=number) for number in range(1, days + 1))
    return sum(1 for day in passed if is_working_day(day, country))


def _after(day: date, working_days: int, country: str) -> date:
    """The day that many working days after `day`; for 0 the first working day from `day` on."""
    while working_days > 0 or not is_working_day(day, country):
        day += timedelta(days=1)
        if is_working_day(day, country):
            working_days -= 1
    return day


def is_working_day(day: date, country: str) -> bool:
    """Whether banks in `country` work on `day`."""
    return day.weekday() < 5 and day not in _holidays(country)


@lru_cache
def _holidays(country: str) -> holidays.HolidayBase:
    if country and country in holidays.list_supported_countries():
        return holidays.country_holidays(country)
    return holidays.HolidayBase()
