"""The policy page is the document that decides, in the version one asks for."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from makegood.audit.actors import System
from makegood.refund_requests import policies
from tests.cases import POLICY
from tests.members.scenes import words


def a_future_version() -> None:
    since = (timezone.now() + timedelta(days=30)).date().isoformat()
    text = POLICY.read_text().replace('"2026-11"', '"next"').replace("2010-01-01", since)
    text = text.replace("# Refund policy\n", "# Refund policy, once more\n")
    policies.publish(text=text, by=System("a test"), at=timezone.now())


def test_the_document_in_force_is_the_page(client: Client) -> None:
    page = client.get("/policy")
    assert "Refund policy" in words(page)
    assert "received_on &lt;= last_day_to_ask" in page.content.decode()
    assert 'id="defect"' in page.content.decode()


def test_another_version_says_that_it_is_not_the_one_in_force(client: Client) -> None:
    a_future_version()
    assert "once more" not in words(client.get("/policy"))
    page = words(client.get("/policy?version=next"))
    assert "Refund policy, once more" in page
    assert "Read version 2026-11, which is in force today" in page


def test_an_unknown_version_is_not_found(client: Client) -> None:
    assert client.get("/policy?version=1999").status_code == 404


def test_the_guide_tells_how_for_each_system(client: Client) -> None:
    page = words(client.get("/help/screenshot"))
    for system in ("Windows", "macOS", "Linux", "Android", "iPhone"):
        assert system in page
