"""A picture chosen while the page still loads is treated like any other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.marking import BLUE, a_form_about, a_picture, dialog, gives, kept, sends
from tests.journeys.stage import DESKTOP_AT_NIGHT, PHONE, Person, Till, seen_on
from tests.people import olena, usd

pytestmark = pytest.mark.browser


@seen_on(PHONE, DESKTOP_AT_NIGHT)
def test_chosen_before_the_scripts_are_there(someone: Callable[..., Person], till: Till) -> None:
    draft, address = a_form_about(till.sold(amount=usd("79.00")))
    member = someone(olena())
    held: list[Route] = []
    member.page.route("**/giving*.js", lambda route: held.append(route))
    member.page.goto(member.site + address, wait_until="commit")
    field = member.page.locator("input[type=file]")
    expect(field).to_be_visible()
    gives(member.page, a_picture())
    assert field.evaluate("field => field.files.length") == 1
    for route in held:
        route.continue_()
    dialog(member.page)
    expect(field).to_have_value("")
    member.presses("Add this picture")
    sends(member)
    assert kept(draft.evidence.get()).getpixel((9, 9)) == BLUE
    member.examines(step="01-sent")
