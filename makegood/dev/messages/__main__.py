"""`bin/messages COMMAND …`: what translators and whoever changes a text need. docs/languages.md tells how."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from babel.messages.pofile import PoFileError

from makegood.dev.messages import catalogues, checking, chunks
from makegood.dev.messages.extracting import texts_of

FINE, WRONG, BAD_USAGE = 0, 1, 2


def main() -> int:
    """Run one command; 0 fine, 1 something is missing or was refused, 2 bad usage."""
    arguments = _parser().parse_args()
    run: Callable[[Namespace], int] = arguments.run
    try:
        return run(arguments)
    except (catalogues.NoSuchLanguage, chunks.NotATranslation, PoFileError, OSError, ValueError) as refusal:
        return _say(str(refusal), BAD_USAGE)


def extract(arguments: Namespace) -> int:
    """Bring every catalogue up to the texts of the code."""
    texts = texts_of()
    for language in _chosen(arguments):
        catalogues.write(catalogues.merged(catalogues.read(language), texts))
    return FINE


def add(arguments: Namespace) -> int:
    """Begin the catalogue of a new language."""
    language = arguments.language
    if language in catalogues.languages():
        return _say(f"There is a catalogue “{language}” already.", BAD_USAGE)
    catalogues.write(catalogues.merged(catalogues.Words(language), texts_of()))
    return FINE


def compile_catalogues(arguments: Namespace) -> int:
    """Write what Django reads, after a catalogue was edited by hand."""
    for language in _chosen(arguments):
        catalogues.write(catalogues.read(language))
    return FINE


def check(arguments: Namespace) -> int:
    """Say what is missing or wrong, a line each."""
    texts, result = texts_of(), FINE
    for language in _chosen(arguments):
        for problem in checking.problems_of(catalogues.read(language), texts):
            result = _say(problem, WRONG)
    return result


def missing(arguments: Namespace) -> int:
    """Print the texts without a translation as JSON, one a line."""
    wanted = chunks.missing(catalogues.read(arguments.language))
    part, of = arguments.part
    lines = [json.dumps(text, ensure_ascii=False) for text in wanted[part - 1 :: of]]
    print("[" + ",\n".join(lines) + "]")  # the answer of the command
    return FINE


def fill(arguments: Namespace) -> int:
    """Keep the translations of a JSON file; say which were refused, and why."""
    words = catalogues.read(arguments.language)
    try:
        said = json.loads(arguments.file.read_text("utf-8"))
    except ValueError as mistake:
        return _say(f"{arguments.file} is not JSON: {mistake}.", BAD_USAGE)
    result = FINE
    for refused in chunks.fill(words, said):
        result = _say(refused, WRONG)
    catalogues.write(words)
    left = len(chunks.missing(words))
    _say(f"{words.language}: {left} left to translate.", result)
    return result


def _chosen(arguments: Namespace) -> list[str]:
    return arguments.language or catalogues.languages()


def _say(line: str, result: int) -> int:
    print(line, file=sys.stderr)  # a command line
    return result


def _part(text: str) -> tuple[int, int]:
    part, _slash, of = text.partition("/")
    if not (part.isdecimal() and of.isdecimal() and 1 <= int(part) <= int(of)):
        raise ValueError(text)
    return int(part), int(of)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="bin/messages", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    several: list[tuple[str, Callable[[Namespace], int]]] = [
        ("extract", extract),
        ("compile", compile_catalogues),
        ("check", check),
    ]
    for name, run in several:
        command = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        command.add_argument("language", nargs="*", help="only these, as de or pt-br; usually all")
        command.set_defaults(run=run)
    for name, run in [("add", add), ("missing", missing), ("fill", fill)]:
        command = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        command.add_argument("language", help="as de or pt-br")
        command.set_defaults(run=run)
        if run is missing:
            command.add_argument(
                "--part", type=_part, default=(1, 1), metavar="N/M", help="the Nth of M shares, as 1/3"
            )
        if run is fill:
            command.add_argument("file", type=Path, help="a list of {id, context?, text}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
