"""The connection is cut in the middle of a reply: the words stay, and nothing is sent twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from makegood.refund_requests.models import Message, RefundRequest
from tests.cases import a_request, taken
from tests.journeys.stage import DESKTOP, PHONE_AT_NIGHT, Look, Person, seen_on
from tests.people import an_order, olena, petro, roza

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]
WORDS = "Which version is it?"
OFFLINE = "There is no connection just now. Your words stay here: please send them again once there is one."
NOT_SENT = "You typed this before, and it was not sent."


def held() -> RefundRequest:
    """Olena's request in Petro's hands."""
    at = timezone.now()
    return taken(a_request(an_order(olena(), purchased_at=at), at=at), by=petro(), at=at)


def desk(refund_request: RefundRequest) -> str:
    return f"/desk/requests/{refund_request.reference}/"


def cut_before(route: Route) -> None:
    """The request never arrives."""
    route.abort("connectionreset")


def cut_after(route: Route) -> None:
    """The request arrives, its answer does not."""
    route.fetch(max_redirects=0)
    route.abort("connectionreset")


def send(page: Page) -> None:
    """Press Send; the page that comes is the browser's own, of a connection that broke."""
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("chrome-error://chromewebdata/")


@seen_on(DESKTOP)
def test_a_reply_on_a_cut_line(someone: Someone, look: Look, problems: list[str]) -> None:
    refund_request = held()
    writer = someone(petro())
    writer.open(desk(refund_request))
    page, field = writer.page, writer.page.get_by_label("Write to Olena")
    field.fill(WORDS)
    page.context.set_offline(True)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#write").get_by_text(OFFLINE)).to_be_visible()
    page.context.set_offline(False)

    page.route("**/messages/", cut_before)
    send(page)
    writer.open(desk(refund_request))
    expect(field).to_have_value(WORDS)
    expect(page.locator("#write").get_by_text(NOT_SENT)).to_be_visible()
    writer.examines(step="not-sent")
    assert not Message.objects.exists()

    page.unroute("**/messages/")
    page.route("**/messages/", cut_after)
    send(page)
    page.unroute("**/messages/")
    writer.open(desk(refund_request))
    expect(page.locator(".said--mine")).to_contain_text(WORDS)
    expect(field).to_have_value("")
    expect(page.locator("#write").get_by_text(NOT_SENT)).to_be_hidden()
    assert Message.objects.count() == 1
    problems[:] = [each for each in problems if "ERR_" not in each]


@seen_on(PHONE_AT_NIGHT)
def test_a_members_words_on_a_cut_line(someone: Someone, look: Look, problems: list[str]) -> None:
    refund_request = held()
    writer = someone(olena())
    writer.open(f"/refunds/{refund_request.reference}/")
    page, field = writer.page, writer.page.get_by_label("Write to us")
    field.fill(WORDS)
    page.route("**/messages/", cut_before)
    send(page)
    page.unroute("**/messages/")
    writer.open(f"/refunds/{refund_request.reference}/")
    expect(field).to_have_value(WORDS)
    writer.examines(step="not-sent")
    page.get_by_role("button", name="Throw it away").click()
    expect(field).to_have_value("")
    page.reload()
    expect(field).to_have_value("")
    problems[:] = [each for each in problems if "ERR_" not in each]


@seen_on(DESKTOP)
def test_who_signs_in_next_in_the_same_tab_does_not_see_the_words(someone: Someone, look: Look) -> None:
    refund_request = held()
    writer = someone(petro())
    writer.open(desk(refund_request))
    writer.page.locator(".note-sheet summary").click()
    writer.page.get_by_label("Note for colleagues").fill(WORDS)
    writer.page.reload()
    expect(writer.page.get_by_label("Note for colleagues")).to_have_value(WORDS)
    session = someone(roza()).page.context.cookies()[0]
    writer.page.context.add_cookies([{"name": "session", "value": session["value"], "url": writer.site}])
    writer.page.reload()
    expect(writer.page.get_by_label("Note for colleagues")).to_have_value("")
