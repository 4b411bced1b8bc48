"""Which door answers which address."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from makegood.config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("makegood.members.account_urls")),
    path("desk/", include("makegood.desk.urls")),
    path("api/", include("makegood.api.urls")),
    path("", include("makegood.members.urls")),
]
handler400 = "makegood.config.errors.bad_request"
handler500 = "makegood.config.errors.server_error"
if settings.DEMO:
    urlpatterns.insert(0, path("dev/", include("makegood.dev.urls")))
