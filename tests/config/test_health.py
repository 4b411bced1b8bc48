"""The two addresses that a supervisor asks."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test import Client


def test_a_living_process_says_so_without_its_database(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_it_is_ready_when_the_database_answers(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})


@pytest.mark.django_db(transaction=True)
def test_it_is_not_ready_when_the_database_does_not(client: Client) -> None:
    connection = connections["default"]
    connection.close()
    host, connection.settings_dict["HOST"] = connection.settings_dict["HOST"], "/nowhere"
    try:
        response = client.get("/readyz")
    finally:
        connection.close()
        connection.settings_dict["HOST"] = host
    assert (response.status_code, response.json()) == (503, {"status": "database unreachable"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_they_only_answer_and_change_nothing(path: str, client: Client) -> None:
    assert client.post(path).status_code == 405
