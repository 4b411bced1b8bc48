"""Licences from a file of the shop."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.effects.importing import import_licences
from makegood.effects.models import Given
from makegood.orders.importing import Imported, ImportRefused
from tests.effects.scenes import WORKER
from tests.people import NOON, ago, an_order, olena

pytestmark = pytest.mark.django_db


def imported(*lines: str) -> Imported:
    text = "\n".join(["order_number,licence,ends_on", *lines])
    return import_licences(BytesIO(text.encode()), name="licences.csv", by=WORKER, at=NOON)


def refused(*lines: str) -> str:
    with pytest.raises(ImportRefused) as refusal:
        imported(*lines)
    return "\n".join(map(str, refusal.value.problems))


def orders() -> None:
    for number in ("S-1", "S-2"):
        an_order(olena(), purchased_at=ago(days=21), number=number)


def test_licences_come_in_and_the_newest_file_counts() -> None:
    orders()
    assert imported("s-1,L-1,2026-12-02", "S-2,L-1,") == Imported(2, 2, 0)
    assert imported("S-1,L-1,2026-12-02", "S-2,L-2,2027-01-02") == Imported(2, 1, 1)
    told = Given.objects.order_by("order__number").values_list("order__number", "licence", "ends_on")
    assert list(told) == [("S-1", "L-1", date(2026, 12, 2)), ("S-2", "L-2", date(2027, 1, 2))]
    assert Event.objects.filter(action=Action.GIVEN_IMPORTED).count() == 2


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("S-9,L-1,", "is not known."),
        ("S-1,,", "licence"),
        ("S-1,L-1,02.12.2026", "is not a day such as 2026-12-02"),
        ("S-1,L-1,2026-02-31", "is not a day such as 2026-12-02"),
        ("S-1,L-1,\ns-1,L-2,", "of this file tells of order"),
    ],
)
def test_a_file_with_a_bad_line_changes_nothing(line: str, why: str) -> None:
    orders()
    assert why in refused("S-2,L-2,", *line.splitlines())
    assert not Given.objects.exists()
