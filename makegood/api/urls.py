"""The addresses of machines."""

from __future__ import annotations

from django.urls import path

from makegood.api import effects, trackers, webhooks

app_name = "api"
urlpatterns = [
    path("webhooks/<slug:provider>", webhooks.receive, name="webhook"),
    path("effects", effects.index, name="effects"),
    path("effects/<str:name>/confirm", effects.confirm, name="confirm_effect"),
    path("trackers/<slug:tracker>", trackers.receive, name="tracker"),
]
