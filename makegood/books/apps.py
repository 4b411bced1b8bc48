"""Registers the books app."""

from django.apps import AppConfig


class BooksConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.books"
    label = "books"
