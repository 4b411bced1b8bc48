"""How to make a screenshot: beside the form on a wide screen, in a tab of its own on a telephone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.marking import a_form_about
from tests.journeys.stage import (
    DESKTOP,
    DESKTOP_AT_NIGHT,
    PHONE,
    PHONE_AT_NIGHT,
    WITHOUT_SCRIPTS,
    Person,
    Till,
    seen_on,
)
from tests.people import olena, usd

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]
GUIDE = re.compile("/help/screenshot")
WHAT_IS_ASKED = "How do I make a screenshot?"


@pytest.fixture
def member(someone: Someone, till: Till) -> Person:
    """Olena at the questions of her form."""
    at_form = someone(olena())
    at_form.open(a_form_about(till.sold(amount=usd("79.00")))[1])
    return at_form


@seen_on(DESKTOP, DESKTOP_AT_NIGHT)
def test_the_guide_beside_the_form(member: Person) -> None:
    member.opens(WHAT_IS_ASKED)
    guide = member.page.get_by_role("dialog", name="How to make a screenshot")
    expect(guide.get_by_text("Bring the error to the front").first).to_be_visible()
    expect(guide.get_by_role("heading", name="How to make a screenshot")).to_be_focused()
    member.examines(step="01-open")
    member.writes("What does not work?", "It stops, as I said.")
    expect(guide).to_be_visible()
    guide.get_by_text("macOS", exact=True).click()
    expect(guide.get_by_text("The pointer becomes a camera")).to_be_visible()
    member.page.keyboard.press("Escape")
    expect(guide).to_be_hidden()
    expect(member.page.get_by_role("link", name=WHAT_IS_ASKED)).to_be_focused()


@seen_on(PHONE, PHONE_AT_NIGHT)
def test_the_guide_on_a_telephone(member: Person) -> None:
    guide = in_a_new_tab(member)
    member.examines(step="01-form")
    member.at(guide).sees("How to make a screenshot", step="02-guide")
    with guide.expect_event("close"):
        guide.get_by_role("link", name="Back to your form").click()


@seen_on(WITHOUT_SCRIPTS)
def test_the_guide_without_scripts(member: Person) -> None:
    address = member.page.url
    guide = in_a_new_tab(member)
    guide.get_by_role("link", name="Back to your form").click()
    expect(guide).to_have_url(address)


@seen_on(PHONE, DESKTOP)
def test_a_part_of_the_guide_has_an_address(someone: Someone, till: Till) -> None:
    visitor = someone()
    visitor.open("/help/screenshot#ios")
    expect(visitor.page.get_by_text("Press the side button and volume up")).to_be_in_viewport()


def in_a_new_tab(member: Person) -> Page:
    with member.page.context.expect_page() as opened:
        member.opens(WHAT_IS_ASKED)
    expect(opened.value).to_have_url(GUIDE)
    opened.value.wait_for_load_state()
    return opened.value
