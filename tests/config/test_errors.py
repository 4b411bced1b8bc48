"""Requests that cannot be answered: each has words, and says truly whose fault it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

import pytest
from django.db import connections
from django.http import HttpRequest
from django.test import Client
from django.urls import path
from pytest_django import Settings

from makegood.config.urls import handler400, handler500
from makegood.config.urls import urlpatterns as ours
from tests.people import olena

__all__ = ["handler400", "handler500"]


def broken(request: HttpRequest) -> NoReturn:
    """An address with a mistake in it."""
    raise ZeroDivisionError


urlpatterns = [*ours, path("broken", broken)]


@pytest.fixture
def unprotected(settings: Settings) -> Client:
    """A browser that sees what people see, with the checks against forged forms."""
    settings.DEBUG = False
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.fixture
def _no_database() -> Iterator[None]:
    connection = connections["default"]
    connection.close()
    host, connection.settings_dict["HOST"] = connection.settings_dict["HOST"], "/nowhere"
    yield
    connection.close()
    connection.settings_dict["HOST"] = host


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/", "/refunds/", "/desk/", "/accounts/login/"])
def test_without_the_database_a_page_asks_to_come_back(
    unprotected: Client, address: str, request: pytest.FixtureRequest
) -> None:
    unprotected.force_login(olena())
    request.getfixturevalue("_no_database")
    page = unprotected.get(address)
    assert (page.status_code, page["Retry-After"]) == (503, "30")
    assert "We will be back in a few minutes" in page.content.decode()


@pytest.mark.urls(__name__)
def test_a_mistake_of_ours_is_not_blamed_on_the_database(unprotected: Client) -> None:
    page = unprotected.get("/broken")
    assert page.status_code == 500
    assert "Something went wrong on our side" in page.content.decode()


@pytest.mark.django_db
def test_a_form_in_another_encoding_is_a_bad_request_with_our_page(unprotected: Client) -> None:
    unprotected.get("/accounts/login/")
    kind = "application/x-www-form-urlencoded; charset=utf-16"
    page = unprotected.post("/accounts/login/", data="login=x", content_type=kind)
    assert page.status_code == 400
    assert "We could not read that request" in page.content.decode()
