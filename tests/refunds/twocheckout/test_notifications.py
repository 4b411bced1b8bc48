"""What 2Checkout sends is believed only with its signature, and answered with the receipt that it wants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from django.conf import LazySettings
from django.test import Client

from makegood.refunds.models import ProviderEvent
from makegood.refunds.providers.base import EventRefused
from makegood.refunds.providers.twocheckout import notifications, signing
from makegood.refunds.providers.twocheckout.adapter import TwoCheckoutProvider
from makegood.refunds.providers.twocheckout.stand_in import NAME, PRODUCT, TwoCheckoutStandIn
from tests.refunds.scenes import WEBHOOK_SECRET
from tests.refunds.twocheckout.conftest import ORDER, a_wish

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SENT = {
    "REFNO": ORDER,
    "COMPANY": "",
    "ORDERSTATUS": "REFUND",
    "IPN_PID[0]": PRODUCT,
    "IPN_PID[1]": "2",
    "IPN_PNAME[0]": NAME,
    "IPN_PNAME[1]": "Support & updates",
    "MESSAGE_ID": "254510700124",
    "TIMEZONE_OFFSET": "GMT+03:00",
    "IPN_DATE": "20261124150000",
}


def written(sent: dict[str, str], *, with_: tuple[str, ...] = ("sha3-256", "sha256", "md5")) -> bytes:
    values = [value.encode() for value in sent.values()]
    signed = {
        notifications.SIGNATURES[each].decode(): signing.mac(values, secret=WEBHOOK_SECRET, algorithm=each)
        for each in with_
    }
    return urlencode({**sent, **signed}).encode()


def refusal(body: bytes, *, secret: str = WEBHOOK_SECRET, at: datetime = NOW) -> str:
    with pytest.raises(EventRefused) as refused:
        notifications.read(body, secret=secret, at=at)
    return refused.value.reason


def test_it_names_its_order_and_brings_its_receipt() -> None:
    notice = notifications.read(written(SENT), secret=WEBHOOK_SECRET, at=NOW)
    assert (notice.event_id, notice.kind, notice.charge_id) == ("254510700124", "REFUND", ORDER)
    expected = signing.mac(
        [PRODUCT.encode(), NAME.encode(), b"20261124150000", b"20261124120000"],
        secret=WEBHOOK_SECRET,
        algorithm="sha3-256",
    )
    assert notice.receipt == f'<sig algo="sha3-256" date="20261124120000">{expected}</sig>'


@pytest.mark.parametrize(
    ("signed", "begins"),
    [
        (("sha256", "md5"), '<sig algo="sha256"'),
        (("md5",), "<EPAYMENT>20261124120000|"),
    ],
)
def test_an_account_that_signs_in_another_way_is_answered_in_that(
    signed: tuple[str, ...], begins: str
) -> None:
    notice = notifications.read(written(SENT, with_=signed), secret=WEBHOOK_SECRET, at=NOW)
    assert notice.receipt.startswith(begins)


def test_a_weaker_signature_does_not_stand_in_for_a_wrong_strong_one() -> None:
    body = written(SENT, with_=("md5",)) + b"&SIGNATURE_SHA3_256=00"
    assert refusal(body) == "forged"


def test_each_changed_value_is_noticed() -> None:
    whole = dict(parse_qsl(written(SENT).decode(), keep_blank_values=True))
    for name in SENT:
        assert refusal(urlencode({**whole, name: f"{whole[name]}1"}).encode()) == "forged"


def test_without_a_signature_or_a_key_of_ours_nothing_is_genuine() -> None:
    assert refusal(written(SENT, with_=())) == "unsigned"
    assert refusal(written(SENT), secret="") == "unsigned"
    assert refusal(written(SENT), secret="another") == "forged"


@pytest.mark.parametrize(("hours", "is_fresh"), [(0, True), (48, True), (49, False), (-1, False)])
def test_a_message_is_fresh_as_long_as_it_is_repeated(hours: int, is_fresh: bool) -> None:
    at = NOW + timedelta(hours=hours)
    if is_fresh:
        assert notifications.read(written(SENT), secret=WEBHOOK_SECRET, at=at).charge_id == ORDER
    else:
        assert refusal(written(SENT), at=at) == "replayed"


def test_a_moment_without_its_zone_may_be_anywhere_on_earth() -> None:
    sent = {**SENT, "TIMEZONE_OFFSET": ""}
    assert notifications.read(written(sent), secret=WEBHOOK_SECRET, at=NOW).charge_id == ORDER
    assert refusal(written(sent), at=NOW + timedelta(days=3)) == "replayed"


@pytest.mark.parametrize(
    "change",
    [
        {"MESSAGE_ID": ""},
        {"MESSAGE_ID": "1" * 256},
        {"REFNO": ""},
        {"REFNO": "1\x00"},
        {"ORDERSTATUS": ""},
        {"IPN_DATE": ""},
        {"IPN_DATE": "20261399999999"},
        {"IPN_DATE": "yesterday"},
    ],
)
def test_what_is_signed_but_no_notification_is_refused(change: dict[str, str]) -> None:
    assert refusal(written({**SENT, **change})) == "malformed"


def test_what_is_no_text_is_refused() -> None:
    values = [b"\xff" if name == "REFNO" else value.encode() for name, value in SENT.items()]
    pairs = dict(zip(SENT, values, strict=True))
    signed = signing.mac(values, secret=WEBHOOK_SECRET, algorithm="sha256")
    assert refusal(urlencode({**pairs, "SIGNATURE_SHA2_256": signed}).encode()) == "malformed"


@pytest.mark.django_db
def test_over_http_it_is_stored_once_and_answered_each_time(
    there: TwoCheckoutStandIn, provider: TwoCheckoutProvider, settings: LazySettings, client: Client
) -> None:
    settings.MAKEGOOD_2CHECKOUT_SECRET = WEBHOOK_SECRET
    provider.refund(a_wish())
    [event] = there.book.untold_events()
    body, headers = there.delivery(event, WEBHOOK_SECRET)
    for _ in range(2):
        answer = client.post("/api/webhooks/2checkout", body, content_type=headers["Content-Type"])
        assert answer.status_code == 200
        assert answer.content.startswith(b'<sig algo="sha3-256" date="')
    assert ProviderEvent.objects.get().charge_id == ORDER


def test_its_address_can_be_looked_at_before_it_is_used(client: Client) -> None:
    assert client.get("/api/webhooks/2checkout").status_code == 200
    assert client.get("/api/webhooks/nobody").status_code == 405
    assert client.put("/api/webhooks/2checkout").status_code == 405
