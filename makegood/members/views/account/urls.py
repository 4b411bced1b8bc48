"""The addresses of a person's account."""

from __future__ import annotations

from django.urls import URLPattern, path

from makegood.members.views.account import erasing, exporting, overview, preferences, sessions

urlpatterns: list[URLPattern] = [
    path("", overview.account, name="account"),
    path("name/", overview.change_name, name="change_name"),
    path("language/", preferences.language_and_zone, name="language_and_zone"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/<int:session>/end/", sessions.end, name="end_session"),
    path("sessions/end/", sessions.end_others, name="end_other_sessions"),
    path("export/", exporting.export, name="export"),
    path("erase/", erasing.erase_account, name="erase_account"),
]
