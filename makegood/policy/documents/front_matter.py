"""The head of a document: which policy it is, its version, since when it governs, whose calendar counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from makegood.policy.errors import Problem, Span, nearest
from makegood.policy.languages.known import LANGUAGES
from makegood.policy.limits import LONGEST_HEAD
from makegood.policy.rules.calendars import public_holidays

REQUIRED = ("policy", "version", "in_force_from", "calendar")
KNOWN = (*REQUIRED, "governs", "currency", "holidays", "language")
CURRENCY = re.compile(r"[A-Z]{3}")
LINE = re.compile(r"^\s*(?:$|#)|^[^:\s][^:]*:(?:\s|$)|^[\s}\]-]")
"""A line of the head: `key: value`, a comment, or what goes on from the line before."""


class _Reader(yaml.SafeLoader):
    """YAML without aliases, in which a few lines may stand for more than any memory holds."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # PyYAML has no types
            raise yaml.composer.ComposerError(None, None, "aliases are not read", mark)
        return super().compose_node(parent, index)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, OverflowError):  # such as 2026-13-45, which only looks like a date
            message = f"`{str(node.value)[:40]}` is not what it looks like"
            raise yaml.constructor.ConstructorError(None, None, message, node.start_mark) from None


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The head of a policy. `governs` says in words which purchases, "" when it is not said.

    `currency` (ISO 4217) is the one of amounts written in the document, `country` (ISO 3166, perhaps with a
    region) the one whose public holidays count; None where the document does not say. `language` (ISO 639) is
    the one it is written in.
    """

    policy: str
    version: str
    in_force_from: date
    zone: ZoneInfo
    governs: str = ""
    currency: str | None = None
    country: str | None = None
    language: str = "en"


def end_of_head(lines: Sequence[str]) -> int | None:
    """Return the line (from 0) that ends the head; None where the first line begins none, or none ends it."""
    if not lines or lines[0].strip() != "---":
        return None
    return next((number for number, line in enumerate(lines) if number and line.strip() == "---"), None)


def read_front_matter(text: str, problems: list[Problem]) -> tuple[FrontMatter | None, int]:
    """Return the head, None when it cannot be read, and the line (from 0) where the body begins."""
    lines = text.splitlines()
    end = end_of_head(lines)
    if end is None:
        problems.append(
            Problem(
                Span(1, 1),
                "the document does not begin with its head",
                "a line `---`, lines such as `policy: refunds`, a line `---`",
            )
        )
        return None, 0
    if unlike := list(_unlike_a_head(lines[:end])):
        problems.extend(unlike)
        return None, 0
    said = _said("\n".join(lines[1:end]), problems)
    if said is None:
        return None, 0
    spans = {key: _span_of(str(key), lines[:end]) for key in said}
    return _checked(said, spans, problems), end + 1


def _unlike_a_head(lines: Sequence[str]) -> Iterator[Problem]:
    """What is told of each line below the first that no head can have."""
    for number, line in enumerate(lines[1:], start=2):
        if not LINE.match(line):
            message = "this line of the head cannot be read"
            yield Problem(Span(number, 1, len(line)), message, "`key: value`, with a space after the colon")


def _said(head: str, problems: list[Problem]) -> dict[Any, Any] | None:
    """What a head says by its keys; None where it cannot be read, which is reported."""
    lines_of_a_head = "lines such as `policy: refunds`"
    if len(head) > LONGEST_HEAD:
        message = f"the head has {len(head):,} characters"
        problems.append(Problem(Span(2, 1), message, f"at most {LONGEST_HEAD:,}"))
        return None
    try:
        said = yaml.load(head, _Reader)  # noqa: S506  # a SafeLoader that reads less
    except RecursionError:
        problems.append(Problem(Span(2, 1), "the head is nested too deeply", "one line for each key"))
        return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        span = Span(mark.line + 2, mark.column + 1) if mark else Span(2, 1)
        message = f"the head cannot be read: {getattr(error, 'problem', error)}"
        problems.append(Problem(span, message, lines_of_a_head))
        return None
    if not isinstance(said, dict):
        problems.append(Problem(Span(2, 1), "the head says nothing", lines_of_a_head))
        return None
    return said


def _checked(said: dict[Any, Any], spans: dict[Any, Span], problems: list[Problem]) -> FrontMatter | None:
    before = len(problems)
    problems.extend(
        Problem(spans[key], f"`{key}` is not known here", ", ".join(KNOWN), nearest(str(key), KNOWN, said))
        for key in said
        if key not in KNOWN
    )
    several = [key for key, value in said.items() if isinstance(value, list | dict | set)]
    if several:  # which may be far longer written out than it is in the document
        problems.extend(Problem(spans[key], f"`{key}` says several things", "one text") for key in several)
        return None
    problems.extend(
        Problem(Span(1, 1, 3), f"the head does not say `{key}`", f"a line `{key}: …`")
        for key in REQUIRED
        if key not in said
    )
    problems.extend(
        Problem(spans[key], f"`{key}` is not a text", f'a text in quotes, such as {key}: "2026-11"')
        for key in ("policy", "version")
        if key in said and not (isinstance(said[key], str) and said[key].strip())
    )
    day = said.get("in_force_from")
    if "in_force_from" in said and (not isinstance(day, date) or isinstance(day, datetime)):
        problems.append(Problem(spans["in_force_from"], "this is not a date", "a date such as 2026-11-23"))
    zone = _zone(said.get("calendar"), spans.get("calendar"), problems)
    currency, country = said.get("currency"), said.get("holidays")
    if currency is not None and not CURRENCY.fullmatch(str(currency)):
        problems.append(Problem(spans["currency"], f"`{currency}` is no currency", "ISO 4217, such as USD"))
    if country is not None and public_holidays(str(country)) is None:
        message = f"the holidays of `{country}` are not known"
        problems.append(Problem(spans["holidays"], message, "a country such as DE, or its region as DE-BY"))
    language = str(said.get("language", "en"))
    if language not in LANGUAGES:
        known = ", ".join(f"{code} ({each.name})" for code, each in LANGUAGES.items())
        problems.append(Problem(spans["language"], f"the language `{language}` is not known", known))
    if len(problems) > before or zone is None or not isinstance(day, date):
        return None
    governs = str(said.get("governs", ""))
    return FrontMatter(said["policy"], said["version"], day, zone, governs, currency, country, language)


def _zone(name: object, span: Span | None, problems: list[Problem]) -> ZoneInfo | None:
    if span is None:
        return None
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problems.append(Problem(span, f"there is no time zone `{name}`", "a name such as Europe/Kyiv"))
        return None


def _span_of(key: str, lines: list[str]) -> Span:
    for number, line in enumerate(lines, start=1):
        if line.startswith(f"{key}:"):
            return Span(number, 1, len(line))
    return Span(2, 1)
