"""Money and moments as people say them, exact in the title; moments in the time zone that is active."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache, wraps
from typing import TypeVar
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_datetime, format_time, format_timedelta, get_timezone_location
from babel.lists import format_list
from babel.numbers import format_decimal
from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from makegood.money import Money, format_money

register = template.Library()

Said = TypeVar("Said")


def _said_once(say: Callable[[Said], SafeString]) -> Callable[[Said], SafeString]:
    """What is said of it, kept by language and zone: pages say the same moments time and again."""

    @lru_cache(maxsize=10_000)
    def kept(what: Said, _language: str | None, _zone: str) -> SafeString:
        return say(what)

    @wraps(say)
    def said(what: Said) -> SafeString:
        return kept(what, get_language(), timezone.get_current_timezone_name())

    return said


@register.filter
def money(amount: Money) -> str:
    """“$79.00”."""
    return amount_in_words(amount)


@register.filter
def number(count: int | Decimal) -> str:
    """“12,345”, as the language groups figures."""
    return number_in_words(count)


@register.filter
@_said_once
def day(when: date | datetime) -> SafeString:
    """“2 December 2026”; of a moment, the day it is in the active zone."""
    on = timezone.localtime(when).date() if isinstance(when, datetime) else when
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', on.isoformat(), _full(on), day_in_words(on)
    )


@register.filter
@_said_once
def moment(at: datetime) -> SafeString:
    """“23 November 2026, 10:14”, with the second and the zone in the title."""
    return _time(at, moment_in_words(at))


@register.filter
@_said_once
def deadline(at: datetime) -> SafeString:
    """“25 November 2026, 18:00 Kyiv time”: a moment by which something must have happened."""
    return _time(at, deadline_in_words(at))


@register.filter
@_said_once
def weekday_and_hour(at: datetime) -> SafeString:
    """“Wednesday, 25 November 2026, 18:00”, with the second and the zone in the title."""
    return _time(at, f"{_full(timezone.localtime(at).date())}, {hour_in_words(at)}")


@register.filter
def until(last: date, zone: ZoneInfo) -> SafeString:
    """“2 December 2026, 23:59 Kyiv time”: the end of the last day, as counted in `zone`."""
    end = datetime.combine(last, time(23, 59), tzinfo=zone)
    return _time(end, until_in_words(last, zone))


@register.filter
def zone_words(zone: ZoneInfo) -> str:
    """“Kyiv time”."""
    return zone_in_words(zone)


@register.filter
def ago(at: datetime) -> SafeString:
    """“3 days ago”, or “in 2 hours”; from 24 hours on, days as the calendar counts them."""
    now = timezone.now()
    apart = at - now
    if abs(apart) >= timedelta(days=1):
        # Tomorrow evening, seen from this morning, is no two days off, however the hours are rounded.
        apart = timedelta(days=(timezone.localtime(at).date() - timezone.localtime(now).date()).days) or apart
    return _time(at, format_timedelta(apart, add_direction=True, locale=_locale()))


def amount_in_words(amount: Money) -> str:
    """“$79.00”, in German “79,00 $”."""
    return format_money(amount, get_language() or "en")


def number_in_words(count: int | Decimal) -> str:
    """“12,345”, in German “12.345”."""
    return str(format_decimal(count, locale=_locale()))


def list_in_words(things: Sequence[str], *, either: bool = False) -> str:
    """“one, two and three”, or with `either` “one, two or three”; empty for none."""
    # As with dates, CLDR's English is the American one, which puts a comma before the last “and”.
    locale = _locale_of("en-GB") if _locale() == _locale_of("en") else _locale()
    return str(format_list(list(things), style="or" if either else "standard", locale=locale))


def day_in_words(on: date) -> str:
    """“2 December 2026”."""
    return _said_of(on, "d MMMM y", _locale())


def moment_in_words(at: datetime) -> str:
    """“23 November 2026, 10:14”, in the active zone."""
    local = timezone.localtime(at)
    return f"{day_in_words(local.date())}, {hour_in_words(local)}"


def deadline_in_words(at: datetime) -> str:
    """“25 November 2026, 18:00 Kyiv time”, in the active zone."""
    return f"{moment_in_words(at)} {zone_in_words(_active())}"


def hour_in_words(at: datetime) -> str:
    """“10:14”, in the active zone."""
    local = timezone.localtime(at)
    return _clock(time(local.hour, local.minute), _locale())


def until_in_words(last: date, zone: ZoneInfo) -> str:
    """“2 December 2026, 23:59 Kyiv time”: the last minute of the day, as counted in `zone`."""
    return f"{day_in_words(last)}, 23:59 {zone_in_words(zone)}"


def zone_in_words(zone: ZoneInfo) -> str:
    """“Kyiv time” for Europe/Kyiv; “UTC”."""
    if zone.key in ("UTC", "Etc/UTC"):
        return "UTC"
    return _("{city} time").format(city=_city(zone, _locale()))


@lru_cache(maxsize=1_000)
def _city(zone: ZoneInfo, locale: Locale) -> str:
    newer = get_global("zone_aliases")
    name = newer.get(zone.key, zone.key)
    # CLDR keeps its cities under the first names of zones, as Europe/Kiev, which Babel does not look up.
    # In English the newer name is a better word than what stands there.
    first_names = [old for old, new in newer.items() if new == name and locale.language != "en"]
    zones = locale.time_zones
    for known in (name, *first_names):
        if "city" in zones.get(known, {}):
            return str(zones[known]["city"])
    # A city that CLDR has no name for comes with its country: “Argentina/Buenos Aires”.
    return get_timezone_location(zone, locale, return_city=True).rpartition("/")[2]


def _time(at: datetime, words: str) -> SafeString:
    utc = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    exactly = _exactly(at, _active(), _locale())
    return format_html('<time datetime="{}" title="{}">{}</time>', utc, exactly, words)


def _full(on: date) -> str:
    return _said_of(on, "EEEE, d MMMM y", _locale())


# A page says the same moments, days and places many times over, and Babel takes long for each.
@lru_cache(maxsize=10_000)
def _exactly(at: datetime, zone: ZoneInfo, locale: Locale) -> str:
    local = at.astimezone(zone)
    clock = format_datetime(local, "HH:mm:ss (ZZZZ)", tzinfo=zone, locale=locale)
    return f"{_said_of(local.date(), 'EEEE, d MMMM y', locale)}, {clock}"


@lru_cache(maxsize=10_000)
def _said_of(on: date, english: str, locale: Locale) -> str:
    """CLDR's English order is the American one; the other languages keep their own order."""
    other = "full" if "EEEE" in english else "long"
    return format_date(on, english if locale.language == "en" else other, locale=locale)


@lru_cache(maxsize=10_000)
def _clock(at: time, locale: Locale) -> str:
    return format_time(at, "HH:mm", locale=locale)


def _active() -> ZoneInfo:
    return ZoneInfo(timezone.get_current_timezone_name())


def _locale() -> Locale:
    return _locale_of(get_language() or "en")


@cache
def _locale_of(language: str) -> Locale:
    return Locale.parse(language, sep="-")
