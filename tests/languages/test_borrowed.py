"""What Django and django-allauth say on our pages, they say in every language that has a catalogue."""

from __future__ import annotations

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils.translation import gettext, override

from makegood.dev.messages import catalogues

SIGNING_IN = ["Password", "Email address", "Current Password", "New Password", "New Password (again)"]
LANGUAGES = [language for language in catalogues.languages() if language != "en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in_speaks_the_language(language: str) -> None:
    texts = [str(text) for text in DefaultAccountAdapter.error_messages.values()] + SIGNING_IN
    with override_settings(LANGUAGES=[("en", "en"), (language, language)]), override(language):
        assert [text for text in texts if gettext(text) == text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_password_that_is_too_short_is_told_in_the_language(language: str) -> None:
    with override_settings(LANGUAGES=[("en", "en"), (language, language)]), override(language):
        with pytest.raises(ValidationError) as refused:
            MinimumLengthValidator(12).validate("short")
        assert "This password is too short" not in str(refused.value)
        assert "12" in str(refused.value)
