"""How a letter speaks to a person: in their language and time zone, and by a name that is only a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation

from makegood.accounts.models import User
from makegood.accounts.speaking import spoken_by
from makegood.accounts.templatetags.said import amount_in_words, day_in_words, deadline_in_words
from makegood.money import Money

# Letters of any script with the marks that names have, but no dots and slashes: mail programs turn
# “evil.example” into a link, and whoever signs up with somebody else's address chooses the name.
A_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f'’ʼ-]){0,39}")


def greeting_name(user: User) -> str:
    """The first name to greet by; empty when it could pass for anything but a name."""
    first = unicodedata.normalize("NFC", user.name).strip().split(" ")[0]
    return first if A_NAME.fullmatch(first) else ""


def name_or_address(user: User) -> str:
    """How django-allauth's letters name a person: they go to addresses that nobody has proved yet."""
    return greeting_name(user) or user.email


def zone_of(user: User) -> ZoneInfo:
    """The person's time zone; the desk's when they have none that exists."""
    try:
        return ZoneInfo(user.time_zone)
    except (ValueError, LookupError, OSError):
        return ZoneInfo(settings.MAKEGOOD_DESK_ZONE)


@contextmanager
def speaking_to(user: User) -> Iterator[None]:
    """Inside, words come out in the language of `user` and moments in their time zone."""
    with translation.override(spoken_by(user)), timezone.override(zone_of(user)):
        yield


def in_words(value: object) -> object:
    """Money with its currency, moments with their zone, days; in lists and mappings too; else unchanged."""
    match value:
        case Money():
            return amount_in_words(value)
        case datetime():
            return deadline_in_words(value)
        case date():
            return day_in_words(value)
        case list():
            return [in_words(item) for item in value]
        case dict():
            return {name: in_words(item) for name, item in value.items()}
    return value


def one_line(text: str, limit: int) -> str:
    """`text` as one line of at most `limit` characters: no line breaks, control or direction marks."""
    visible = "".join(" " if c.isspace() else c for c in text if c.isspace() or _is_visible(c))
    line = " ".join(visible.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] != "C"
