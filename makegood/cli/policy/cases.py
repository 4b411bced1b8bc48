"""Reads cases, which are facts in JSON: one object, a list of them, or one a line, read as they come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import IO, Any, NoReturn

from makegood.cli.policy.reading import WRONG, Refused, decoded, named, opened
from makegood.policy.errors import PolicyErrors, Problem, Span

LARGEST = 32_000_000
"""Bytes of a list of cases, or of one case; lines there may be as many as you like."""
CASE = 'an object of facts, or {"id": …, "facts": {…}}'


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `id`: as it was given, else None. `wrong`: why it is no case, "" where it is one."""

    id: str | int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    wrong: str = ""


def cases_of(file: str) -> Iterator[Case]:
    """Yield the cases in `file`, "-" being standard input; of JSON lines each before the next is read.

    Raises Refused where it cannot be read or holds no case, PolicyErrors where one value is wrong JSON.
    """
    with opened(file) as stream:
        found = False
        for case in _cases(stream, named(file)):
            found = True
            yield case
    if not found:
        raise Refused(f"{named(file)} holds no case.", WRONG)


def _cases(stream: IO[bytes], name: str) -> Iterator[Case]:
    lines = _lines(stream, name)
    for number, line in lines:
        if not line.strip():
            continue
        if line.lstrip(b"\xef\xbb\xbf \t\r")[:1] == b"[" or _goes_on(line):
            # One value over several lines. The lines before it are put back, so that its places stay right.
            yield from _of_one_value(b"\n" * (number - 1) + line + _rest(stream, name), name)
            return
        yield _of_line(number, line)
        break
    yield from (_of_line(number, line) for number, line in lines if line.strip())


def _lines(stream: IO[bytes], name: str) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := stream.readline(LARGEST + 1):
        number += 1
        if len(line) > LARGEST:
            raise Refused(f"Line {number} of {name} is larger than {LARGEST // 1_000_000} MB.", WRONG)
        yield number, line


def _rest(stream: IO[bytes], name: str) -> bytes:
    rest = stream.read(LARGEST + 1)
    if len(rest) > LARGEST:
        how = "written one a line, cases are read one by one"
        raise Refused(f"{name} is one JSON value of more than {LARGEST // 1_000_000} MB; {how}.", WRONG)
    return rest


def _goes_on(line: bytes) -> bool:
    """Whether a first line is the beginning of a value that needs the next: the mistake in it is its end."""
    text = line.decode("utf-8-sig", errors="replace").rstrip()
    try:
        _read(text)
    except json.JSONDecodeError as error:
        return error.pos >= len(text)
    except ValueError:
        return False
    return False


def _of_one_value(read: bytes, name: str) -> Iterator[Case]:
    text = decoded(read, name)
    try:
        value = _read(text)
    except json.JSONDecodeError as error:
        span = Span(error.lineno, error.colno)
        problem = Problem(span, f"this is not JSON: {_small(error.msg)}", f"a case, which is {CASE}")
        raise PolicyErrors(name, text, [problem]) from None
    except ValueError as error:
        raise Refused(f"{name}: {error}", WRONG) from None
    yield from map(_case, value if isinstance(value, list) else [value])


def _of_line(number: int, line: bytes) -> Case:
    try:
        case = _case(_read(decoded(line, f"Line {number}")))
        return replace(case, wrong=f"Line {number}: {case.wrong}") if case.wrong else case
    except json.JSONDecodeError as error:
        return Case(wrong=f"Line {number}, column {error.colno}, is not JSON: {_small(error.msg)}.")
    except ValueError as error:
        return Case(wrong=f"Line {number}: {error}")
    except Refused as refused:
        return Case(wrong=str(refused))


def _small(message: str) -> str:
    return message[:1].lower() + message[1:]


def _case(value: object) -> Case:
    if not isinstance(value, dict):
        return Case(wrong=f"A case is {CASE}.")
    facts = value.get("facts")
    if not isinstance(facts, dict):
        return Case(facts=value)  # no fact's value is an object, so here a `facts` is a fact like others
    given = value.get("id")
    if given is not None and (isinstance(given, bool) or not isinstance(given, str | int)):
        return Case(wrong="The `id` of a case is a text or a whole number.")
    return Case(given, facts)


def _read(text: str) -> Any:
    """One JSON value with its numbers exactly as written. Raises ValueError, whose text is a sentence."""
    try:
        return json.loads(text, parse_float=_exactly, parse_constant=_no_number, object_pairs_hook=_told_once)
    except json.JSONDecodeError:
        raise
    except RecursionError:
        raise ValueError("Its lists are nested too deeply.") from None
    except ValueError as error:
        # Python's own refusal of a whole number with thousands of digits explains Python, not the number.
        raise ValueError("A number in it is too long." if "digits" in str(error) else str(error)) from None


def _exactly(written: str) -> Decimal:
    try:
        return Decimal(written)
    except InvalidOperation:
        raise ValueError(f"The number {written[:40]} is too large.") from None


def _no_number(written: str) -> NoReturn:
    raise ValueError(f"{written} is not a number.")


def _told_once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"`{name}` is told twice.")
        found[name] = value
    return found
