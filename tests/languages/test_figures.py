"""Dates, amounts, numbers, lists and plural forms as each language writes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from makegood.accounts.templatetags import said
from makegood.dev.messages.catalogues import Words
from makegood.dev.messages.checking import numbers_of_forms
from makegood.money import Money

KYIV = ZoneInfo("Europe/Kyiv")
LANGUAGES = ["en", "de", "es", "fr", "pt-br", "uk", "pl"]


def plain(text: str) -> str:
    """Without the difference between the spaces that break a line and those that do not."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param), timezone.override(KYIV):
        yield request.param


def test_a_day(language: str) -> None:
    assert (
        plain(said.day_in_words(date(2026, 12, 2)))
        == {
            "en": "2 December 2026",
            "de": "2. Dezember 2026",
            "es": "2 de diciembre de 2026",
            "fr": "2 décembre 2026",
            "pt-br": "2 de dezembro de 2026",
            "uk": "2 грудня 2026 р.",
            "pl": "2 grudnia 2026",
        }[language]
    )


def test_the_weekday_in_the_title(language: str) -> None:
    weekday = {
        "en": "Wednesday, 2 December 2026",
        "de": "Mittwoch, 2. Dezember 2026",
        "es": "miércoles, 2 de diciembre de 2026",
        "fr": "mercredi 2 décembre 2026",
        "pt-br": "quarta-feira, 2 de dezembro de 2026",
        "uk": "середа, 2 грудня 2026 р.",
        "pl": "środa, 2 grudnia 2026",
    }[language]
    assert f'title="{weekday}"' in plain(said.day(date(2026, 12, 2)))


def test_the_clock_has_24_hours_everywhere(language: str) -> None:
    at = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)
    assert said.moment_in_words(at).endswith("22:05")


@pytest.mark.parametrize(
    ("zone", "cities"),
    [
        (KYIV, ["Kyiv", "Kiew", "Kiev", "Kiev", "Kiev", "Київ", "Kijów"]),
        (
            ZoneInfo("America/New_York"),
            ["New York", "New York", "Nueva York", "New York", "Nova York", "Нью-Йорк", "Nowy Jork"],
        ),
    ],
)
def test_a_zone_is_named_by_its_city(zone: ZoneInfo, cities: list[str], language: str) -> None:
    assert cities[LANGUAGES.index(language)] in said.zone_in_words(zone)


def test_a_limit_names_day_minute_and_zone(language: str) -> None:
    words = said.until_in_words(date(2026, 12, 2), KYIV)
    assert words.startswith(said.day_in_words(date(2026, 12, 2)))
    assert "23:59" in words
    assert said.zone_in_words(KYIV) in words


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (
            Money(123456, "EUR"),
            [
                "€1,234.56",
                "1.234,56 €",
                "1.234,56 €",
                "1 234,56 €",
                "€ 1.234,56",
                "1 234,56 EUR",
                "1 234,56 €",
            ],
        ),
        (
            Money(980000, "JPY"),
            [
                "¥980,000",
                "980.000 ¥",
                "980.000 JPY",
                "980 000 JPY",
                "JP¥ 980.000",
                "980 000 ¥",
                "980 000 JPY",
            ],
        ),
    ],
)
def test_an_amount(amount: Money, written: list[str], language: str) -> None:
    assert plain(said.amount_in_words(amount)) == written[LANGUAGES.index(language)]


def test_a_number(language: str) -> None:
    assert (
        plain(said.number_in_words(1234567))
        == {
            "en": "1,234,567",
            "de": "1.234.567",
            "es": "1.234.567",
            "fr": "1 234 567",
            "pt-br": "1.234.567",
            "uk": "1 234 567",
            "pl": "1 234 567",
        }[language]
    )
    assert said.number_in_words(Decimal("0.5")) == ("0.5" if language == "en" else "0,5")


def test_a_list(language: str) -> None:
    assert (
        said.list_in_words(["§ 1", "§ 2", "§ 3"])
        == {
            "en": "§ 1, § 2 and § 3",
            "de": "§ 1, § 2 und § 3",
            "es": "§ 1, § 2 y § 3",
            "fr": "§ 1, § 2 et § 3",
            "pt-br": "§ 1, § 2 e § 3",
            "uk": "§ 1, § 2 і § 3",
            "pl": "§ 1, § 2 i § 3",
        }[language]
    )
    assert said.list_in_words(["EUR"]) == "EUR"
    assert said.list_in_words([]) == ""


def test_how_long_ago(language: str) -> None:
    assert {
        "en": "3 days ago",
        "de": "vor 3 Tagen",
        "es": "hace 3 días",
        "fr": "il y a 3 jours",
        "pt-br": "há 3 dias",
        "uk": "3 дні тому",
        "pl": "3 dni temu",
    }[language] in plain(said.ago(timezone.now() - timedelta(days=3)))


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", {1: 0, 0: 1, 2: 1, 21: 1}),
        ("de", {1: 0, 0: 1, 2: 1, 21: 1}),
        ("es", {1: 0, 0: 1, 2: 1}),
        ("fr", {0: 0, 1: 0, 2: 1}),
        ("pt-br", {0: 0, 1: 0, 2: 1}),
        # 1 запит, 2 запити, 5 запитів, 11 запитів, 21 запит, 22 запити, 111 запитів
        ("uk", {1: 0, 2: 1, 4: 1, 5: 2, 0: 2, 11: 2, 12: 2, 21: 0, 22: 1, 111: 2, 121: 0}),
        # 1 prośba, 2 prośby, 5 próśb, 12 próśb, 21 próśb, 22 prośby
        ("pl", {1: 0, 2: 1, 4: 1, 5: 2, 0: 2, 11: 2, 12: 2, 21: 2, 22: 1, 112: 2, 122: 1}),
    ],
)
def test_the_plural_forms(language: str, forms: dict[int, int]) -> None:
    numbers = numbers_of_forms(Words(language))
    assert {number: [number in form for form in numbers].index(True) for number in forms} == forms
