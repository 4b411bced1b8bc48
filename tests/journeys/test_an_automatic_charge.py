"""A service renewed by itself: refused where it was used since, refunded where it was not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from makegood.orders.models import Order
from makegood.refund_requests.models import RefundRequest
from tests.journeys.stage import DESKTOP, PHONE_AT_NIGHT, WITHOUT_SCRIPTS, Person, Till, seen_on
from tests.people import a_use, olena, petro, usd

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]


@seen_on(PHONE_AT_NIGHT, DESKTOP, WITHOUT_SCRIPTS)
def test_automatic_charge(someone: Someone, till: Till) -> None:
    used, unused = a_renewal(till, "atomic-mail"), a_renewal(till, "sms-balance")
    a_use(used, used_at=timezone.now() - timedelta(days=2), units=3, what="letters sent")
    member = someone(olena())
    olena_is_told_that_it_was_used(member, used.number)
    olena_asks_for_the_other(member, unused.number, instead_of=used.number)
    petro_decides(someone(petro()))
    till.work()
    till.pass_time()
    member.open(f"/refunds/{RefundRequest.objects.get().reference}/")
    member.sees("$12.00 has arrived", step="05-arrived")


def a_renewal(till: Till, product: str) -> Order:
    """Charged by itself ten days ago, as Olena chose when she bought it."""
    price = usd("12.00")
    bought = till.sold(product, amount=price, days_ago=41, auto_renewal_chosen=True)
    return till.sold(product, amount=price, days_ago=10, renews=bought, auto_renewal_chosen=True)


def olena_is_told_that_it_was_used(member: Person, number: str) -> None:
    member.open("/")
    member.submits("Ask for a refund")
    member.chooses("I was charged automatically")
    member.submits("Continue")
    member.reads("used since: 3", "not used since", "automatic renewal was chosen when buying")
    member.sees("Which automatic charges?", step="01-renewals")
    member.chooses(number)
    member.submits("Continue")
    member.reads("Our policy does not allow this refund", "4(c)")
    member.sees("Which automatic charges?", step="02-used")
    member.open(member.page.url.removeprefix(member.site).replace("/order/", "/check/"))
    assert not member.page.get_by_role("button", name="Send the request").is_visible()
    assert not RefundRequest.objects.exists()


def olena_asks_for_the_other(member: Person, number: str, *, instead_of: str) -> None:
    member.open(member.page.url.removeprefix(member.site).replace("/check/", "/order/"))
    member.page.get_by_label(instead_of).uncheck()
    member.chooses(number)
    member.submits("Continue")
    member.sees("Check your answers", step="03-check")
    member.submits("Send the request")
    member.reads("number 1 in the queue")


def petro_decides(representative: Person) -> None:
    representative.open("/desk/")
    representative.submits("Take the next one")
    representative.sees("automatic charge", step="04-examination")
    representative.follows("Decide")
    representative.submits("Refund $12.00")
    representative.reads("$12.00 goes back to Olena")
