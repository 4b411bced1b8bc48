"""The guide opens the reader's own system, and leads back to nothing but a form of this site."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from makegood.members.systems import System, system_of
from tests.members.conftest import AtHome
from tests.members.scenes import olenas_order, step, up_to_questions, words
from tests.people import olena

MOZILLA = "Mozilla/5.0"
AGENTS = {
    f"{MOZILLA} (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari": System.WINDOWS,
    f"{MOZILLA} (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0": System.WINDOWS,
    f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari": System.MACOS,
    f"{MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": System.LINUX,
    f"{MOZILLA} (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile": System.ANDROID,
    f"{MOZILLA} (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0": System.ANDROID,
    f"{MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile": System.IOS,
    f"{MOZILLA} (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 Mobile": System.IOS,
    f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/140.0.0.0": None,
    "curl/8.0": None,
}
NOTHING_KNOWN = {"Sec-CH-UA-Platform": '"Chrome OS"', "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}


@pytest.mark.parametrize(("agent", "system"), AGENTS.items())
def test_the_system_by_the_name_of_the_browser(agent: str, system: System | None) -> None:
    assert system_of({"User-Agent": agent}) is system


def test_the_hint_of_the_browser_is_believed_before_its_name() -> None:
    headers = {"Sec-CH-UA-Platform": '"Android"', "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}
    assert system_of(headers) is System.ANDROID
    assert system_of(NOTHING_KNOWN) is None
    assert system_of({}) is None


@pytest.mark.parametrize(("agent", "system"), AGENTS.items())
def test_the_own_system_is_first_and_open(client: Client, agent: str, system: System | None) -> None:
    page = client.get("/help/screenshot", headers={"user-agent": agent}).content.decode()
    parts = re.findall(r'<details class="guide sheet"\s*(open)?>.*?id="(\w+)"', page, flags=re.DOTALL)
    assert {anchor for _, anchor in parts} == {*System, "hangs"}
    assert [anchor for is_open, anchor in parts if is_open] == ([system] if system else [])
    assert system is None or parts[0][1] == system


def test_the_answer_is_kept_apart_by_what_it_depends_on(client: Client) -> None:
    varies = client.get("/help/screenshot")["Vary"]
    for header in ("User-Agent", "Sec-CH-UA-Platform", "HX-Request"):
        assert header in varies


def test_to_a_script_the_guide_is_its_body_alone(client: Client) -> None:
    part = client.get("/help/screenshot", headers={"hx-request": "true"})
    assert "Windows" in words(part)
    assert "<html" not in part.content.decode()


def test_the_guide_leads_back_to_the_form(at_home: AtHome) -> None:
    browser = at_home(olena())
    questions = step(up_to_questions(browser, olenas_order()), "what-happened")
    assert f'href="/help/screenshot?back={questions}"' in browser.get(questions).content.decode()
    page = browser.get("/help/screenshot", {"back": questions})
    assert "Back to your form" in words(page)
    assert f'href="{questions}"' in page.content.decode()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "https://evil.example/refunds/R-1/",
        "//evil.example/refunds/R-1/",
        "javascript:alert(1)",
        "/desk/",
        "/x",
    ],
)
def test_the_guide_leads_nowhere_else(client: Client, elsewhere: str) -> None:
    assert "Back to your form" not in words(client.get("/help/screenshot", {"back": elsewhere}))
