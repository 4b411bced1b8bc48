"""Every page in a language of long words, read from right to left, on a phone and on a wide screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from makegood.accounts.speaking import choose_language
from tests.authorisation import table
from tests.journeys.stage import DESKTOP, PHONE, Look, Person
from tests.journeys.test_every_page import NO_PAGES
from tests.languages import pseudo
from tests.world import World

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]
# What begins left of the page cannot be scrolled to when it runs from right to left.
HIDDEN_AT_THE_LEFT = """() => [...document.querySelectorAll("main *, footer *, header *")]
    .filter((element) => !element.closest(".visually-hidden, .skip, [hidden], .scroll, thead"))
    .filter((element) => element.checkVisibility() && element.getBoundingClientRect().left < -1)
    .map((element) => element.outerHTML.slice(0, 120))"""


@pytest.fixture
def right_to_left(tmp_path: Path) -> Iterator[None]:
    pseudo.catalogue(tmp_path)
    with pseudo.spoken(tmp_path):
        yield


@pytest.mark.usefixtures("right_to_left")
@pytest.mark.parametrize(
    ("actor", "look"), [("member", PHONE), ("member", DESKTOP), ("owner", PHONE)], ids=str
)
def test_pages_fit_when_turned_round(someone: Someone, actor: str, look: Look) -> None:
    world = World()
    user = world.actors[actor]
    assert user is not None
    choose_language(user, pseudo.CODE)
    visitor = someone(user)
    for line in table():
        is_page = line.method == "GET" and line.statuses[actor] == 200 and line.address not in NO_PAGES
        if is_page and (actor == "member" or line.address.startswith("/desk/")):
            visitor.open(line.url(world))
            assert visitor.page.evaluate("document.documentElement.dir") == "rtl"
            visitor.examines(step=f"{actor}-{re.sub(r'[^a-z0-9]+', '-', str(line).lower()).strip('-')}")
            assert visitor.page.evaluate(HIDDEN_AT_THE_LEFT) == [], line
