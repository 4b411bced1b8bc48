"""A real browser for the journeys, and what is asked of every page they visit."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from makegood.accounts.models import User
from makegood.refunds.providers.sandbox.server import Manners, SandboxServer
from tests import browser as finding
from tests import cases
from tests.journeys.gallery import SCREENSHOTS
from tests.journeys.stage import Look, Person, Till

SLOWEST_MS = 30_000
"""What is waited for may take so long: a busy machine opened its first page only after fifteen seconds."""
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # Nothing but this machine has an address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright, as long as journeys are running."""
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as environment:
        # Its loop lives in this thread and is only entered to wait for the browser. Django sees a loop, fears
        # a coroutine and refuses the database; this is its documented way to say that there is none.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        # By itself it expects things within five seconds, which a list that is renewed every two can miss.
        expect.set_options(timeout=SLOWEST_MS)
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all journeys; each gets a context of its own."""
    path = finding.find()
    assert path is not None, f"{finding.MISSING}. {finding.AS_TO_INSTALL}"
    # Chromium's sandbox does not work for root; our own pages are all it will see.
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    browser = playwright.chromium.launch(executable_path=path, headless=True, args=flags)
    yield browser
    browser.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes one more person's browser, with the arguments of Browser.new_context; all end with the test."""
    contexts: list[BrowserContext] = []

    def new(**arguments: object) -> BrowserContext:
        context = browser.new_context(**{"locale": "en-GB", "timezone_id": "Europe/Kyiv", **arguments})  # type: ignore[arg-type]
        context.set_default_timeout(SLOWEST_MS)
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()


@pytest.fixture
def problems() -> list[str]:
    """Errors of scripts and refused content on any page; a journey that ends with one has failed."""
    return []


@pytest.fixture
def site(live_server: LiveServer) -> str:
    """Where it is served; a journey may have it served otherwise."""
    return str(live_server.url)


@pytest.fixture
def till(site: str, settings: Settings, tmp_path: Path, problems: list[str]) -> Iterator[Till]:
    """The payment provider, which tells the site what becomes of refunds; and the policy is in force."""
    manners = Manners(
        secret=settings.MAKEGOOD_SANDBOX_SECRET,
        webhook_secret=settings.MAKEGOOD_SANDBOX_WEBHOOK_SECRET,
        webhook_url=f"{site}/api/webhooks/sandbox",
    )
    cases.the_policy()
    with SandboxServer(tmp_path / "sandbox", manners) as sandbox:
        settings.MAKEGOOD_SANDBOX_URL = sandbox.url
        settings.MAKEGOOD_SITE_URL = site
        yield Till(sandbox)
    assert problems == []


@pytest.fixture
def someone(
    request: pytest.FixtureRequest,
    look: Look,
    site: str,
    till: Till,
    new_context: Callable[..., BrowserContext],
    problems: list[str],
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[[Page, str], None],
) -> Callable[..., Person]:
    """`someone(petro())`: a person at a browser of their own, signed in; `someone()` is not."""

    def at_a_browser(user: User | None = None) -> Person:
        context = new_context(
            viewport={"width": look.width, "height": 800},
            color_scheme=look.scheme,
            java_script_enabled=look.runs_scripts,
        )
        if user is not None:
            context.add_cookies([{"name": "session", "value": _session_of(user), "url": site}])
        page = context.new_page()
        _listen(page, site, problems)
        return Person(
            page,
            site=site,
            journey=request.node.originalname.removeprefix("test_").replace("_", "-"),
            look=look,
            assert_accessible=assert_accessible,
            screenshot=screenshot,
        )

    return at_a_browser


def _listen(page: Page, site: str, problems: list[str]) -> None:
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: (
            problems.append(f"{page.url}: {message.text} {message.location['url']}")
            if _is_ours(message.type, message.text)
            else None
        ),
    )
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((site, "data:", "blob:"))
            else problems.append(f"{page.url} asks a stranger: {asked.url}")
        ),
    )


def _session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["session"].value


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Fails with every violation of WCAG and of good practice that axe-core finds on a page."""
    axe = Axe()

    def check(page: Page) -> None:
        results = axe.run(page)
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    return check


@pytest.fixture
def screenshot() -> Callable[[Page, str], None]:
    """Keeps the whole page as var/screenshots/NAME.png."""

    def take(page: Page, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{re.sub(r'[^a-z0-9-]+', '-', name.lower())}.png", full_page=True)

    return take


def _is_ours(kind: str, text: str) -> bool:
    """Whether the console tells of a mistake in the page. The answer 422 to a form with errors is none."""
    return kind == "error" and "422" not in text
