"""The addresses of this door; it stands only in the demo."""

from __future__ import annotations

from django.urls import URLPattern, path

from makegood.dev import views

app_name = "dev"
urlpatterns: list[URLPattern] = [
    path("mail", views.mail, name="mail"),
    path("mail/<slug:key>", views.mail_read, name="mail_read"),
    path("mail/<slug:key>/html", views.mail_html, name="mail_html"),
    path("shop", views.shop_page, name="shop"),
    path("shop/effects", views.shop_is_told, name="shop_is_told"),
]
