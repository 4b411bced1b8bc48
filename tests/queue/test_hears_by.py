"""What the newest promise says stands on the request, for lists in its order."""

from __future__ import annotations

from functools import partial

import pytest

from makegood.queue.models import Promise
from makegood.refund_requests.models import RefundRequest
from tests.at_once import at_once, refusals
from tests.cases import a_request, now
from tests.people import NOON, later

pytestmark = pytest.mark.django_db


def promised(refund_request: RefundRequest, hours: int) -> Promise:
    return Promise.objects.create(refund_request=refund_request, made_at=NOON, due_at=later(hours=hours))


def test_the_newest_promise_counts_even_if_it_is_the_sooner_one() -> None:
    asked = a_request()
    assert now(asked).hears_by == asked.promises.latest("pk").due_at
    promised(asked, hours=90)
    newest = promised(asked, hours=2)
    assert now(asked).hears_by == newest.due_at


@pytest.mark.django_db(transaction=True)
def test_of_promises_made_at_once_the_newest_counts() -> None:
    asked = a_request()
    assert refusals(at_once(*(partial(promised, asked, hours) for hours in range(1, 7)))) == []
    assert now(asked).hears_by == asked.promises.latest("pk").due_at
