"""The pages of a request that could not be answered: our fault, the database's, or the sender's."""

from __future__ import annotations

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

RETRY_AFTER_SECONDS = 30


def server_error(request: HttpRequest) -> HttpResponse:  # Django passes it
    """503 while the database is away or gave up, for then sending it again helps; else 500."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return HttpResponse(
            render_to_string("503.html"), status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers
        )
    return HttpResponse(render_to_string("500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # Django passes both
    """400. Unlike Django's own page it reads nothing of the request, which may be what cannot be read."""
    return HttpResponse(render_to_string("400.html"), status=HTTPStatus.BAD_REQUEST)
