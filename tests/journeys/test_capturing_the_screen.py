"""A picture of the screen taken by the browser itself, in the form and in the ticket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from makegood.refund_requests.evidence.keeping import keep_for_draft
from makegood.refund_requests.models import Evidence
from tests import cases
from tests.journeys.marking import a_form_about, dialog, is_like, kept, sends
from tests.journeys.stage import DESKTOP, DESKTOP_AT_NIGHT, PHONE, WITHOUT_SCRIPTS, Person, Till, seen_on
from tests.members.scenes import a_png
from tests.people import olena, usd

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]
GREEN = (0, 128, 0)
A_SCREEN = """surface => {
  navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = document.createElement("canvas");
    canvas.width = 1600;
    canvas.height = 900;
    const context = canvas.getContext("2d");
    context.fillStyle = "rgb(0, 128, 0)";
    const paint = () => context.fillRect(0, 0, 1600, 900);
    paint();  // there is no picture of it before it is green
    setInterval(paint, 50);
    const stream = canvas.captureStream(20);
    const [track] = stream.getTracks();
    track.getSettings = () => ({displaySurface: surface});
    window.track = track;
    return stream;
  };
}"""
REFUSED = """navigator.mediaDevices.getDisplayMedia = async () => {
  throw new DOMException("Permission denied", "NotAllowedError");
};"""
NO_SUCH_THING = "delete MediaDevices.prototype.getDisplayMedia;"


@pytest.fixture
def member(someone: Someone) -> Person:
    """Olena at her browser."""
    return someone(olena())


def shows(member: Person, surface: str) -> None:
    """What the browser will be shown: a window, or a whole monitor."""
    member.page.add_init_script(f"({A_SCREEN})({surface!r})")


@seen_on(PHONE, DESKTOP)
def test_capturing_a_window(member: Person, till: Till) -> None:
    draft, questions = a_form_about(till.sold(amount=usd("79.00")))
    shows(member, "window")
    member.open(questions)
    member.presses("Capture my screen")
    dialog(member.page)
    member.examines(step="01-captured")
    assert member.page.evaluate("window.track.readyState") == "ended", "the browser still looks at the screen"
    member.presses("Add this picture")
    expect(member.page.get_by_role("button", name="Capture my screen")).to_be_focused()
    sends(member)
    picture = kept(draft.evidence.get())
    assert picture.size == (1600, 900)
    assert is_like(picture.getpixel((800, 450)), GREEN)


@seen_on(DESKTOP)
def test_capturing_a_whole_screen_gives_time(member: Person, till: Till) -> None:
    _, questions = a_form_about(till.sold(amount=usd("79.00")))
    shows(member, "monitor")
    clock = member.page.clock
    clock.install()
    member.open(questions)
    clock.pause_at(timezone.now() + timedelta(hours=1))  # each number stands for one second only
    member.presses("Capture my screen")
    expect(member.page.get_by_text("The picture is taken in 5.")).to_be_visible()
    clock.run_for(1_000)
    expect(member.page.get_by_text("The picture is taken in 4.")).to_be_visible()
    clock.resume()
    member.examines(step="01-counting")
    expect(member.page.get_by_role("button", name="Add this picture")).to_be_focused()


@seen_on(PHONE, DESKTOP_AT_NIGHT)
def test_a_refused_capture_says_so(member: Person, till: Till) -> None:
    _, questions = a_form_about(till.sold(amount=usd("79.00")))
    member.page.add_init_script(REFUSED)
    member.open(questions)
    member.presses("Capture my screen")
    expect(member.page.get_by_text("No picture was taken")).to_be_visible()
    member.examines(step="01-refused")


@pytest.mark.parametrize("script", [NO_SUCH_THING])
@seen_on(PHONE, WITHOUT_SCRIPTS)
def test_where_nothing_can_be_captured_nothing_is_offered(member: Person, till: Till, script: str) -> None:
    _, questions = a_form_about(till.sold(amount=usd("79.00")))
    member.page.add_init_script(script)
    member.open(questions)
    expect(member.page.get_by_role("button", name="Continue")).to_be_visible()
    expect(member.page.get_by_role("button", name="Capture my screen")).to_have_count(0)


@seen_on(PHONE, DESKTOP_AT_NIGHT)
def test_a_picture_of_the_screen_in_a_message(member: Person, till: Till) -> None:
    draft, _ = a_form_about(till.sold(amount=usd("79.00")))
    keep_for_draft(a_png(), draft=draft, by=draft.member, at=timezone.now())
    request = cases.send(draft, at=timezone.now())
    shows(member, "window")
    member.open(f"/refunds/{request.reference}/")
    member.writes("Write to us", "It looks like this.")
    member.presses("Capture my screen")
    dialog(member.page)
    member.presses("Add this picture")
    expect(member.page.locator("dialog[data-annotator]")).to_be_hidden()
    member.examines(step="01-written")
    with member.page.expect_navigation():
        member.page.get_by_role("main").get_by_role("button", name="Send").click()
    [sent] = Evidence.objects.filter(message__isnull=False)
    assert is_like(kept(sent).getpixel((800, 450)), GREEN)
