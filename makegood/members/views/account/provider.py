"""Going to the vendor's provider of accounts, which may be away."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from requests import RequestException

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def to_provider(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Ask whether to go there (GET), and go (POST)."""
    try:
        answer: HttpResponseBase = openid_connect.login(request, provider_id)
    except RequestException as error:
        log.warning("provider_away", error=type(error).__name__)
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return render(request, "socialaccount/authentication_error.html", status=status)
    return answer
