"""The addresses of machines."""

from __future__ import annotations

from django.urls import path

from makegood.api import trackers, webhooks

app_name = "api"
urlpatterns = [
    path("webhooks/<slug:provider>", webhooks.receive, name="webhook"),
    path("trackers/<slug:tracker>", trackers.receive, name="tracker"),
]
