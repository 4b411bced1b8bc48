"""The refund form filled in and sent without ever touching a mouse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from makegood.refund_requests.models import RefundRequest
from tests.journeys.stage import DESKTOP, PHONE, Person, Till, seen_on
from tests.people import olena, usd

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]
FARTHEST = 40
"""Presses of Tab after which a person would have given up."""

HAS_FOCUS = """words => {
  const at = document.activeElement;
  if (at === document.body) return false;  // nothing has the focus, and all words are inside it
  const labels = [...(at.labels || [])].map(label => label.innerText);
  const named = [at.innerText, at.getAttribute("aria-label"), ...labels];
  return named.some(name => (name || "").includes(words));
}"""
A_MOMENT_MS = 2_000
IS_SEEN = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return over !== null && (at.contains(over) || [...(at.labels || [])].some(l => l.contains(over)));
}"""


@seen_on(PHONE, DESKTOP)
def test_by_keyboard(someone: Someone, till: Till, tmp_path: Path) -> None:
    till.sold(amount=usd("79.00"))
    picture = tmp_path / "error.png"
    Image.new("RGB", (640, 400), "#336699").save(picture)
    member = someone(olena())
    keys = member.page.keyboard
    # The browser asks for the file itself unless it knows beforehand that we answer, and a key can overtake
    # that message on a busy machine: tell it before the first page.
    member.page.on("filechooser", lambda chooser: chooser.set_files(picture))
    member.open("/")
    press(member, "Ask for a refund")
    tab_to(member, "It does not work")
    keys.press("Space")
    press(member, "Continue")
    tab_to(member, "Mail Sender")
    keys.press("Space")
    press(member, "Continue")
    tab_to(member, "What does not work?")
    keys.type("It stops.")
    tab_to(member, "What did you do just before?")
    keys.type("I pressed Send.")
    tab_to(member, "Pictures of it")
    keys.press("Space")
    expect(member.page.get_by_role("button", name="Add this picture")).to_be_focused()
    keys.press("Enter")
    member.page.wait_for_function("() => document.activeElement.files?.length === 1")
    press(member, "Continue")
    member.sees("Check your answers", step="01-check")
    press(member, "Send the request")
    member.sees("We have your request", step="02-sent")
    assert RefundRequest.objects.get().answers["description"] == "It stops."


def press(member: Person, button: str) -> None:
    tab_to(member, button)
    with member.page.expect_navigation():
        member.page.keyboard.press("Enter")


def tab_to(member: Person, words: str) -> None:
    """Press Tab until what is called so has the focus, and is not hidden under something else."""
    for _ in range(FARTHEST):
        member.page.keyboard.press("Tab")
        if member.page.evaluate(HAS_FOCUS, words):
            member.page.wait_for_function(IS_SEEN, timeout=A_MOMENT_MS)
            return
    pytest.fail(f"{FARTHEST} presses of Tab do not lead to “{words}”")
