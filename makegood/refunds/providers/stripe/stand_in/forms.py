"""What Stripe is sent: forms with nested keys; and what a list of it looks like.

See docs.stripe.com/api (“form-encoded request bodies”), /api/pagination, /api/expanding_objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from makegood.refunds.providers.sandbox.book import Refused

_NESTED = re.compile(r"\[([^\[\]]*)\]")
_USUAL, _MOST = 10, 100


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`metadata[attempt]=x` and `expand[0]=y` (or `expand[]=y`) as the dictionary and list that are meant."""
    form: dict[str, Any] = {}
    for name, value in pairs:
        top = name.partition("[")[0]
        inner = _NESTED.findall(name)
        if not inner:
            form[top] = value
        elif inner[0].isdigit() or not inner[0]:
            form.setdefault(top, []).append(value)
        else:
            form.setdefault(top, {})[inner[0]] = value
    return form


def check_known(form: Mapping[str, Any], known: frozenset[str]) -> None:
    """Stripe refuses what it does not know. Raises Refused."""
    for name in form:
        if name not in known:
            raise Refused(400, "parameter_unknown", f"Received unknown parameter: {name}")


def whole(form: Mapping[str, Any], name: str) -> int | None:
    """A whole number above zero; None when it was not sent. Raises Refused."""
    if name not in form:
        return None
    text = str(form[name])
    if not re.fullmatch(r"-?[0-9]{1,18}", text, re.ASCII):
        raise Refused(400, "parameter_invalid_integer", f"Invalid integer: {text}")
    if int(text) < 1:
        raise Refused(400, "parameter_invalid_integer", "This value must be greater than or equal to 1.")
    return int(text)


def page_of(everything: Sequence[dict[str, Any]], form: Mapping[str, Any], url: str) -> dict[str, Any]:
    """One page of `everything`, which is newest first. Raises Refused."""
    limit = whole(form, "limit") or _USUAL
    if limit > _MOST:
        raise Refused(400, "parameter_invalid_integer", f"This value must be less than or equal to {_MOST}.")
    after = form.get("starting_after")
    names = [each["id"] for each in everything]
    if after is not None and after not in names:
        raise Refused(400, "resource_missing", f"No such object: '{after}'")
    start = names.index(after) + 1 if after is not None else 0
    rest = everything[start:]
    return {"object": "list", "data": list(rest[:limit]), "has_more": len(rest) > limit, "url": url}
