"""Talks to the sandbox provider over HTTP and reads its answers with suspicion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from makegood.refunds.providers.base import (
    Answer,
    Charge,
    ChargedDispute,
    ChargedRefund,
    DisputeState,
    EventRefused,
    Instruction,
    Notice,
    Promises,
    ProviderUnreachable,
    Said,
)
from makegood.refunds.providers.bodies import Malformed, read_money, read_object
from makegood.refunds.providers.signatures import verify

SIGNATURE_HEADER = "Sandbox-Signature"
TIMEOUT = httpx.Timeout(10.0, connect=5.0)

_SAID = {
    "pending": Said.PENDING,
    "requires_action": Said.ACTION_NEEDED,
    "succeeded": Said.SUCCEEDED,
    "failed": Said.FAILED,
    "canceled": Said.CANCELED,
}
_REFUSALS = frozenset(
    {
        "charge_already_refunded",
        "charge_disputed",
        "currency_mismatch",
        "parameter_invalid",
        "resource_missing",
    }
)


class SandboxProvider:
    """The sandbox at `url`; `secret` opens its API, `webhook_secret` signs its events."""

    name = "sandbox"
    promises = Promises(
        key_window=timedelta(hours=24),
        key_max_length=255,
        remembers_errors=True,
        can_look_up=True,
        final_is_async=True,
        max_refund_age=None,
        caps_total=True,
    )

    def __init__(
        self, *, url: str, secret: str, webhook_secret: str, timeout: httpx.Timeout = TIMEOUT
    ) -> None:
        self._url, self._webhook_secret, self._timeout = url, webhook_secret, timeout
        self._headers = {"Authorization": f"Bearer {secret}"}

    def refund(self, instruction: Instruction) -> Answer:
        """Ask for the refund; every answer that is not a clear yes or no is `UNKNOWN`."""
        wanted = {
            "charge": instruction.charge_id,
            "amount": instruction.amount.minor,
            "currency": instruction.amount.currency,
            "metadata": {"attempt": instruction.key},
        }
        headers = {"Idempotency-Key": instruction.key}
        return self._ask("POST", "/v1/refunds", json=wanted, headers=headers)

    def look_up(self, instruction: Instruction) -> Answer:
        """What became of the refund: by its own id once we know it, else among those of its charge."""
        if instruction.refund_id:
            answer = self._ask("GET", f"/v1/refunds/{quote(instruction.refund_id, safe='')}")
            return _missing_is_not_found(answer)
        try:
            found = [each for each in self._listed(instruction.charge_id) if _key(each) == instruction.key]
        except (httpx.HTTPError, Malformed) as problem:
            return Answer(Said.UNKNOWN, reason=_in_words(problem))
        return _read_refund(found[0]) if found else Answer(Said.NOT_FOUND, reason="No refund has our key.")

    def charge(self, charge_id: str) -> Charge:
        """The charge with its refunds. Raises ProviderUnreachable."""
        try:
            body = self._charge_body(charge_id)
            refunds = tuple(_charged_refund(each) for each in _list(body, "refunds"))
            disputes = tuple(_charged_dispute(each) for each in _list(body, "disputes"))
            return Charge(charge_id, read_money(body), refunds, disputes)
        except (httpx.HTTPError, Malformed) as problem:
            raise ProviderUnreachable(self.name, _in_words(problem)) from problem

    def read_event(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> Notice:
        """The event in a delivery, once its signature and age are right. Raises EventRefused."""
        verify(body, headers.get(SIGNATURE_HEADER, ""), secret=self._webhook_secret, at=at)
        try:
            event = read_object(body)
            about = event["object"]
            key = _key(about)
            words = [event["id"], event["type"], about["charge"], about["id"]]
        except (Malformed, KeyError, TypeError, AttributeError) as problem:
            raise EventRefused("malformed", "The message is signed but is not an event.") from problem
        if not all(isinstance(word, str) and 0 < len(word) <= 255 for word in words):
            raise EventRefused("malformed", "The message is signed but is not an event.")
        event_id, kind, charge_id, object_id = words
        refund_id = "" if about.get("object") == "dispute" else object_id
        return Notice(event_id, kind, charge_id, refund_id, key)

    def _ask(self, method: str, path: str, **options: Any) -> Answer:
        try:
            response = self._call(method, path, **options)
            return replace(_read(response), took=response.elapsed)
        except httpx.HTTPError as problem:
            return Answer(Said.UNKNOWN, reason=_in_words(problem))

    def _call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {**self._headers, **options.pop("headers", {})}
        with httpx.Client(base_url=self._url, timeout=self._timeout) as client:
            return client.request(method, path, headers=headers, **options)

    def _charge_body(self, charge_id: str) -> Mapping[str, Any]:
        response = self._call("GET", f"/v1/charges/{quote(charge_id, safe='')}")
        if response.status_code != 200:
            raise Malformed(f"status {response.status_code}")
        return read_object(response.content)

    def _listed(self, charge_id: str) -> list[Mapping[str, Any]]:
        return _list(self._charge_body(charge_id), "refunds")


def _read(response: httpx.Response) -> Answer:
    status = response.status_code
    try:
        body = read_object(response.content)
    except Malformed as problem:
        return Answer(Said.UNKNOWN, reason=str(problem), http_status=status)
    if status in {200, 201}:
        return replace(_read_refund(body), http_status=status)
    code = _code(body)
    # A refusal is believed only in the provider's own words: a proxy's 404 says nothing about the money.
    refused = 400 <= status < 500 and code in _REFUSALS
    said = Said.FAILED if refused else Said.UNKNOWN
    if code == "idempotency_error":
        said = Said.ACTION_NEEDED
    return Answer(said, reason=code or f"status {status}", http_status=status, body=body)


def _read_refund(body: Mapping[str, Any]) -> Answer:
    try:
        said, refund_id, amount = _SAID[body["status"]], body["id"], read_money(body)
    except (KeyError, TypeError, Malformed):
        return Answer(Said.UNKNOWN, reason="an answer without a readable refund", body=body)
    if not isinstance(refund_id, str) or not refund_id:
        return Answer(Said.UNKNOWN, reason="an answer without the refund's id", body=body)
    if said is Said.SUCCEEDED and body.get("arrived") is True:
        said = Said.SETTLED
    trace = body.get("trace_reference")
    return Answer(said, refund_id, trace if isinstance(trace, str) else "", amount, body=body)


def _missing_is_not_found(answer: Answer) -> Answer:
    if answer.said is Said.FAILED and answer.reason == "resource_missing":
        return replace(answer, said=Said.NOT_FOUND)
    # Only the refund itself can say that it failed; a refused question says nothing about it.
    return answer if answer.refund_id else replace(answer, said=Said.UNKNOWN)


def _charged_refund(body: Mapping[str, Any]) -> ChargedRefund:
    answer = _read_refund(body)
    if answer.amount is None:
        raise Malformed(answer.reason)
    try:
        made_at = datetime.fromisoformat(body["made_at"])
    except (KeyError, TypeError, ValueError) as problem:
        raise Malformed("a refund without its time") from problem
    return ChargedRefund(
        answer.refund_id, _key(body), answer.amount, answer.said, made_at, answer.trace_reference
    )


def _charged_dispute(body: Mapping[str, Any]) -> ChargedDispute:
    try:
        state, answer_by = DisputeState(body["status"]), body["answer_by"]
        return ChargedDispute(
            str(body["id"]),
            read_money(body),
            state,
            str(body["reason"]),
            datetime.fromisoformat(body["opened_at"]),
            datetime.fromisoformat(answer_by) if answer_by else None,
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise Malformed("an unreadable dispute") from problem


def _list(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    listed = body.get(name)
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise Malformed(f"no list of {name}")
    return listed


def _key(body: Mapping[str, Any]) -> str:
    metadata = body.get("metadata")
    key = metadata.get("attempt") if isinstance(metadata, dict) else None
    # What is longer than any key of ours is somebody else's, such as a note made in the dashboard.
    longest = SandboxProvider.promises.key_max_length
    return key if isinstance(key, str) and len(key) <= longest else ""


def _code(body: Mapping[str, Any]) -> str:
    error = body.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) else ""


def _in_words(problem: Exception) -> str:
    return (
        f"{type(problem).__name__}: {problem}" if isinstance(problem, Malformed) else type(problem).__name__
    )
