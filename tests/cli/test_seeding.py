"""The sample data is whole, has every state, and is the same each time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from makegood.accounts.models import User
from makegood.cli.seeding import PASSWORD, SIGN_INS, cast, catalogue, pictures, requests, sales, seed
from makegood.money import Money
from makegood.orders.duplicates import likely_pairs
from makegood.orders.models import Order, Payment, Product, ProductKind, Release
from makegood.orders.usage import uses_since
from makegood.refund_requests.models import Message, RefundRequest
from makegood.refund_requests.states import State
from makegood.refunds.models import Refund
from makegood.refunds.moving import advance_soon
from makegood.refunds.providers.sandbox.server import Manners, SandboxServer
from makegood.refunds.states import State as RefundState
from makegood.verifying import problems
from tests.people import NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sandbox(settings: Settings, tmp_path: Path) -> Iterator[SandboxServer]:
    """The provider that the worker's settings name."""
    settings.MEDIA_ROOT = tmp_path / "files"
    manners = Manners(
        secret=settings.MAKEGOOD_SANDBOX_SECRET, webhook_secret=settings.MAKEGOOD_SANDBOX_WEBHOOK_SECRET
    )
    with SandboxServer(tmp_path, manners) as server:
        settings.MAKEGOOD_SANDBOX_URL = server.url
        yield server


def test_it_is_a_whole_vendor_with_requests_in_every_state(
    sandbox: SandboxServer, settings: Settings
) -> None:
    ended_at = timezone.now()  # the worker goes on from there by its clock
    secret = settings.MAKEGOOD_SANDBOX_SECRET
    seed(at=ended_at, sandbox_url=sandbox.url, sandbox_secret=secret, report=lambda _: None)
    _there_is_a_whole_vendor(ended_at)
    _olena_has_something_for_each_ground(ended_at)
    _everyone_can_sign_in()
    _requests_are_in_every_state_that_needs_no_worker()
    _the_worker_brings_the_refunds_to_their_ends(sandbox)


def _there_is_a_whole_vendor(ended_at: datetime) -> None:
    assert Product.objects.filter(kind=ProductKind.SOFTWARE).count() == 5
    assert Product.objects.filter(kind=ProductKind.SERVICE, trial_days__gt=0, trial_quota__gt=0).count() == 3
    assert Order.objects.count() == Payment.objects.count() == sales.ORDERS
    assert User.objects.filter(staff_roles=None).count() == 60
    assert not Order.objects.filter(purchased_at__gt=ended_at).exists()
    for release in Release.objects.all():
        with release.file.open() as file:
            assert hashlib.sha256(file.read()).hexdigest() == release.sha256


def _requests_are_in_every_state_that_needs_no_worker() -> None:
    states = list(RefundRequest.objects.values_list("state", flat=True))
    assert set(states) == set(State) - {State.REFUNDED}
    assert states.count(State.WAITING) == 14
    assert not RefundRequest.objects.filter(ground="defect", evidence=None).exists()
    assert Message.objects.filter(visibility="internal").exists()
    assert not list(problems(at=timezone.now()))


def _olena_has_something_for_each_ground(ended_at: datetime) -> None:
    olena = User.objects.get(email="olena@example.com")
    assert [order.purchased_at for order in olena.orders.filter(product__sku="mail-sender")] == [
        ended_at - timedelta(days=21)
    ]
    assert olena.orders.filter(purchased_at__lt=ended_at - timedelta(days=31), renews=None).exists()
    assert 4 in [pair.minutes_apart for pair in likely_pairs(olena)]
    renewals = [order for order in olena.orders.all() if order.is_renewal]
    recent = [order for order in renewals if order.purchased_at > ended_at - timedelta(days=30)]
    assert sorted(uses_since(order, order.purchased_at) for order in recent) == [0, 250]
    assert not Order.objects.filter(member__email="nobody@example.com").exists()


def _everyone_can_sign_in() -> None:
    for who in SIGN_INS:
        user = User.objects.get(email=who.email)
        assert Client().login(email=who.email, password=PASSWORD)
        assert user.roles == ({who.role} if who.role else set())
        assert who.role_label


def _the_worker_brings_the_refunds_to_their_ends(sandbox: SandboxServer) -> None:
    _let_the_worker_work(sandbox)
    assert Refund.objects.filter(state=RefundState.PENDING).exists()
    sandbox.book.advance(timedelta(days=30))
    for refund in Refund.objects.all():
        advance_soon(refund)
    _let_the_worker_work(sandbox)
    assert set(RefundRequest.objects.values_list("state", flat=True)) == set(State)
    assert {RefundState.SETTLED, RefundState.FAILED, RefundState.ACTION_NEEDED} <= set(
        Refund.objects.values_list("state", flat=True)
    )
    assert not list(problems(at=timezone.now()))


def _let_the_worker_work(sandbox: SandboxServer) -> None:
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    here = {
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "MAKEGOOD_SANDBOX_URL": sandbox.url,
    }
    command = [sys.executable, "-m", "makegood.cli", "work", "--until-empty"]
    ended = subprocess.run(command, env={**os.environ, **here}, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_the_same_seed_sells_the_same() -> None:
    people = cast.people(at=NOON)

    def told() -> list[tuple[str, str, str, datetime, Money]]:
        books = sales.Books(NOON)
        requests.stories(requests.Cast(books, NOON, people))
        sales.sell_to_olena(books)
        sales.sell_to_everyone(books)
        books.number()
        return [(s.number, s.buyer.email, s.sku, s.at, s.price) for s in books.sales]

    assert told() == told()
    assert len({number for number, *_ in told()}) == sales.ORDERS


def test_names_come_from_many_countries_and_mailboxes_are_unlike() -> None:
    assert len({buyer.country for buyer in cast.OTHERS}) >= 20
    assert len({buyer.email for buyer in cast.OTHERS}) == len(cast.OTHERS) == 58


@pytest.mark.parametrize(
    ("currency", "price"),
    [("USD", "79.00 USD"), ("JPY", "11800 JPY"), ("KWD", "24.000 KWD"), ("VND", "1975000 VND")],
)
def test_prices_are_what_a_shop_would_write(currency: str, price: str) -> None:
    assert str(sales.price("mail-sender", currency)) == price


def test_files_and_pictures_are_the_same_bytes_each_time() -> None:
    def drawn() -> bytes:
        return pictures.screenshot(program="Mail Sender", trouble="It stops.", detail="At 412.", seed=3)

    assert drawn() == drawn()
    assert drawn() != pictures.screenshot(
        program="Mail Sender", trouble="It stops.", detail="At 412.", seed=4
    )
    assert catalogue.archive("Mail Sender 9") == catalogue.archive("Mail Sender 9")
