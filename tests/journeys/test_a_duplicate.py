"""The same thing ordered twice: the pair is proposed, one of the two is refunded, and the other is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from makegood.refund_requests.models import RefundRequest
from tests.journeys.stage import DESKTOP, PHONE_AT_NIGHT, WITHOUT_SCRIPTS, Person, Till, seen_on
from tests.people import olena, petro, usd

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]
FOUR_MINUTES = 4 / 24 / 60


@seen_on(PHONE_AT_NIGHT, DESKTOP, WITHOUT_SCRIPTS)
def test_duplicate(someone: Someone, till: Till) -> None:
    kept = till.sold("verifier-online", amount=usd("30.00"), days_ago=3 + FOUR_MINUTES)
    meant = till.sold("verifier-online", amount=usd("30.00"), days_ago=3)
    member = someone(olena())
    olena_names_both(member, kept.number, meant.number)
    petro_decides_at_once(someone(petro()))
    till.work()
    till.pass_time()
    member.open(f"/refunds/{RefundRequest.objects.get().reference}/")
    member.sees("$30.00 has arrived", step="07-arrived")
    assert [meant.payments.get().refundable.minor, kept.payments.get().refundable.minor] == [0, 30_00]


def olena_names_both(member: Person, kept: str, meant: str) -> None:
    member.open("/")
    member.submits("Ask for a refund")
    member.chooses("I ordered it twice")
    member.submits("Continue")
    member.reads(f"orders {kept} and {meant}", "4 minutes apart")
    member.sees("Which two orders?", step="01-pair")
    member.chooses(f"orders {kept} and {meant}")
    member.submits("Continue")
    member.chooses(meant)
    member.sees("Which one of the two?", step="02-which")
    member.submits("Continue")
    member.sees("Check your answers", step="03-check")
    member.reads("I ordered it twice", kept, meant)
    member.submits("Send the request")
    member.sees("We have your request", step="04-sent")


def petro_decides_at_once(representative: Person) -> None:
    representative.open("/desk/")
    representative.submits("Take the next one")
    representative.sees("duplicate", step="05-examination")
    representative.follows("Decide")
    representative.sees("Refund $30.00 to Olena?", step="06-decide")
    representative.submits("Refund $30.00")
    representative.reads("$30.00 goes back to Olena, who gets your letter.")
