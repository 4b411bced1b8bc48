"""Two people of finance let a batch of transfers out, and record what the bank made of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from makegood.refunds.models import Refund
from makegood.refunds.states import State
from makegood.refunds.transfers import accounts
from makegood.refunds.transfers.typed import read_account
from tests.journeys.stage import DESKTOP, PHONE_AT_NIGHT, WITHOUT_SCRIPTS, Look, Person, seen_on
from tests.people import finn
from tests.refunds.transfer_scenes import ANOTHER_OF_THEIRS, THEIRS, a_transfer, frida, waiting

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]


@seen_on(DESKTOP, PHONE_AT_NIGHT, WITHOUT_SCRIPTS)
def test_a_batch_goes_to_the_bank(someone: Someone, look: Look) -> None:
    at = timezone.now()
    for number in (1, 2):
        waiting("R-7K3M-20", number, at=at)
    a_transfer("19.90", reference="R-2B4C-21", at=at)
    changed = waiting("R-5T6V-22", 1, at=at)
    accounts.give(changed, read_account(name="Lars Ødegård", iban=ANOTHER_OF_THEIRS), by=finn(), at=at)
    maker, checker = someone(finn()), someone(frida())
    maker.open("/desk/transfers/")
    expect(maker.page.get_by_role("heading", level=1)).to_have_text("4 refunds wait to be transferred")
    maker.examines(step="waiting")
    maker.page.get_by_role("button", name="Gather into a batch").click()
    expect(maker.page.get_by_text("You gathered this batch")).to_be_visible()
    maker.examines(step="gathered")
    checker.page.goto(maker.page.url)
    checker.examines(step="to-be-released")
    checker.page.get_by_role("button", name="Release €158.00").click()
    expect(checker.page.get_by_text("Released. Its file can be downloaded")).to_be_visible()
    with checker.page.expect_download() as download:
        checker.page.get_by_role("button", name="Download the file for the bank").click()
    assert THEIRS.encode() in download.value.path().read_bytes()
    checker.page.get_by_role("button", name="The bank accepted the file").click()
    checker.page.get_by_text("The bank executed it", exact=True).first.click()
    checker.examines(step="at-the-bank")
    checker.page.get_by_role("button", name="The bank executed it").click()
    expect(checker.page.get_by_text("Recorded as sent")).to_be_visible()
    assert Refund.objects.filter(state=State.SUCCEEDED).count() == 2
    checker.open(f"/desk/money/{changed.pk}/")
    checker.examines(step="account-changed")
    checker.page.get_by_role("button", name="Agree to this account").click()
    expect(checker.page.get_by_text("Agreed; the refund goes to this account.")).to_be_visible()
    checker.open("/desk/transfers/")
    checker.examines(step="batches")
