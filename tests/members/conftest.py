"""The members area as its members use it: the vendor's policy is in force, and each person has a browser."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from makegood.accounts.models import User
from tests.browsing import came_in
from tests.cases import the_policy

AtHome = Callable[[User], Client]
Committed = Callable[..., AbstractContextManager[object]]


@pytest.fixture(autouse=True)
def _policy_in_force(db: None) -> None:
    the_policy()


@pytest.fixture
def at_home() -> AtHome:
    """`at_home(olena())`: a browser in which Olena is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        came_in(client, user)
        return client

    return signed_in


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Committed) -> Committed:
    """What follows a commit is done inside, as well."""
    return django_capture_on_commit_callbacks
