"""A lead who chooses many requests: with the mouse, with the keyboard alone, and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from makegood.bulk_actions.models import BulkAction
from makegood.bulk_actions.states import State
from tests.bulk_actions.scenes import requests_of
from tests.journeys.stage import DESKTOP, WITHOUT_SCRIPTS, Look, Person, seen_on
from tests.people import a_lead

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]


@seen_on(DESKTOP)
def test_rows_are_chosen_by_key_by_range_and_all_at_once(someone: Someone, look: Look) -> None:
    requests_of(4)
    lead = someone(a_lead())
    lead.open("/desk/team/")
    keys, page = lead.page.keyboard, lead.page
    keys.press("/")
    expect(page.locator("[name=find]")).to_be_focused()
    keys.type("xjn")
    expect(page.locator("[name=find]")).to_have_value("xjn")
    expect(page.locator("[name=chosen]:checked")).to_have_count(0)
    page.locator("h1").click()
    for key in "jxjjx":
        keys.press(key)
    boxes, told = page.locator("[name=chosen]"), page.locator("[data-choose-count]")
    expect(told).to_have_text("Chosen: 2")
    keys.press("x")
    expect(told).to_have_text("Chosen: 1")
    boxes.nth(0).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(told).to_have_text("Chosen: 4")
    page.get_by_role("button", name="Choose all on this page").click()
    expect(page.locator("[name=chosen]:checked")).to_have_count(0)


@seen_on(DESKTOP)
def test_the_next_is_taken_by_key_from_another_page(someone: Someone, look: Look) -> None:
    [first] = requests_of(1)
    lead = someone(a_lead())
    lead.open("/desk/defects/")
    lead.page.keyboard.press("n")
    lead.page.wait_for_url(f"**/desk/requests/{first.reference}/")


@seen_on(WITHOUT_SCRIPTS)
def test_without_scripts_it_is_chosen_previewed_confirmed_and_undone(someone: Someone, look: Look) -> None:
    requests_of(2)
    lead = someone(a_lead())
    lead.open("/desk/requests/?state=waiting")
    page = lead.page
    page.get_by_label("All that this search finds").check()
    page.get_by_role("button", name="Do something with them").click()
    page.get_by_label("Write an internal note on each").check()
    page.get_by_label("Or in your own words").fill("Part of the outage")
    page.get_by_role("button", name="Show what would happen").click()
    lead.examines(step="preview-of-many")
    page.get_by_role("button", name="Do it for 2 requests").click()
    expect(page.get_by_text("It begins in 2 minutes")).to_be_visible()
    lead.examines(step="many-wait")
    page.get_by_role("button", name="Take it all back").click()
    expect(page.get_by_text("Taken back").first).to_be_visible()
    assert BulkAction.objects.get().state == State.TAKEN_BACK
