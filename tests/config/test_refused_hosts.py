"""A request for a host we do not serve."""

from __future__ import annotations

from django.test import Client
from pytest_django import Settings


def test_a_foreign_host_is_a_bad_request_with_our_page(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS, settings.DEBUG = ["refunds.northwind.example"], False
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "We could not read that request" in response.content.decode()
