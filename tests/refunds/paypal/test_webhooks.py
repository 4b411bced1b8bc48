"""What PayPal delivers is believed only with a signature of PayPal's own certificate, fetched from PayPal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from django.conf import LazySettings
from django.test import Client
from werkzeug.wrappers import Request, Response

from makegood.refunds.models import ProviderEvent, RefusedDelivery
from makegood.refunds.providers.base import EventRefused
from makegood.refunds.providers.paypal import webhooks
from makegood.refunds.providers.paypal.adapter import PayPalProvider
from makegood.refunds.providers.paypal.identity import identity
from makegood.refunds.providers.paypal.stand_in import PayPalStandIn
from tests.refunds.paypal.conftest import a_wish, provider_at
from tests.refunds.scenes import WEBHOOK_SECRET

EVENT = b'{"id": "WH-1", "event_type": "PAYMENT.SALE.COMPLETED", "resource": {"id": "x"}}'


@pytest.fixture(autouse=True)
def _no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "_certificates", webhooks._Certificates())


def delivered(
    paypal: PayPalStandIn, body: bytes = EVENT, *, webhook_id: str = WEBHOOK_SECRET, path: str = ""
) -> dict[str, str]:
    url = f"{paypal.url}{webhooks.CERTIFICATES}{path or 'CERT-stand-in'}"
    signer = identity("PayPal")
    return dict(signer.sign(body, webhook_id=webhook_id, transmission="t-1", certificate_url=url))


def refusal(provider: PayPalProvider, headers: Mapping[str, str], body: bytes = EVENT) -> str:
    with pytest.raises(EventRefused) as refused:
        provider.read_event(body, headers, at=datetime.now(UTC))
    return refused.value.reason


def test_a_genuine_event_about_no_refund_is_put_aside(
    paypal: PayPalStandIn, provider: PayPalProvider
) -> None:
    notice = provider.read_event(EVENT, delivered(paypal), at=datetime.now(UTC))
    assert (notice.event_id, notice.kind, notice.charge_id) == ("WH-1", "PAYMENT.SALE.COMPLETED", "")


def test_the_certificate_is_fetched_once(
    paypal: PayPalStandIn, provider: PayPalProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    really = webhooks._fetched

    def counted(url: str) -> x509.Certificate:
        fetched.append(url)
        return really(url)

    monkeypatch.setattr(webhooks, "_fetched", counted)
    for _ in range(3):
        provider.read_event(EVENT, delivered(paypal), at=datetime.now(UTC))
    assert len(fetched) == 1


@pytest.mark.parametrize(
    "header", ["Auth-Algo", "Cert-Url", "Transmission-Id", "Transmission-Sig", "Transmission-Time"]
)
def test_each_header_is_needed(paypal: PayPalStandIn, provider: PayPalProvider, header: str) -> None:
    headers = delivered(paypal)
    del headers[f"Paypal-{header}"]
    assert refusal(provider, headers) in {"unsigned", "forged"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Paypal-Auth-Algo", "none"),
        ("Paypal-Transmission-Time", "yesterday"),
        ("Paypal-Transmission-Sig", "é"),
        ("Paypal-Transmission-Sig", "!!"),
    ],
)
def test_an_unreadable_header_is_no_signature(
    paypal: PayPalStandIn, provider: PayPalProvider, name: str, value: str
) -> None:
    assert refusal(provider, {**delivered(paypal), name: value}) == "unsigned"


def test_each_changed_byte_is_noticed(paypal: PayPalStandIn, provider: PayPalProvider) -> None:
    headers = delivered(paypal)
    for position in range(len(EVENT)):
        changed = EVENT[:position] + bytes([EVENT[position] ^ 1]) + EVENT[position + 1 :]
        assert refusal(provider, headers, changed) == "forged"


@pytest.mark.parametrize("name", ["Paypal-Transmission-Id", "Paypal-Transmission-Time"])
def test_what_is_signed_with_the_body_cannot_be_changed(
    paypal: PayPalStandIn, provider: PayPalProvider, name: str
) -> None:
    headers = delivered(paypal)
    other = "t-2" if name.endswith("Id") else datetime.now(UTC).isoformat()
    assert refusal(provider, {**headers, name: other}) == "forged"


def test_a_delivery_to_somebody_elses_webhook_is_refused(
    paypal: PayPalStandIn, provider: PayPalProvider
) -> None:
    assert refusal(provider, delivered(paypal, webhook_id="another")) == "forged"


CERT = "/v1/notifications/certs/CERT-360caa42"


@pytest.mark.parametrize(
    "url",
    [
        "",
        f"http://api.paypal.com{CERT}",
        f"https://paypal.com.evil.example{CERT}",
        f"https://evilpaypal.com{CERT}",
        f"https://evil.example{CERT}",
        f"https://api.paypal.com@evil.example{CERT}",
        f"https://me@api.paypal.com{CERT}",
        f"https://api.paypal.com:8443{CERT}",
        f"https://api.paypal.com:port{CERT}",
        f"https://api.paypal.com{CERT}?x=1",
        f"https://api.paypal.com{CERT}/../../x",
        "https://api.paypal.com/redirect",
        f"file://api.paypal.com{CERT}",
    ],
)
def test_a_certificate_from_elsewhere_is_not_even_fetched(
    paypal: PayPalStandIn, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(webhooks, "_fetched", lambda url: pytest.fail(f"fetched {url}"))
    headers = {**delivered(paypal), "Paypal-Cert-Url": url}
    assert refusal(provider_at("https://api-m.paypal.com"), headers) == "forged"
    assert refusal(provider_at(paypal.url), headers) == "forged"


@pytest.mark.parametrize("host", ["api.paypal.com", "api.sandbox.paypal.com", "api-m.paypal.com:443"])
def test_paypal_keeps_its_certificates_on_its_own_hosts(
    paypal: PayPalStandIn, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setattr(
        webhooks,
        "_fetched",
        lambda _: x509.load_pem_x509_certificate(identity("PayPal").certificate),
    )
    headers = {**delivered(paypal), "Paypal-Cert-Url": f"https://{host}{CERT}"}
    provider = provider_at("https://api-m.paypal.com")
    assert provider.read_event(EVENT, headers, at=datetime.now(UTC)).event_id == "WH-1"
    assert refusal(provider_at(paypal.url), headers) == "forged"


def test_a_certificate_that_paypal_does_not_have_is_forged(
    paypal: PayPalStandIn, provider: PayPalProvider
) -> None:
    assert refusal(provider, delivered(paypal, path="CERT-none")) == "forged"


class Broken(PayPalStandIn):
    """Has its certificate, but cannot hand it out."""

    answers: Response | None = None

    def _certificate(self, request: Request) -> Response:
        return self.answers or super()._certificate(request)


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"not a certificate", b"x" * 70_000])
def test_what_cannot_be_checked_now_is_asked_for_again(
    tmp_path: Any, manners: Any, settings: LazySettings, client: Client, body: bytes
) -> None:
    with Broken(tmp_path, manners) as paypal:
        settings.MAKEGOOD_PAYPAL_URL, settings.MAKEGOOD_PAYPAL_WEBHOOK_ID = paypal.url, WEBHOOK_SECRET

        def deliver() -> int:
            return client.post(
                "/api/webhooks/paypal", EVENT, content_type="application/json", headers=delivered(paypal)
            ).status_code

        paypal.answers = Response(body, status=200)
        assert deliver() == 503
        paypal.answers = Response(status=500)
        assert deliver() == 503
        assert not ProviderEvent.objects.exists()
        paypal.answers = None
        assert deliver() == 200
    assert ProviderEvent.objects.get().event_id == "WH-1"
    assert {each.reason for each in RefusedDelivery.objects.all()} == {"unverifiable"}


def test_nobody_there_to_ask_is_a_reason_to_send_it_again(paypal: PayPalStandIn) -> None:
    headers = delivered(paypal)
    headers["Paypal-Cert-Url"] = f"http://127.0.0.1:9{webhooks.CERTIFICATES}CERT-1"
    assert refusal(provider_at("http://127.0.0.1:9"), headers) == "unverifiable"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"id": "WH-1"}',
        b'{"id": "WH-1", "event_type": "x", "resource": null}',
        b'{"id": "", "event_type": "x", "resource": {}}',
        b'{"id": 7, "event_type": "x", "resource": {}}',
        b'{"id": "WH-1", "event_type": "x", "resource": {"disputed_transactions": []}}',
        b'{"id": "WH-1", "event_type": "x", "resource": {"disputed_transactions": [{}]}}',
        b'{"id": "WH-1", "event_type": "x", "resource": '
        b'{"disputed_transactions": [{"seller_transaction_id": 1}]}}',
    ],
)
def test_what_is_signed_but_no_event_is_refused(
    paypal: PayPalStandIn, provider: PayPalProvider, body: bytes
) -> None:
    assert refusal(provider, delivered(paypal, body), body) == "malformed"


def test_an_event_tells_our_key(paypal: PayPalStandIn, provider: PayPalProvider) -> None:
    wish = a_wish(paypal)
    made = provider.refund(wish)
    [event] = paypal.book.untold_events()
    body, headers = paypal.delivery(event, WEBHOOK_SECRET)
    notice = provider.read_event(body, headers, at=datetime.now(UTC))
    assert (notice.kind, notice.refund_id, notice.key) == ("PAYMENT.REFUND.PENDING", made.refund_id, "key-1")
