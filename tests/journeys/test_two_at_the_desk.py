"""Two people of the desk on one ticket; a prepared reply; and a hand that never leaves the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from makegood.refund_requests.models import Look as Looking
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.prepared_replies.writing import prepare
from tests.cases import a_request, taken
from tests.journeys.stage import DESKTOP, WITHOUT_SCRIPTS, Look, Person, seen_on
from tests.people import an_order, ola, olena, petro, roza
from tests.world import store_files

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]
FIELD = "Write to Olena"


def held() -> RefundRequest:
    """Olena's request in Petro's hands, and a reply for everybody."""
    at = timezone.now()
    asked = a_request(an_order(olena(), purchased_at=at), at=at)
    store_files()
    body = "Which version is it, {first_name}?"
    prepare(title="Version", body=body, language="", product=None, by=ola(), at=at)
    return taken(asked, by=petro(), at=timezone.now())


def focused(page: Page) -> str:
    words: str = page.evaluate("document.activeElement.innerText || document.activeElement.id")
    return words


@seen_on(DESKTOP)
def test_each_sees_that_the_other_looks_at_it_too(someone: Someone, look: Look) -> None:
    address = f"/desk/requests/{held().reference}/"
    first = someone(petro())
    first.open(address)
    expect(first.page.locator("[data-looking]")).to_have_text("")
    second = someone(roza())
    second.open(address)
    expect(second.page.get_by_role("status").first).to_have_text("Petro Bondar is looking at this too.")
    first.page.reload()
    expect(first.page.get_by_text("Roza Lind is looking at this too.")).to_be_visible()
    first.examines(step="both-look-at-it")
    second.page.close()
    Looking.objects.filter(user=roza()).delete()
    first.page.reload()
    expect(first.page.locator("[data-looking]")).to_have_text("")


@seen_on(DESKTOP)
def test_a_prepared_reply_goes_where_the_cursor_is(someone: Someone, look: Look) -> None:
    writer = someone(petro())
    writer.open(f"/desk/requests/{held().reference}/")
    field = writer.page.get_by_label(FIELD)
    field.fill("Good morning.  Thank you.")
    field.evaluate("field => field.setSelectionRange(14, 14)")
    writer.page.get_by_role("button", name="Put it in").click()
    expect(field).to_have_value("Good morning. Which version is it, Olena? Thank you.")
    expect(field).to_be_focused()


@seen_on(WITHOUT_SCRIPTS)
def test_without_scripts_it_goes_below_what_was_typed(someone: Someone, look: Look) -> None:
    writer = someone(petro())
    writer.open(f"/desk/requests/{held().reference}/")
    writer.page.get_by_label(FIELD).fill("Good morning.")
    writer.page.get_by_role("button", name="Put it in").click()
    expect(writer.page.get_by_label(FIELD)).to_have_value("Good morning.\n\nWhich version is it, Olena?")


@seen_on(DESKTOP)
def test_keys_lead_through_the_ticket_until_they_are_switched_off(someone: Someone, look: Look) -> None:
    reader = someone(petro())
    reader.open(f"/desk/requests/{held().reference}/")
    page, keys = reader.page, reader.page.keyboard
    keys.press("r")
    expect(page.get_by_label(FIELD)).to_be_focused()
    keys.type("jmk?")
    expect(page.get_by_label(FIELD)).to_have_value("jmk?")
    page.get_by_role("heading", name="Examination").click()
    keys.press("m")
    expect(page.get_by_label("Note for colleagues")).to_be_focused()
    page.get_by_role("heading", name="Examination").click()
    keys.press("j")
    first = focused(page)
    keys.press("j")
    second = focused(page)
    assert "§" in first + second
    assert first != second
    keys.press("k")
    assert focused(page) == first
    style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid", "where the keys have come to is to be seen"
    keys.press("?")
    page.get_by_label("Use these shortcuts in this browser").uncheck()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("heading", name="Examination").click()
    keys.press("j")
    assert focused(page) != first
