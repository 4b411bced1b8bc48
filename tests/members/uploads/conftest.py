"""Olena fills in the form, and files lie in a folder of the test."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from makegood.refund_requests.models import Draft
from tests import cases
from tests.members.uploads.tus import Tus
from tests.people import ago, an_order, olena


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.UPLOADS_ROOT = tmp_path / "uploads"


@pytest.fixture
def draft(db: None) -> Draft:
    """A form that lacks nothing but a picture."""
    return cases.a_form(an_order(olena(), purchased_at=ago(days=3)), pictures=0)


@pytest.fixture
def tus(draft: Draft) -> Tus:
    """The browser of the member who fills in the form."""
    browser = Client()
    browser.force_login(draft.member)
    return Tus(browser, draft)
