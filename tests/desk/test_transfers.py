"""Transfers at the desk: an account for each refund, a batch, two people, and what the bank said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.desk.access import desk_zone
from makegood.refunds.models import Refund, TransferBatch
from makegood.refunds.states import State
from makegood.refunds.transfers.states import BatchState
from makegood.refunds.transfers.typed import next_bank_day
from tests.desk.conftest import Desk
from tests.desk.scenes import a_manual_refund
from tests.people import PASSWORD, aud, finn, ola
from tests.refunds.transfer_scenes import ANOTHER_OF_THEIRS, THEIRS, a_transfer, frida, with_account

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answered

pytestmark = pytest.mark.django_db(transaction=True)

AN_ACCOUNT = {"name": "Lars Ødegård", "iban": THEIRS, "bic": ""}


@pytest.fixture
def waiting() -> Refund:
    """A refund in euro that waits for an account and a batch."""
    return a_transfer(at=timezone.now())


@pytest.fixture
def maker(at_desk: Desk) -> Client:
    """Finn's browser."""
    return at_desk(finn())


@pytest.fixture
def checker(at_desk: Desk) -> Client:
    """Frida's browser."""
    return at_desk(frida())


def page(client: Client, address: str = "/desk/transfers/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def of(refund: Refund) -> str:
    return f"/desk/money/{refund.pk}/"


def step(client: Client, refund: Refund, what: str, **typed: object) -> Answered:
    return client.post(f"{of(refund)}{what}/", typed)


def gather(client: Client, *refunds: Refund, day: str | None = None) -> Answered:
    today = timezone.localdate(timezone=desk_zone())
    on = next_bank_day(today).isoformat() if day is None else day
    return client.post(
        "/desk/transfers/gather/", {"chosen": [refund.pk for refund in refunds], "execute_on": on}
    )


def a_batch(client: Client, refund: Refund) -> str:
    """The address of a batch of this refund."""
    with_account(refund, at=timezone.now())
    return gather(client, refund)["Location"]


def test_what_waits_says_what_it_needs(waiting: Refund, maker: Client) -> None:
    assert "The account of the customer is missing." in page(maker)
    assert step(maker, waiting, "account", **AN_ACCOUNT).status_code == 303
    body = page(maker)
    assert "Somebody other than Finn Larsen has to agree to the account." in body
    assert "NO •••• 7947" in body
    assert THEIRS not in body


def test_a_wrong_iban_is_said_and_what_was_typed_stays(waiting: Refund, maker: Client) -> None:
    refused = step(maker, waiting, "account", **{**AN_ACCOUNT, "iban": f"{THEIRS[:-1]}8"})
    body = refused.content.decode()
    assert refused.status_code == 422
    assert "its check digits do not fit" in body
    assert 'value="Lars Ødegård"' in body
    assert not waiting.destinations.exists()


def test_the_second_person_agrees_to_what_they_read(waiting: Refund, maker: Client, checker: Client) -> None:
    step(maker, waiting, "account", **AN_ACCOUNT)
    read = waiting.destinations.get().pk
    assert f'name="destination" value="{read}"' in page(checker, of(waiting))
    own = step(maker, waiting, "agree-account", destination=read)
    assert (own.status_code, "somebody else has to agree" in own.content.decode()) == (409, True)
    step(maker, waiting, "account", **{**AN_ACCOUNT, "iban": ANOTHER_OF_THEIRS})
    assert step(checker, waiting, "agree-account", destination=read).status_code == 409
    newest = waiting.destinations.latest("pk").pk
    assert step(checker, waiting, "agree-account", destination=newest).status_code == 303
    assert "Frida Holm" in page(checker, of(waiting))


def test_from_a_batch_to_the_bank(waiting: Refund, maker: Client, checker: Client) -> None:
    address = a_batch(maker, waiting)
    assert "You gathered this batch" in page(maker, address)
    assert maker.post(f"{address}release/").status_code == 409
    assert "Release €79.00" in page(checker, address)
    assert "to be transferred" in page(checker, address)
    assert maker.post(f"{address}file/").status_code == 409
    assert checker.post(f"{address}release/").status_code == 303
    batch = TransferBatch.objects.get()
    file = maker.post(f"{address}file/")
    assert file.content == bytes(batch.file or b"")
    assert file["Content-Disposition"] == f'attachment; filename="{batch.message_id}.xml"'
    assert Event.objects.filter(action=Action.BATCH_DOWNLOADED, actor_id=finn().pk).count() == 1
    assert THEIRS not in page(maker, address)
    assert maker.post(f"{address}accepted/").status_code == 303
    today = timezone.localdate(timezone=desk_zone())
    tomorrow = today + timedelta(days=1)
    assert maker.post(f"{address}executed/", {"executed_on": tomorrow.isoformat()}).status_code == 409
    assert maker.post(f"{address}executed/", {"executed_on": today.isoformat()}).status_code == 303
    assert Refund.objects.get().state == State.SUCCEEDED
    assert maker.post(f"{address}arrived/").status_code == 303
    assert Refund.objects.get().state == State.SETTLED
    assert "All of it arrived" not in page(maker, address)


def test_a_returned_transfer_is_recorded_with_the_words_of_its_code(waiting: Refund, maker: Client) -> None:
    address = a_batch(maker, waiting)
    TransferBatch.objects.update(state=BatchState.RELEASED, released_by=frida(), released_at=timezone.now())
    maker.post(f"{address}accepted/")
    today = timezone.localdate(timezone=desk_zone()).isoformat()
    maker.post(f"{address}executed/", {"executed_on": today})
    assert 'value="79.00"' in page(maker, of(waiting))
    told = {"code": "ac04", "amount": "79,00", "returned_on": today}
    less = step(maker, waiting, "returned", **{**told, "amount": "78.00"})
    assert (less.status_code, "The transfer was of €79.00" in less.content.decode()) == (409, True)
    assert step(maker, waiting, "returned", **{**told, "code": "?"}).status_code == 422
    assert step(maker, waiting, "returned", **told).status_code == 303
    assert "AC04: the account is closed" in page(maker, of(waiting))
    assert "came back to us" in page(maker, address)


def test_a_release_asks_for_the_password_again(waiting: Refund, maker: Client, at_desk: Desk) -> None:
    address = a_batch(maker, waiting)
    User.objects.filter(pk=frida().pk).update(password=make_password(PASSWORD))
    client = at_desk(frida())
    asked = client.post(f"{address}release/")
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert TransferBatch.objects.get().state == BatchState.GATHERED
    told = client.post(asked["Location"], {"password": PASSWORD, "next": f"{address}release/"})
    assert told["Location"] == address
    assert TransferBatch.objects.get().state == BatchState.RELEASED


def test_taken_back_its_refunds_wait_again(waiting: Refund, maker: Client) -> None:
    address = a_batch(maker, waiting)
    assert "Nothing waits to be transferred" in page(maker)
    assert maker.post(f"{address}take-back/").status_code == 303
    assert "1 refund waits to be transferred" in page(maker)
    assert "not in this batch any more" in page(maker, address)


def test_what_was_chosen_stays_when_the_day_is_none(waiting: Refund, maker: Client) -> None:
    with_account(waiting, at=timezone.now())
    refused = gather(maker, waiting, day="2026-11-28")
    assert refused.status_code == 409
    assert "Banks do nothing on that day" in refused.content.decode()
    assert f'value="{waiting.pk}"\n                       checked' in refused.content.decode()
    assert gather(maker, waiting, day="").status_code == 422


def test_nothing_is_sent_by_hand_that_goes_in_a_batch(waiting: Refund, maker: Client) -> None:
    assert "Record that it was sent" not in page(maker, of(waiting))
    today = timezone.localdate(timezone=desk_zone()).isoformat()
    sent = step(maker, waiting, "sent", way="wire", sent_on=today, reference="4711")
    assert (sent.status_code, "paid by a batch of transfers" in sent.content.decode()) == (409, True)


def test_in_a_batch_nothing_is_done_to_it_alone(waiting: Refund, maker: Client) -> None:
    a_batch(maker, waiting)
    body = page(maker, of(waiting))
    assert "Give the account it goes to" not in body
    assert "Record that it failed" not in body
    assert step(maker, waiting, "account", **AN_ACCOUNT).status_code == 409


@pytest.mark.parametrize("reader", [ola, aud])
def test_readers_of_money_change_nothing(
    reader: Callable[[], User], waiting: Refund, maker: Client, at_desk: Desk
) -> None:
    address = a_batch(maker, waiting)
    client = at_desk(reader())
    assert "What you can do" not in page(client, address)
    assert client.post(f"{address}release/").status_code == 404


def test_without_an_account_of_ours_nothing_is_gathered(
    waiting: Refund, maker: Client, settings: Settings
) -> None:
    settings.MAKEGOOD_SEPA_IBAN = ""
    with_account(waiting, at=timezone.now())
    body = page(maker)
    assert "<code>MAKEGOOD_SEPA_IBAN</code>" in body
    assert "Gather into a batch" not in body
    assert gather(maker, waiting).status_code == 404


def test_dollars_are_not_offered_a_sepa_transfer(maker: Client) -> None:
    refund = a_manual_refund()
    Refund.objects.filter(pk=refund.pk).update(state=State.SENDING)
    Refund.objects.filter(pk=refund.pk).update(state=State.FAILED)
    body = page(maker, of(refund))
    assert "Pay another way, by hand" in body
    assert "Pay by SEPA transfer" not in body
