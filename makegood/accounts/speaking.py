"""The language a person is spoken to in: what they chose, and at first what their browser asked for."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.utils import translation

from makegood.accounts.models import User


def spoken_by(user: User) -> str:
    """The language of `user`; the desk's where they have none, or one that is not offered any more."""
    return user.language if user.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def choose_language(user: User, language: str) -> None:
    """Speak `language` to `user` from now on. Raises ValueError where it is not one of the settings."""
    if language not in dict(settings.LANGUAGES):
        raise ValueError(f"“{language}” is not one of the languages.")
    user.language = language
    user.save(update_fields=["language"])


def learn_language(user: User) -> None:
    """Keep the language that is active now, which the browser asked for, unless `user` has one already."""
    active = translation.get_language()
    if not user.language and active in dict(settings.LANGUAGES):
        choose_language(user, active)


def learn_at_sign_in(sender: object, user: User, **_more: object) -> None:
    """Receiver: who signs in for the first time gets letters in the language of the page they did it on."""
    learn_language(user)


def listen() -> None:
    """Called once, when Django starts."""
    user_logged_in.connect(learn_at_sign_in, dispatch_uid="learn_language")
