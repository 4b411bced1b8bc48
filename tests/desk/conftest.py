"""A browser for each person of the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from makegood.accounts.models import User
from tests.browsing import came_in

Desk = Callable[[User], Client]


@pytest.fixture
def at_desk() -> Desk:
    """`at_desk(petro())`: a browser in which Petro is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        came_in(client, user)
        return client

    return signed_in
