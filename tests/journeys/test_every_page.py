"""Every page that somebody can open, examined for what hinders people, on a phone and on a wide screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product

import pytest

from tests.authorisation import table
from tests.journeys.line import MOST, FirstView
from tests.journeys.stage import (
    DESKTOP,
    DESKTOP_AT_NIGHT,
    LOOKS,
    PHONE,
    PHONE_AT_NIGHT,
    Look,
    Person,
    seen_on,
)
from tests.world import World

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]
NO_PAGES = {
    # Parts of pages, which are looked at where they stand
    "/desk/news/",
    "/desk/requests/<reference>/news/",
    "/refunds/<reference>/news/",
    "/refunds/<reference>/pictures/",
    "/refunds/form/<token>/pictures/list/",
    # Files
    "/refunds/<reference>/pdf/",
    "/refunds/evidence/<evidence>/pages/<page>/",
    "/healthz",
    "/readyz",
    "/downloads/file/<token>/<name>",
    "/refunds/evidence/<evidence>/<name>",
    "/dev/mail/<key>/html",
    "/refunds/<reference>/credit-notes/<name>/",
    "/desk/books/credit-notes/<name>/",
    "/desk/books/export/",
    "/desk/money/<pk>/letters/<whom>/",
    # For a provider that looks before it sends
    "/api/webhooks/<provider>",
}
TOURS = [
    ("stranger", PHONE),
    ("member", PHONE_AT_NIGHT),
    ("member", DESKTOP),
    ("owner", PHONE),
    ("finance", DESKTOP_AT_NIGHT),
]
EVERY_LOOK = list(product(["stranger", "member", "owner", "finance", "engineer"], LOOKS))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Everybody's pages on one or two looks each; on all of them with `--every-look`."""
    if "actor" in metafunc.fixturenames:
        tours = EVERY_LOOK if metafunc.config.getoption("--every-look") else TOURS
        metafunc.parametrize(("actor", "look"), tours, ids=str)


def test_pages(someone: Someone, actor: str, look: Look) -> None:
    world = World()
    visitor = someone(world.actors[actor])
    first_view = FirstView(visitor.page)
    heavy = {}
    for line in table():
        if line.method == "GET" and line.statuses[actor] == 200 and line.address not in NO_PAGES:
            first_view.begin()
            visitor.open(line.url(world))
            assert visitor.page.url == visitor.site + line.url(world), f"{line} leads {actor} elsewhere"
            if (size := first_view.bytes_of_it()) > MOST:
                heavy[str(line)] = size
            visitor.examines(step=f"{actor}-{re.sub(r'[^a-z0-9]+', '-', str(line).lower()).strip('-')}")
    assert heavy == {}, "A first view takes more than 100 kB."


@pytest.mark.parametrize(
    "fault", ["<main><h1>Hi</h1><img src='data:,'></main>", "<main><h1 style='width: 400px'>Hi</h1></main>"]
)
@seen_on(PHONE)
def test_a_fault_is_seen(someone: Someone, fault: str) -> None:
    visitor = someone()
    visitor.page.set_content(f"<!doctype html><html lang=en><title>A page</title>{fault}</html>")
    with pytest.raises(AssertionError, match=r"image-alt|sideways"):
        visitor.examines(step="a-fault")
