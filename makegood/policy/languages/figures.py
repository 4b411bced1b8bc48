"""Numbers and dates as the prose of a language says them, in figures and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

from babel.dates import get_month_names

from makegood.policy.languages.vocabulary import Vocabulary


@lru_cache(maxsize=64)
def figures_of(language: Vocabulary) -> Figures:
    """Return the figures of a language; its patterns are made once."""
    return Figures(language)


class Figures:
    """What a language says numbers and dates with."""

    def __init__(self, language: Vocabulary) -> None:
        self._words = language.words
        names = get_month_names("wide", context="format", locale=language.locale)
        self._months = {name.lower(): number for number, name in names.items()}

    def numbers(self, text: str) -> Iterator[tuple[re.Match[str], Decimal]]:
        """Yield the numbers of a text, each with its value; group 1 is the number as it is written."""
        for found in self._number.finditer(text):
            if (value := self._value(found[1])) is not None:
                yield found, value

    def is_promise(self, text: str, end: int) -> bool:
        """Whether what stands after a number, which ends at `end`, makes it a promise: days, percent."""
        return self._unit.match(text, end) is not None

    def dates(self, text: str) -> Iterator[tuple[re.Match[str], date | None]]:
        """Yield the dates said in words or figures; None for a day that no calendar has."""
        for found in self._date.finditer(text):
            day, month, year = (
                found[f"{part}1"] or found[f"{part}2"] or found[f"{part}3"] or found[f"{part}4"]
                for part in ("day", "month", "year")
            )
            try:
                yield found, date(int(year), self._months.get(month.lower()) or int(month), int(day))
            except ValueError:
                yield found, None

    def without_dates(self, text: str) -> str:
        """Return a text with blanks where its dates stand."""
        return self._date.sub(lambda found: " " * len(found[0]), text)

    @cached_property
    def _number(self) -> re.Pattern[str]:
        words = "|".join(sorted(map(re.escape, self._words.numbers), key=len, reverse=True))
        figure = rf"\d+(?:[.,{self._words.group}]\d+)*"
        return re.compile(rf"(?<![\w.-])({figure}|{words})(?![\w])", re.IGNORECASE)

    @cached_property
    def _unit(self) -> re.Pattern[str]:
        return re.compile(rf"\s*(?:%|(?:{self._words.units})(?!\w))", re.IGNORECASE)

    @cached_property
    def _date(self) -> re.Pattern[str]:
        month = "|".join(map(re.escape, self._months))
        return re.compile(
            r"\b(?:(?P<year1>\d{4})-(?P<month1>\d\d)-(?P<day1>\d\d)"
            r"|(?P<day2>\d\d?)\.(?P<month2>\d\d?)\.(?P<year2>\d{4})"
            rf"|(?P<day3>\d\d?)(?:\.|er)? (?:de )?(?P<month3>{month})(?: de)? (?P<year3>\d{{4}})"
            rf"|(?P<month4>{month}) (?P<day4>\d\d?), (?P<year4>\d{{4}}))\b",
            re.IGNORECASE,
        )

    def _value(self, written: str) -> Decimal | None:
        word = self._words.numbers.get(written.lower())
        if word is not None:
            return Decimal(word)
        group, point = re.escape(self._words.group), re.escape(self._words.decimal)
        if not re.fullmatch(rf"\d+({group}\d{{3}})*({point}\d+)?", written):
            return None
        return Decimal(written.replace(self._words.group, "").replace(self._words.decimal, "."))
