"""The ticket stays open while things happen: what is new comes by itself, and nobody is disturbed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from makegood.refund_requests import conversation
from makegood.refund_requests.models import RefundRequest
from tests.at_once import at_once, refusals
from tests.cases import a_request, taken
from tests.journeys.stage import DESKTOP, PHONE, Look, Person, seen_on
from tests.paying import TRACE
from tests.people import an_order, olena, petro
from tests.world import World, store_files

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]
A_WHILE_MS = 25_000
LAST = "/healthz"


def held(lines: int = 0) -> RefundRequest:
    """Olena's request in Petro's hands, with so many lines said before."""
    at = timezone.now()
    refund_request = a_request(an_order(olena(), purchased_at=at), at=at)
    store_files()
    for number in range(lines):
        conversation.write_as_member(
            refund_request, body=f"Line {number}.", token=uuid4(), by=olena(), at=timezone.now()
        )
    return taken(refund_request, by=petro(), at=timezone.now())


def petro_writes(refund_request: RefundRequest, body: str, *, asks: bool = False) -> None:
    """In a thread of its own: Playwright's loop occupies ours."""
    seen = max([message.pk for message in refund_request.messages.all()], default=0)

    def write() -> object:
        return conversation.write_as_staff(
            refund_request,
            body=body,
            token=uuid4(),
            by=petro(),
            at=timezone.now(),
            seen_up_to=seen,
            asks=asks,
        )

    assert refusals(at_once(write)) == []


def where(field: Locator) -> float:
    """How far below the upper edge of the window it stands, once it stands still."""
    field.element_handle().wait_for_element_state("stable")
    return float(field.evaluate("field => field.getBoundingClientRect().top"))


def a_moment_later(page: Page) -> None:
    """The pause between two questions is over."""
    page.clock.run_for(A_WHILE_MS)


@seen_on(PHONE, DESKTOP)
def test_what_is_new_comes_by_itself_and_disturbs_nobody(someone: Someone, look: Look) -> None:
    refund_request = held(lines=6)
    visitor = someone(olena())
    visitor.page.clock.install()
    visitor.open(f"/refunds/{refund_request.reference}/")
    visitor.writes("Write to us", "I was just about to say")
    field = visitor.page.get_by_label("Write to us")
    field.evaluate("field => field.setSelectionRange(6, 9)")
    field.scroll_into_view_if_needed()
    before = where(field)

    petro_writes(refund_request, "Which version is it?", asks=True)
    a_moment_later(visitor.page)

    expect(visitor.page.locator("[data-live]")).to_have_text("New message from Petro, refund department")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("We need an answer from you")
    expect(visitor.page).to_have_title("We need an answer from you · Northwind Mail")
    expect(visitor.page.get_by_text("Which version is it?")).to_be_visible()
    expect(visitor.page.locator(".said__new:visible")).to_have_count(1)
    expect(field).to_have_value("I was just about to say")
    expect(field).to_be_focused()
    assert field.evaluate("field => [field.selectionStart, field.selectionEnd]") == [6, 9]
    visitor.page.clock.run_for(100)  # two frames
    assert abs(where(field) - before) <= 1, "the field moved under the fingers"
    visitor.examines(step="news")


@seen_on(PHONE)
def test_signing_out_elsewhere_is_told_and_the_questions_end(
    someone: Someone, look: Look, problems: list[str]
) -> None:
    refund_request = held()
    visitor = someone(olena())
    visitor.page.clock.install()
    visitor.open(f"/refunds/{refund_request.reference}/")
    visitor.writes("Write to us", "Not sent yet")
    visitor.page.context.clear_cookies()
    a_moment_later(visitor.page)
    link = visitor.page.get_by_role("link", name="Sign in to go on")
    expect(link).to_be_visible()
    expect(visitor.page.get_by_label("Write to us")).to_have_value("Not sent yet")
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.page.clock.run_for(20 * A_WHILE_MS)
    # What the page asks for is told in turn, so that nothing is still to come before this.
    visitor.page.evaluate("address => fetch(address).then(answer => answer.text())", LAST)
    assert asked == [visitor.site + LAST]
    visitor.examines(step="signed-out")
    assert len(problems) == 1, "the browser notes the one refusal"
    assert "403" in problems.pop()


@seen_on(PHONE, DESKTOP)
def test_earlier_messages_unfold_in_their_place(someone: Someone, look: Look) -> None:
    refund_request = held(lines=90)
    visitor = someone(olena())
    visitor.open(f"/refunds/{refund_request.reference}/")
    lines = visitor.page.locator(".said")
    expect(lines).to_have_count(40)
    for count in (80, 90):
        visitor.opens("Show earlier messages")
        expect(lines).to_have_count(count)
    expect(visitor.page.get_by_role("link", name="Show earlier messages")).to_have_count(0)
    assert [int(line) for line in _numbers(visitor.page)] == list(range(90))
    visitor.examines(step="unfolded")


def _numbers(page: Page) -> list[str]:
    said = page.locator(".said__body").all_inner_texts()
    return [text.removeprefix("Line ").rstrip(".") for text in said]


@seen_on(DESKTOP)
def test_the_words_for_the_bank_are_copied(someone: Someone, look: Look) -> None:
    world = World()
    visitor = someone(olena())
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.page.clock.install()
    visitor.open(f"/refunds/{world.named['sent']}/")
    visitor.page.get_by_text("What to tell your bank").click()
    # The button says it for two seconds only.
    visitor.page.clock.pause_at(timezone.now() + timedelta(hours=1))
    visitor.presses("Copy these words")
    expect(visitor.page.get_by_role("button", name="Copied")).to_be_visible()
    visitor.page.clock.run_for(2_000)
    expect(visitor.page.get_by_role("button", name="Copy these words")).to_be_visible()
    copied = visitor.page.evaluate("navigator.clipboard.readText()")
    assert f"Its trace reference (ARN) is {TRACE}." in copied
