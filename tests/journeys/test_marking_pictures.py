"""Pictures are looked at and marked before they are sent: by pointer, by keyboard alone, one or several."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from makegood.refund_requests.models import Draft
from tests.journeys.marking import (
    BLUE,
    MARK,
    SECRET,
    a_form_about,
    a_png,
    chooses_tool,
    colours,
    dialog,
    draws,
    gives,
    kept,
    said,
    sends,
)
from tests.journeys.stage import (
    DESKTOP,
    DESKTOP_AT_NIGHT,
    PHONE,
    PHONE_AT_NIGHT,
    Person,
    Till,
    seen_on,
)
from tests.people import olena, usd

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]
SIZES = "[...document.querySelector('input[type=file]').files].map(file => file.size)"
WHERE = (200, 100, 600, 200)
"""The secret in the picture of 800 by 450: left, top, right, bottom."""


@pytest.fixture
def asked(till: Till) -> tuple[Draft, str]:
    """Olena's form, which lacks a picture, and the address of its questions."""
    return a_form_about(till.sold(amount=usd("79.00")))


@pytest.fixture
def member(someone: Someone, asked: tuple[Draft, str]) -> Person:
    """Olena at the questions of her form."""
    at_form = someone(olena())
    at_form.open(asked[1])
    return at_form


@seen_on(PHONE, DESKTOP)
def test_in_a_hurry(member: Person, asked: tuple[Draft, str]) -> None:
    """Enter is enough, and the file sent is the one chosen."""
    gives(member.page, a_png())
    dialog(member.page)
    expect(member.page.get_by_role("button", name="Add this picture")).to_be_focused()
    member.page.keyboard.press("Enter")
    expect(member.page.locator("dialog[data-annotator]")).to_be_hidden()
    assert member.page.evaluate(SIZES) == [len(a_png()["buffer"])]
    sends(member)
    assert kept(asked[0].evidence.get()).getpixel((9, 9)) == BLUE


@seen_on(PHONE, PHONE_AT_NIGHT, DESKTOP, DESKTOP_AT_NIGHT)
def test_hidden_pixels_are_gone(member: Person, asked: tuple[Draft, str]) -> None:
    gives(member.page, a_png(secret=WHERE))
    dialog(member.page)
    member.examines(step="01-open")
    chooses_tool(member, "Hide")
    draws(member, (180, 80), (620, 220))
    said(member.page, "Hidden. Marks: 1.")
    chooses_tool(member, "Box")
    draws(member, (100, 300), (300, 400))
    chooses_tool(member, "Arrow")
    draws(member, (700, 400), (500, 300))
    said(member.page, "Arrow added. Marks: 3.")
    member.examines(step="02-marked")
    member.presses("Add this picture")
    sends(member)
    picture = kept(asked[0].evidence.get())
    assert picture.size == (800, 450)
    assert SECRET not in colours(picture)
    covered = colours(picture.crop((185, 85, 615, 215)))
    assert len(covered) == 1, f"what was hidden can be told from what covers it: {covered}"
    assert picture.getpixel((400, 440)) == BLUE
    assert MARK in colours(picture.crop((95, 340, 105, 350))), "the box is there"


@seen_on(PHONE, DESKTOP)
def test_marking_by_keyboard(member: Person, asked: tuple[Draft, str]) -> None:
    keys = member.page.keyboard
    gives(member.page, a_png())
    dialog(member.page)
    keys.press("Shift+Tab")  # round to what lies before the buttons
    for _ in range(20):
        if member.page.evaluate("document.activeElement.matches('[data-canvas]')"):
            break
        keys.press("Shift+Tab")
    keys.press("2")
    said(member.page, "Box: draw from one corner to the opposite one.")
    keys.press("Enter")
    said(member.page, "Begun. Move to the other end and press Enter.")
    keys.press("Shift+ArrowRight")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    member.examines(step="01-box-begun")
    keys.press("Enter")
    said(member.page, "Box added. Marks: 1.")
    keys.press("3")
    keys.press("Enter")
    keys.type("Here it stops")
    keys.press("Enter")
    said(member.page, "Text added. Marks: 2.")
    keys.press("4")
    keys.press("Enter")
    keys.press("Escape")
    said(member.page, "Nothing was added.")
    keys.press("Control+z")
    said(member.page, "Undone. Marks: 1.")
    keys.press("Control+y")
    said(member.page, "Done again. Marks: 2.")
    keys.press("Escape")
    expect(member.page.get_by_role("heading", name="Close without adding?")).to_be_visible()
    member.examines(step="02-asked")
    keys.press("Enter")
    expect(member.page.locator("[data-canvas]")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    said(member.page, "Selected: Box 1.")
    expect(member.page.get_by_role("button", name="Box 1")).to_be_focused()
    member.examines(step="03-selected")
