"""No page asks the database more than a dozen questions, whoever opens it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from tests import world
from tests.authorisation import actors, table
from tests.world import World

QUERIES = 12


@pytest.fixture(scope="module")
def the_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), world.built() as built:
        yield built


@pytest.mark.django_db
@pytest.mark.parametrize("actor", actors())
def test_every_page(the_world: World, actor: str) -> None:
    client = the_world.client(actor)
    greedy = {}
    for line in table():
        if line.method == "GET" and line.statuses[actor] == 200:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                line.asked(client, the_world)
            if len(asked) > QUERIES:
                greedy[str(line)] = len(asked)
    assert greedy == {}
