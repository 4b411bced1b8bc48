"""Who may do what at every address: the tables in `authorisation/`, tried line by line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests import world
from tests.authorisation import METHODS, Line, actors, table
from tests.world import World


@pytest.fixture(scope="module")
def the_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), world.built() as built:
        yield built


def test_every_address_is_listed() -> None:
    listed = {line.address for line in table()}
    missing = sorted(set(world.addresses()) - listed)
    assert not missing, f"tests/authorisation/ does not say who may use {', '.join(missing)}."


def test_every_listed_address_exists() -> None:
    listed = {line.address for line in table()}
    gone = sorted(listed - set(world.addresses()))
    assert not gone, f"tests/authorisation/ lists addresses that do not exist: {', '.join(gone)}."


@pytest.mark.parametrize("method", METHODS)
def test_every_address_says_it_for_each_method(method: str) -> None:
    listed = {line.address for line in table() if line.method == method}
    silent = sorted(set(world.addresses()) - listed)
    assert not silent, f"tests/authorisation/ does not say who may {method} {', '.join(silent)}."


@pytest.mark.django_db
@pytest.mark.parametrize("line", table(), ids=str)
def test_everyone_gets_what_the_table_says(the_world: World, line: Line) -> None:
    got = {}
    for actor in actors():
        with world.undone():
            got[actor] = line.asked(the_world.client(actor), the_world)
    wrong = [
        f"{who} got {got[who]}, not {status}" for who, status in line.statuses.items() if got[who] != status
    ]
    assert not wrong, f"{line}: " + "; ".join(wrong) + "."
