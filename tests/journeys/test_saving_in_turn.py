"""What the form saved by itself while it was filled in never comes after what the member sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Request, Response, Route, expect

from makegood.refund_requests.models import Draft
from tests.journeys.marking import a_form_about
from tests.journeys.stage import DESKTOP, PHONE_AT_NIGHT, Person, Till, seen_on
from tests.people import olena, usd

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]


class SlowSave:
    """The first save that the page makes by itself; it is under way until it is let `arrive`."""

    def __init__(self, member: Person) -> None:
        self.order: list[str] = []
        """“saved” when it was answered, and “sent” when the member sent the form."""
        self._held: Route | None = None
        member.page.route("**/refunds/form/**", self._hold)
        member.page.on("request", self._is_sent)
        member.page.on("response", self._is_saved)

    def arrive(self) -> None:
        """It reaches the server."""
        assert self._held is not None, "the page saved nothing by itself"
        self._held.continue_()

    def _hold(self, route: Route) -> None:
        if route.request.method == "POST" and not self._held:
            self._held = route
        else:
            route.continue_()

    def _is_sent(self, asked: Request) -> None:
        if asked.method == "POST" and asked.is_navigation_request():
            self.order.append("sent")

    def _is_saved(self, answer: Response) -> None:
        if self._held and answer.request == self._held.request:
            self.order.append("saved")


@pytest.fixture
def form(till: Till) -> tuple[Draft, str]:
    """Olena's form, and the address of its questions."""
    return a_form_about(till.sold(amount=usd("79.00")))


@seen_on(DESKTOP)
def test_a_reason_passed_by(someone: Someone, form: tuple[Draft, str]) -> None:
    """Arrow keys choose each reason on their way."""
    member = someone(olena())
    member.open(f"/refunds/form/{form[0].token}/reason/")
    save = SlowSave(member)
    with member.page.expect_request(lambda asked: asked.method == "POST"):
        member.chooses("I ordered it twice")
    member.chooses("It does not work")
    member.page.get_by_role("button", name="Continue").click(no_wait_after=True)
    save.arrive()
    expect(member.page.get_by_role("heading", level=1)).to_contain_text("Which order?")
    assert save.order == ["saved", "sent"]
    assert Draft.objects.get().ground == "defect"


@seen_on(PHONE_AT_NIGHT)
def test_words_typed_meanwhile(someone: Someone, form: tuple[Draft, str]) -> None:
    """A save of half a sentence, by either of the two ways."""
    member = someone(olena())
    member.open(form[1])
    save = SlowSave(member)
    with member.page.expect_request(lambda asked: asked.method == "POST"):
        member.writes("What does not work?", "It st")
    member.writes("What does not work?", "It stops.")
    member.page.get_by_role("button", name="Continue").click(no_wait_after=True)
    with member.page.expect_navigation():
        save.arrive()
    assert save.order == ["saved", "sent"]
    assert Draft.objects.get().answers["description"] == "It stops."


@seen_on(DESKTOP)
def test_a_line_that_hangs_keeps_nobody(someone: Someone, form: tuple[Draft, str]) -> None:
    member = someone(olena())
    member.page.clock.install()
    member.open(f"/refunds/form/{form[0].token}/reason/")
    save = SlowSave(member)
    with member.page.expect_request(lambda asked: asked.method == "POST"):
        member.chooses("I ordered it twice")
    member.chooses("It does not work")
    member.page.get_by_role("button", name="Continue").click(no_wait_after=True)
    member.page.clock.fast_forward(4000)
    expect(member.page.get_by_role("heading", level=1)).to_contain_text("Which order?")
    assert save.order == ["sent"]
