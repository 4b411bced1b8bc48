"""The door of the vendor's shop: it asks what refunds change there, and says what became of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from makegood.audit.actors import System
from makegood.audit.moving import MoveNotAllowed
from makegood.effects import asking
from makegood.effects.steps import NotItsTurn

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], JsonResponse]

SHOP = System("shop")
LONGEST = 4096
"""Bytes of the longest body taken."""
GREATEST = 2**63 - 1


def by_the_shop(view: View[P]) -> View[P]:
    """Let the shop through, by its token (RFC 6750); where none is set, there is nothing here."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> JsonResponse:
        if not settings.MAKEGOOD_SHOP.asks:
            return _error(HTTPStatus.NOT_FOUND, "No shop is connected.")
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not settings.MAKEGOOD_SHOP.knows(token.strip()):
            refused = _error(HTTPStatus.UNAUTHORIZED, "The token is missing or wrong.")
            refused["WWW-Authenticate"] = "Bearer"
            return refused
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@by_the_shop
def index(request: HttpRequest) -> JsonResponse:
    """The effects after a number, the earliest first; ask again with the `after` that came."""
    asked = request.GET.get("after", "0")
    if not (asked.isascii() and asked.isdigit() and int(asked[:20]) <= GREATEST):
        return _error(HTTPStatus.BAD_REQUEST, "`after` must be the number that an earlier answer gave.")
    page = asking.page(int(asked))
    return JsonResponse({"effects": page.effects, "after": page.after, "more": page.more})


# Known by its token, so that no browser session is at stake.
@csrf_exempt
@require_POST
@by_the_shop
def confirm(request: HttpRequest, name: str) -> JsonResponse:
    """200 with the effect, however often it is said; 409 where it is not its turn, or is decided already."""
    outcome = _outcome(request.read(LONGEST + 1))
    if outcome is None:
        return _error(
            HTTPStatus.BAD_REQUEST, 'The body must be {"outcome": "done"} or {"outcome": "refused"}.'
        )
    effect = asking.find(name)
    if effect is None:
        return _error(HTTPStatus.NOT_FOUND, "There is no such effect.")
    try:
        asking.said(effect, outcome, by=SHOP, at=timezone.now())
    except (NotItsTurn, MoveNotAllowed) as refused:
        return _error(HTTPStatus.CONFLICT, str(refused))
    effect.refresh_from_db(fields=["state"])
    return JsonResponse(asking.shown(effect))


def _outcome(body: bytes) -> asking.Outcome | None:
    """What the shop says; None where it cannot be read."""
    if len(body) > LONGEST:
        return None
    try:
        said = json.loads(body)
        return asking.Outcome(said["outcome"]) if isinstance(said, dict) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _error(status: HTTPStatus, sentence: str) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)
