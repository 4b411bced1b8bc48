"""What holds at every address for everyone: reading changes nothing, and every answer is guarded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

import pytest
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import path
from pytest_django.plugin import DjangoDbBlocker

from tests import world
from tests.authorisation import Line, actors, table
from tests.world import World

READS = [line for line in table() if line.method == "GET"]
WRITES = [line for line in table() if line.method == "POST" and not line.situation]
BOOKKEEPING = {"django_session", "usersessions_usersession", "accounts_tries"}
"""When a session was last used, and how often somebody tried: no state of anything that people see."""
SIGNED = "/api/webhooks/<provider>"
SIGNED_LINK = "/letters/end/<token>/"  # a mail program presses its button, without a page of ours (RFC 8058)
SIGNED_TRACKER = "/api/trackers/<tracker>"
SIGNED_EFFECTS = "/dev/shop/effects"  # the shop of the demo, which is told by us
KNOWN_BY_TOKEN = "/api/effects/<name>/confirm"
SIGNED_ONES = {SIGNED, SIGNED_LINK, SIGNED_TRACKER, SIGNED_EFFECTS, KNOWN_BY_TOKEN}
FRAMED = "/dev/mail/<key>/html"
PIECES = "/refunds/uploads/<upload>/"  # speaks tus by other methods: tests/members/uploads/


def broken(request: HttpRequest) -> NoReturn:
    """An address with a mistake in it."""
    raise ZeroDivisionError


urlpatterns = [path("broken", broken)]


@pytest.fixture(scope="module")
def the_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), world.built() as built:
        yield built


@pytest.mark.django_db
@pytest.mark.parametrize("actor", actors())
def test_reading_changes_no_row_and_never_fails(the_world: World, actor: str) -> None:
    client = the_world.client(actor)
    for line in READS:
        before = _written()
        answer = line.answer(client, the_world)
        changed = {name for name, times in _written().items() if times != before.get(name, 0)}
        assert changed <= BOOKKEEPING, f"{line} by {actor} changes {', '.join(sorted(changed))}."
        assert answer.status_code < 500, f"{line} by {actor} fails."
        _read_to_its_end(answer)


def _written() -> dict[str, int]:
    """How many rows of each table this transaction has added, changed or deleted, alike or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return dict(cursor.fetchall())


@pytest.mark.django_db
def test_a_written_row_is_noticed(the_world: World) -> None:
    before = _written()
    with world.undone():
        the_world.order()
    assert {name for name, times in _written().items() if times != before.get(name, 0)} >= {"orders_order"}


@pytest.mark.django_db
@pytest.mark.parametrize("line", table(), ids=str)
def test_every_answer_is_guarded(the_world: World, line: Line) -> None:
    for actor in ("stranger", "member", "owner"):
        with world.undone():
            answer = line.answer(the_world.client(actor), the_world)
            _read_to_its_end(answer)
        assert_guarded(answer, own_frame=line.address == FRAMED and answer.status_code == 200)


@pytest.mark.parametrize(
    ("address", "status"),
    [("/static/css/base.css", 200), ("/static/css/none.css", 404), ("/nowhere", 404), ("/healthz", 200)],
)
@pytest.mark.django_db
def test_files_and_what_is_not_there_are_guarded(address: str, status: int) -> None:
    answer = Client().get(address)
    _read_to_its_end(answer)
    assert answer.status_code == status
    assert_guarded(answer)


@pytest.mark.urls("tests.test_crawl")
@pytest.mark.django_db
def test_a_mistake_of_ours_is_guarded_and_says_nothing_of_itself() -> None:
    answer = Client(raise_request_exception=False).get("/broken")
    assert answer.status_code == 500
    assert b"ZeroDivision" not in answer.content
    assert_guarded(answer)


def assert_guarded(answer: HttpResponseBase, *, own_frame: bool = False) -> None:
    """Content-Security-Policy, nosniff, referrer policy and opener policy, whatever the status."""
    policy = dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))
    frames = "'self'" if own_frame else "'none'"
    assert policy.get("object-src", policy["default-src"]) == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == frames
    assert "script-src" not in policy or "unsafe" not in policy["script-src"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db
@pytest.mark.parametrize("line", [line for line in WRITES if line.address not in SIGNED_ONES], ids=str)
def test_a_form_without_its_token_is_refused(the_world: World, line: Line) -> None:
    for actor in actors():
        before = _written()
        with world.undone():
            answer = line.answer(the_world.client(actor, checks_forms=True), the_world)
        changed = {name for name, times in _written().items() if times != before.get(name, 0)}
        assert answer.status_code == 403, f"{line} by {actor} is taken without a token."
        assert changed <= BOOKKEEPING, f"{line} by {actor} changes {', '.join(sorted(changed))}."
        assert_guarded(answer)


@pytest.mark.django_db
@pytest.mark.parametrize("address", [SIGNED, SIGNED_TRACKER, SIGNED_EFFECTS, KNOWN_BY_TOKEN])
def test_what_machines_send_is_known_by_its_signature(the_world: World, address: str) -> None:
    [line] = [line for line in WRITES if line.address == address]
    assert line.answer(the_world.client("stranger", checks_forms=True), the_world).status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_address_of_ours_knows_other_methods(the_world: World, method: str) -> None:
    ours = [line for line in READS if not line.address.startswith(("/accounts/", PIECES))]
    for line in ours:
        for actor in ("stranger", "member", "owner"):
            with world.undone():
                answer = line.answer(the_world.client(actor), the_world, method=method)
            assert answer.status_code in {302, 404, 405}, f"{method} {line.address} by {actor} is answered."


@pytest.mark.django_db
@pytest.mark.parametrize("actor", ["stranger", "member", "representative", "owner"])
def test_asking_for_the_headers_alone_is_answered_alike(the_world: World, actor: str) -> None:
    for line in (line for line in READS if line.address != PIECES):
        client = the_world.client(actor)
        whole, headers = (line.answer(client, the_world, method=method) for method in ("GET", "HEAD"))
        _read_to_its_end(whole)
        _read_to_its_end(headers)
        assert headers.status_code == whole.status_code, f"HEAD {line.address} is not answered as GET."


def _read_to_its_end(answer: HttpResponseBase) -> None:
    """So that the file behind it is closed."""
    if isinstance(answer, StreamingHttpResponse):
        answer.getvalue()
