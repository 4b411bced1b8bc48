"""Pages of the desk stay open while colleagues work: they tell what changed, and move nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from makegood.refund_requests.models import RefundRequest
from tests.cases import a_request, taken
from tests.journeys.stage import DESKTOP, PHONE_AT_NIGHT, Look, Person, seen_on
from tests.people import an_order, olena, petro, roza
from tests.serving import Served
from tests.world import store_files

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]
WRITE = "Write to Olena"


@pytest.fixture
def site(transactional_db: None) -> Iterator[str]:
    """Served as vendors serve it: the usual server of the tests holds no streams."""
    served = Served()
    served.start()
    yield served.url
    served.stop()


def waiting() -> RefundRequest:
    at = timezone.now()
    return a_request(an_order(olena(), purchased_at=at), at=at)


def held() -> RefundRequest:
    return taken(waiting(), by=petro(), at=timezone.now())


def top(place: Locator) -> float:
    return float(place.evaluate("place => place.getBoundingClientRect().top"))


def number(page: Page, label: str) -> Locator:
    return page.locator(".numbers > div", has_text=label).locator("dd").first


@seen_on(DESKTOP, PHONE_AT_NIGHT)
def test_a_colleague_takes_one_and_the_board_says_so(someone: Someone, look: Look) -> None:
    mine = held()
    for _ in range(2):
        waiting()
    store_files()
    first, second = someone(petro()), someone(roza())
    first.open("/desk/")
    expect(number(first.page, "Waiting")).to_have_text("2")
    link = first.page.get_by_role("link", name=mine.reference)
    link.focus()
    before = top(link)
    first.page.evaluate("window.isTheSamePage = true")

    second.open("/desk/")
    second.submits("Take the next one")
    expect(number(first.page, "Waiting")).to_have_text("1")

    second.writes(WRITE, "Which version is it?")
    second.submits("Send and wait for the answer")
    show = first.page.get_by_role("button", name="Show what is new (1)")
    expect(show).to_be_visible()
    expect(first.page.get_by_role("heading", name="Waiting for the customer")).to_have_count(0)
    expect(link).to_be_focused()
    assert top(link) == before, "it moved under the hand"
    first.examines(step="something-new")

    show.click()
    expect(first.page.get_by_role("heading", name="Waiting for the customer")).to_be_visible()
    expect(first.page.locator("tr.is-new")).to_be_focused()
    expect(show).to_be_hidden()
    assert first.page.evaluate("window.isTheSamePage")
    first.examines(step="shown")


@seen_on(DESKTOP)
def test_a_note_of_a_colleague_waits_beside_what_is_being_written(someone: Someone, look: Look) -> None:
    address = f"/desk/requests/{held().reference}/"
    store_files()
    first, second = someone(petro()), someone(roza())
    first.open(address)
    first.writes(WRITE, "Which version")
    field = first.page.get_by_label(WRITE)
    before = top(field)

    second.open(address)
    second.page.locator("summary", has_text="Write an internal note").click()
    second.page.locator("#note_body").fill("The engineers know it.")
    second.page.locator("form", has=second.page.locator("#note_body")).get_by_role("button").click()
    show = first.page.get_by_role("button", name="Show what is new (1)")
    expect(show).to_be_visible()
    expect(first.page.get_by_text("The engineers know it.")).to_have_count(0)
    expect(field).to_be_focused()
    assert top(field) == before, "it moved under the fingers"

    show.click()
    expect(first.page.get_by_text("The engineers know it.")).to_be_visible()
    expect(field).to_have_value("Which version")
    newest = first.page.locator("#ticket-talk").get_attribute("data-seen-up-to")
    expect(first.page.locator("form#write [name=seen_up_to]")).to_have_value(str(newest))
    first.submits("Send and wait for the answer")
    first.reads("Which version", "Waiting for the customer's answer")


@seen_on(DESKTOP)
def test_the_ticket_of_a_member_hears_of_an_answer(someone: Someone, look: Look) -> None:
    mine = held()
    store_files()
    member, representative = someone(olena()), someone(petro())
    member.open(f"/refunds/{mine.reference}/")
    representative.open(f"/desk/requests/{mine.reference}/")
    representative.writes(WRITE, "Which version is it?")
    representative.submits("Send and wait for the answer")
    expect(member.page.get_by_role("heading", level=1)).to_have_text(
        "We need an answer from you", timeout=10_000
    )
