"""Pictures are looked at and marked before they are sent: by pointer, by keyboard alone, one or several."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from makegood.refund_requests.models import Draft
from tests.journeys.marking import (
    BLUE,
    MARK,
    READY,
    SECRET,
    a_form_about,
    a_pdf,
    a_picture,
    chooses_tool,
    colours,
    dialog,
    draws,
    gives,
    is_like,
    kept,
    on_screen,
    ready,
    said,
    sends,
    touches,
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
PASTES = """async () => {
  const canvas = document.createElement("canvas");
  const clipboardData = new DataTransfer();
  const blob = await new Promise(resolve => canvas.toBlob(resolve));
  clipboardData.items.add(new File([blob], "image.png", {type: "image/png"}));
  document.dispatchEvent(new ClipboardEvent("paste", {clipboardData, cancelable: true}));
}"""
PASTED = re.compile("^Picture . of 2: pasted picture .[.]png")
NAME, SIZE = "`${file.name} ${file.type}`", "file.size"
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
    at_form.page.evaluate(READY)
    return at_form


@seen_on(PHONE, DESKTOP)
def test_in_a_hurry(member: Person, asked: tuple[Draft, str]) -> None:
    """Enter is enough, and the file sent is the one chosen."""
    gives(member.page, a_picture())
    dialog(member.page)
    expect(member.page.get_by_role("button", name="Add this picture")).to_be_focused()
    member.page.keyboard.press("Enter")
    assert ready(member.page, SIZE) == [len(a_picture()["buffer"])]
    sends(member)
    assert kept(asked[0].evidence.get()).getpixel((9, 9)) == BLUE


@seen_on(PHONE, PHONE_AT_NIGHT, DESKTOP, DESKTOP_AT_NIGHT)
def test_hidden_pixels_are_gone(member: Person, asked: tuple[Draft, str]) -> None:
    gives(member.page, a_picture(secret=WHERE))
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
    gives(member.page, a_picture())
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


@seen_on(PHONE_AT_NIGHT, DESKTOP)
def test_several_pictures(member: Person, asked: tuple[Draft, str]) -> None:
    names = ["first.png", "second.png", "third.png"]
    gives(member.page, *(a_picture(name, size=(400 + 9 * at, 300)) for at, name in enumerate(names)), a_pdf())
    shown = dialog(member.page)
    expect(shown.get_by_role("button", name="Add 3 pictures")).to_be_focused()
    shown.get_by_role("button", name="Picture 2 of 3: second.png. Marks: 0.").click()
    expect(shown.get_by_label("second.png, 409 by 300 pixels")).to_be_visible()
    chooses_tool(member, "Hide")
    draws(member, (0, 0), (800, 450))
    member.examines(step="01-second-hidden")
    shown.get_by_role("button", name="Picture 3 of 3").click()
    member.presses("Leave this one out")
    said(member.page, "Left out: third.png.")
    member.presses("Add 2 pictures")
    sends(member, files=3)
    rows = {row.name: row for row in asked[0].evidence.all()}
    assert {*rows} >= {"first.png", "second.png"}
    assert len(rows) == 3
    assert BLUE in colours(kept(rows["first.png"]))
    assert BLUE not in colours(kept(rows["second.png"]))


@seen_on(DESKTOP)
def test_cancel_adds_none(member: Person, asked: tuple[Draft, str]) -> None:
    gives(member.page, a_picture())
    dialog(member.page)
    member.page.keyboard.press("Escape")
    expect(member.page.locator("dialog[data-annotator]")).to_be_hidden()
    expect(member.page.locator("input[type=file]")).to_be_focused()
    gives(member.page, a_picture())
    dialog(member.page)
    draws(member, (100, 100), (300, 300))
    said(member.page, "Arrow added. Marks: 1.")
    member.presses("Cancel")
    member.presses("Close without adding")
    expect(member.page.locator("dialog[data-annotator]")).to_be_hidden()
    gives(member.page, a_picture("another.png"))
    expect(dialog(member.page).get_by_role("button", name="Arrow 1")).to_have_count(0)
    member.presses("Add this picture")
    sends(member)  # of those before nothing comes, not even by now
    assert ready(member.page, NAME) == ["another.png image/png"]


@seen_on(DESKTOP)
def test_undo_redo_and_delete(member: Person, asked: tuple[Draft, str]) -> None:
    gives(member.page, a_picture(secret=WHERE))
    shown = dialog(member.page)
    chooses_tool(member, "Hide")
    draws(member, (180, 80), (620, 220))
    chooses_tool(member, "Box")
    draws(member, (100, 300), (300, 400))
    chooses_tool(member, "Undo")
    chooses_tool(member, "Undo")
    said(member.page, "Undone. Marks: 0.")
    chooses_tool(member, "Redo")
    said(member.page, "Done again. Marks: 1.")
    draws(member, (400, 150), (400, 150))
    said(member.page, "Selected: Hidden part 1.")
    member.page.keyboard.press("Delete")
    said(member.page, "Removed. Marks: 0.")
    expect(shown.get_by_role("button", name="Delete")).to_have_attribute("aria-disabled", "true")
    member.presses("Add this picture")
    sends(member)
    assert colours(kept(asked[0].evidence.get())) == {BLUE, SECRET}


@seen_on(DESKTOP)
def test_a_large_picture_keeps_its_size(member: Person, asked: tuple[Draft, str]) -> None:
    gives(member.page, a_picture(size=(3840, 2160)))
    dialog(member.page)
    draws(member, (100, 100), (700, 400))
    said(member.page, "Arrow added. Marks: 1.")
    member.presses("Add this picture")
    sends(member)
    picture = kept(asked[0].evidence.get())
    assert picture.size == (3840, 2160)
    assert MARK in colours(picture)


@seen_on(PHONE)
def test_marking_by_finger(
    member: Person, asked: tuple[Draft, str], new_context: Callable[..., BrowserContext]
) -> None:
    by_hand = new_context(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    by_hand.add_cookies(member.page.context.cookies())  # type: ignore[arg-type]  # what it gave is what it takes
    telephone = member.at(by_hand.new_page())
    telephone.open(asked[1])
    gives(telephone.page, a_picture(secret=WHERE))
    dialog(telephone.page)
    telephone.page.get_by_role("button", name="Hide").tap()
    touches(telephone, (180, 80), (620, 220))
    said(telephone.page, "Hidden. Marks: 1.")
    telephone.page.get_by_role("button", name="Text").tap()
    telephone.page.touchscreen.tap(*on_screen(telephone, (100, 350)))
    expect(telephone.page.get_by_label("Words")).to_be_focused()
    telephone.page.keyboard.type("Here")
    telephone.page.get_by_role("button", name="Done").tap()
    said(telephone.page, "Text added. Marks: 2.")
    telephone.examines(step="01-marked")
    telephone.page.get_by_role("button", name="Add this picture").tap()
    sends(telephone)
    assert SECRET not in colours(kept(asked[0].evidence.get()))


@seen_on(DESKTOP)
def test_a_photograph_stays_one_and_a_picture_too_large_becomes_one(
    member: Person, asked: tuple[Draft, str]
) -> None:
    gives(member.page, a_picture(kind="JPEG", name="photo.jpg", secret=WHERE))
    dialog(member.page)
    chooses_tool(member, "Hide")
    draws(member, (180, 80), (620, 220))
    member.presses("Add this picture")
    expect(member.page.get_by_role("button", name="Remove photo.jpg")).to_be_visible()
    member.page.evaluate("document.querySelector('[data-annotator]').dataset.mostBytes = 1000")
    gives(member.page, a_picture("large.png"))
    dialog(member.page)
    draws(member, (180, 80), (620, 220))
    member.presses("Add this picture")
    expect(member.page.get_by_role("button", name="Remove large.jpg")).to_be_visible()
    assert ready(member.page, NAME, count=2) == ["photo.jpg image/jpeg", "large.jpg image/jpeg"]
    sends(member, files=2)
    for row in asked[0].evidence.all():
        assert not any(is_like(colour, SECRET) for colour in colours(kept(row)))


@seen_on(DESKTOP)
def test_pictures_pasted_one_after_the_other_are_looked_at_together(
    member: Person, asked: tuple[Draft, str]
) -> None:
    for _ in range(2):
        member.page.evaluate(PASTES)
    shown = dialog(member.page)
    expect(shown.get_by_role("button", name="Add 2 pictures")).to_be_visible()
    expect(shown.get_by_role("button", name=PASTED)).to_have_count(2)
    member.presses("Add 2 pictures")
    expect(member.page.get_by_role("button", name="Remove")).to_have_count(2)
    expect(member.page.locator("input[type=file]")).to_be_focused()
