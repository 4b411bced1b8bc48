"""Signing in at the vendor's provider in a real browser, which holds the redirect to our CSP."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.conf import settings as usual
from playwright.sync_api import BrowserContext, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from tests import cases, oidc_provider
from tests.people import olena

pytestmark = pytest.mark.browser


def test_signing_in_at_the_shop(
    live_server: LiveServer, settings: Settings, new_context: Callable[..., BrowserContext]
) -> None:
    olena()
    cases.the_policy()
    with oidc_provider.running() as provider:
        oidc_provider.at_the_shop(provider, "olena", email="olena@example.com", email_verified=True)
        policy: dict[str, Any] = deepcopy(usual.CONTENT_SECURITY_POLICY)
        policy["DIRECTIVES"]["form-action"].append(provider)
        settings.CONTENT_SECURITY_POLICY = policy
        settings.SOCIALACCOUNT_PROVIDERS = oidc_provider.as_setting(provider)
        settings.MAKEGOOD_OIDC_NAME = "Northwind Shop"
        page = new_context(viewport={"width": 320, "height": 800}).new_page()
        page.goto(f"{live_server.url}/accounts/login/?next=/downloads/")
        page.get_by_role("button", name="Sign in with Northwind Shop").click()
        page.locator("input[name=sub]").first.fill("olena")
        page.get_by_role("button", name="Authorize").click()
        expect(page).to_have_url(f"{live_server.url}/downloads/")
