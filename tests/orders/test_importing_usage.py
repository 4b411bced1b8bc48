"""A file of usage comes in whole, or nothing of it does."""

from __future__ import annotations

from io import BytesIO

import pytest

from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.models import Event
from makegood.orders.importing import Imported, ImportRefused, import_usage
from makegood.orders.models import Order, Usage
from tests.people import NOON, ago, an_order, mail_sender, olena, verifier

pytestmark = pytest.mark.django_db

COLUMNS = "usage_id,order_number,used_at,units,what"
USE = "u-1,S-1,2026-11-22T10:00:00Z,250,Addresses verified"


@pytest.fixture(autouse=True)
def subscription() -> Order:
    return an_order(olena(), verifier(), number="S-1", purchased_at=ago(days=10))


def bring(*lines: str) -> Imported:
    file = BytesIO("\n".join([COLUMNS, *lines, ""]).encode())
    return import_usage(file, name="usage.csv", by=System("a test"), at=NOON)


def problems(*lines: str) -> list[str]:
    with pytest.raises(ImportRefused) as refused:
        bring(*lines)
    return [str(problem) for problem in refused.value.problems]


def test_a_use_comes_in_under_its_order(subscription: Order) -> None:
    assert bring(USE) == Imported(lines=1, new=1, known=0)
    use = subscription.usage.get()
    assert (use.external_id, use.units, use.what) == ("u-1", 250, "Addresses verified")
    assert Event.objects.get(action=Action.USAGE_IMPORTED).details["new"] == 1


def test_the_same_file_again_changes_nothing() -> None:
    bring(USE)
    before = list(Usage.objects.values())
    assert bring(USE, "u-2,s-1,2026-11-22T11:00:00Z,1,") == Imported(lines=2, new=1, known=1)
    assert bring(USE) == Imported(lines=1, new=0, known=1)
    assert list(Usage.objects.filter(external_id="u-1").values()) == before


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("u-1,S-9,2026-11-22T10:00:00Z,1,", "line 2, order_number: Order “S-9” is not known."),
        (
            "u-1,M-1,2026-11-22T10:00:00Z,1,",
            "Order “M-1” is of “Mail Sender”, which is software; only services",
        ),
        (
            "u-1,S-1,2026-11-01T10:00:00Z,1,",
            "used_at: Order “S-1” was purchased later than that, at “2026-11-13",
        ),
        ("u-1,S-1,2026-11-22T10:00:00Z,0,", "units: “0” is not a whole number from 1 to 999999999."),
        ("u-1,S-1,2026-11-22T10:00:00Z,1.5,", "units: “1.5” is not a whole number"),
        ("u-1,S-1,yesterday,1,", "used_at: “yesterday” is not a date and time such as"),
    ],
)
def test_a_use_that_cannot_be_is_refused(line: str, told: str) -> None:
    an_order(olena(), mail_sender(), number="M-1", purchased_at=ago(days=10))
    (problem,) = problems(line)
    assert told in problem
    assert not Usage.objects.exists()


def test_a_use_that_is_known_is_not_overwritten() -> None:
    bring(USE)
    assert problems(USE.replace("250", "251")) == [
        "line 2, units: It says “251”, but use “u-1” is known with “250”. What is known is not overwritten."
    ]


def test_two_lines_that_tell_one_use_differently_are_refused() -> None:
    assert problems(USE, USE.replace("10:00", "10:01")) == [
        "line 3, used_at: It says “2026-11-22T10:01:00Z”, "
        "but line 2 of this file says “2026-11-22T10:00:00Z” of the same use."
    ]
