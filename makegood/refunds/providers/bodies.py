"""Reads the JSON of providers: it becomes an object that we can keep, or is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from makegood.money import Money, UnknownCurrency

_LARGEST = 2**63 - 1


class Malformed(ValueError):
    """A body that is not what the provider documents."""


def read_object(raw: bytes) -> Mapping[str, Any]:
    """The JSON object in `raw`, which PostgreSQL can store. Raises Malformed."""
    try:
        body = json.loads(raw)
        # NaN and Infinity, lone surrogates: Python reads them, PostgreSQL stores none of them.
        text = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as problem:
        raise Malformed("a body that is not JSON") from problem
    if not isinstance(body, dict):
        raise Malformed("a body that is not a JSON object")
    if b"\\u0000" in text:
        raise Malformed("a body with a NUL character")
    return body


def read_money(body: Mapping[str, Any]) -> Money:
    """The `amount` (minor units) and `currency` in `body`. Raises Malformed."""
    minor, currency = body.get("amount"), body.get("currency")
    if isinstance(minor, bool) or not isinstance(minor, int) or not isinstance(currency, str):
        raise Malformed("no readable amount")
    if abs(minor) > _LARGEST:
        raise Malformed("an amount beyond all money")
    try:
        return Money(minor, currency)
    except UnknownCurrency as problem:
        raise Malformed(str(problem)) from problem
