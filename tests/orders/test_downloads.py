"""Trial versions are for everyone, full versions for those who bought the product."""

from __future__ import annotations

from datetime import date

import pytest

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.money import Money
from makegood.orders.downloads import (
    NotBought,
    record_download,
    releases_open_to,
)
from makegood.orders.models import Download, Edition, Product, Release
from makegood.orders.payments import reserve
from tests.people import NOON, a_product, ago, an_order, joao, mail_sender, olena, usd

pytestmark = pytest.mark.django_db


def a_release(
    edition: Edition, *, version: str = "2.1", platform: str = "Windows", product: Product | None = None
) -> Release:
    return Release.objects.create(
        product=product or mail_sender(),
        version=version,
        platform=platform,
        edition=edition,
        file=f"releases/{version}-{platform}-{edition}.zip",
        byte_size=10,
        sha256="0" * 64,
        released_on=date(2026, 1, int(version[-1])),
    )


def test_the_releases_of_a_product_are_listed_from_the_newest() -> None:
    older = a_release(Edition.TRIAL, version="2.1")
    newer = a_release(Edition.TRIAL, version="2.2")
    assert list(releases_open_to(joao())) == [newer, older]


def test_a_trial_version_is_for_every_member() -> None:
    trial = a_release(Edition.TRIAL)
    download = record_download(joao(), trial, by=joao(), at=NOON)
    assert Download.objects.get(member=joao()) == download
    assert Event.objects.get(action=Action.DOWNLOADED).subject_id == download.pk


def test_a_full_version_is_for_those_who_bought_it() -> None:
    full = a_release(Edition.FULL)
    an_order(olena(), mail_sender(), purchased_at=ago(days=3))
    assert record_download(olena(), full, by=olena(), at=NOON).release == full
    assert list(releases_open_to(olena())) == [full]


def test_a_full_version_is_not_for_those_who_bought_something_else() -> None:
    full = a_release(Edition.FULL)
    an_order(joao(), a_product("list-manager"), purchased_at=ago(days=3))
    with pytest.raises(NotBought, match="The full version of Mail Sender is for those who bought it"):
        record_download(joao(), full, by=joao(), at=NOON)
    assert not releases_open_to(joao()).exists()
    assert not Download.objects.exists()


@pytest.mark.parametrize(("refunded", "open_to_her"), [("79.00", False), ("78.99", True)])
def test_an_order_stands_until_all_of_it_is_refunded(refunded: str, open_to_her: bool) -> None:
    full = a_release(Edition.FULL)
    order = an_order(olena(), mail_sender(), purchased_at=ago(days=3))
    reserve(order.payments.get().pk, usd(refunded))
    assert (full in releases_open_to(olena())) is open_to_her


def test_an_order_that_was_free_is_bought() -> None:
    full = a_release(Edition.FULL)
    an_order(olena(), mail_sender(), purchased_at=ago(days=3), amount=Money(0, "USD"), paid=False)
    assert full in releases_open_to(olena())
