"""Reads what the commands are given: a document as a file or from standard input, at most so large."""

from __future__ import annotations

import json
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from makegood.policy import Policy, PolicyErrors

WRONG, BAD_USAGE = 1, 2
"""Exit codes: what was read is wrong; it cannot be read, or the command was not given what it needs."""
LARGEST_DOCUMENT = 8_000_000
"""Bytes: as many as the characters of the longest policy can need."""
STDIN = "-"
COMMANDS_OF_TERMINALS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")


class Refused(Exception):
    """A command cannot do what it was asked to; `str()` is the sentence that says why."""

    def __init__(self, sentence: str, code: int = BAD_USAGE) -> None:
        self.code = code
        super().__init__(sentence)


def policy_of(file: str) -> Policy:
    """Return the policy in `file`, "-" being standard input. Raises Refused and PolicyErrors."""
    text = text_of(file)
    from makegood.policy.documents.policy import Policy

    return Policy.parse(text, source=named(file))


def text_of(file: str) -> str:
    """Return the text of `file` with line ends as in Unix. Raises Refused."""
    with opened(file) as stream:
        read = stream.read(LARGEST_DOCUMENT + 1)
    if len(read) > LARGEST_DOCUMENT:
        raise Refused(
            f"{named(file)} is larger than {LARGEST_DOCUMENT // 1_000_000} MB, and no policy is.", WRONG
        )
    text = decoded(read, named(file)).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Refused(f"{named(file)} is empty.", WRONG)
    return text


def decoded(read: bytes, name: str) -> str:
    """Return bytes as the text they are in UTF-8, with or without its mark. Raises Refused."""
    try:
        text = read.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = read.count(b"\n", 0, error.start)
        where = f" (line {before + 1})" if before else ""
        raise Refused(f"{name} is not a text in UTF-8{where}.", WRONG) from None
    if "\0" in text:
        raise Refused(f"{name} is not a text: it holds zero bytes.", WRONG)
    if found := COMMANDS_OF_TERMINALS.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise Refused(f"{name} holds a control character (line {line}).", WRONG)
    return text


def shown(text: str) -> str:
    """Return a text that a terminal shows and does not obey, whatever a case brought into it."""
    return COMMANDS_OF_TERMINALS.sub("\ufffd", text)


@contextmanager
def opened(file: str) -> Iterator[IO[bytes]]:
    """Open `file`, "-" being standard input, to read bytes. Raises Refused where that is not possible."""
    if file == STDIN:
        if sys.stdin is None:
            raise Refused("There is no standard input to read.")
        yield sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115  # closed below; only its opening is guarded here
    except OSError as error:
        raise Refused(_cannot_be_read(file, error)) from None
    with stream:
        yield stream


def _cannot_be_read(file: str, error: OSError) -> str:
    if isinstance(error, IsADirectoryError):
        return f"{file} is a folder, not a file."
    if isinstance(error, PermissionError):
        return f"{file} may not be read by you."
    if isinstance(error, FileNotFoundError):
        from makegood.policy.errors import nearest

        path = Path(file)
        beside = [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else []
        near = nearest(path.name, beside)
        return f"There is no file {file}." + (f" Did you mean {near}?" if near else "")
    return f"{file} cannot be read: {error.strerror or error}."


def problems_as_json(errors: PolicyErrors) -> list[Mapping[str, Any]]:
    """Return the mistakes that keep a document from being read as JSON values."""
    from makegood.policy.checks.findings import problem_to_json

    return [problem_to_json(errors.source, problem) for problem in errors.problems]


def named(file: str) -> str:
    """Return how messages name a file."""
    return "<stdin>" if file == STDIN else file


def as_json(value: Any) -> str:
    """Return a value as one line of JSON."""
    return json.dumps(value, ensure_ascii=False)
