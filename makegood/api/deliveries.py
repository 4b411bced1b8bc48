"""How a machine is told that its delivery was refused."""

from __future__ import annotations

from http import HTTPStatus

from django.http import JsonResponse

_STATUS = {
    "unsigned": HTTPStatus.UNAUTHORIZED,
    "forged": HTTPStatus.UNAUTHORIZED,
    "replayed": HTTPStatus.UNAUTHORIZED,
    "unverifiable": HTTPStatus.SERVICE_UNAVAILABLE,
    "too_long": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}


def refusal(reason: str, sentence: object) -> JsonResponse:
    """The answer to a delivery refused for `reason`, told in `sentence`."""
    return JsonResponse({"error": str(sentence)}, status=_STATUS.get(reason, HTTPStatus.BAD_REQUEST))
