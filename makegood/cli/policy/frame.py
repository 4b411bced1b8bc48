"""`makegood policy COMMAND …`: finds the command and runs it, each mistake of the user's being a sentence."""

from __future__ import annotations

import io
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from makegood.cli.policy.reading import BAD_USAGE, WRONG, Refused, as_json, problems_as_json

if TYPE_CHECKING:
    from makegood.policy.errors import PolicyErrors

COMMANDS = (
    "new",
    "reference",
    "check",
    "test",
    "decide",
    "explain",
    "page",
    "form",
    "diff",
    "backtest",
    "publish",
)
"""The commands, each a module of this folder, in the order somebody who writes a policy meets them."""
INTERRUPTED, NOBODY_READS = 130, 141  # as shells count a process ended by SIGINT, by SIGPIPE
ABOUT = (
    "What a policy document says, and what it decides. Only to publish, and for --live, a database is needed."
)


class Command(Protocol):
    """What the module of a command brings. `HELP` is one line; `run` returns the exit code."""

    HELP: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]


def policy(arguments: Sequence[str]) -> int:
    """Run what stands after `makegood policy`; the exit code: 0 fine, 1 the document is wrong, 2 bad usage.

    Raises SystemExit, with such a code, where the options of a command are wrong or its --help is asked for.
    """
    if sys.stdout is None:  # whoever called closed it
        return _refuse("", "There is no standard output to write to.", BAD_USAGE)
    _speak_utf8()
    name = arguments[0] if arguments else ""
    if name in ("-h", "--help"):
        return _guarded("", _overview, as_line=False)
    if name not in COMMANDS:
        return _refuse("", _no_such(name), BAD_USAGE)
    command = _command(name)
    parser = ArgumentParser(f"makegood policy {name}", description=command.HELP, allow_abbrev=False)
    command.add_arguments(parser)
    options = parser.parse_args(arguments[1:])
    as_line = getattr(options, "json", False) or getattr(options, "format", "") == "json"
    return _guarded(name, lambda: command.run(options), as_line=as_line)


def _command(name: str) -> Command:
    """The module of a command; imported only now, so that each command waits for nothing but its own."""
    return cast("Command", import_module(f"makegood.cli.policy.{name}"))


def _guarded(name: str, run: Callable[[], int], *, as_line: bool) -> int:
    """Run a command; what stops it is said on standard error, and `as_line` on standard output too."""
    try:
        code = run()
        sys.stdout.flush()
    except Refused as refused:
        if as_line:
            print(as_json({"error": str(refused)}), flush=True)
        return _refuse(name, str(refused), refused.code)
    except KeyboardInterrupt:
        return _refuse(name, "Interrupted.", INTERRUPTED)
    except BrokenPipeError:
        # Python writes what it still holds when it ends; somewhere it must be able to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _refuse(name, f"{where}{error.strerror or error}.", BAD_USAGE)
    except _errors_of_documents() as errors:
        if as_line:
            print(as_json(_as_values(errors)), flush=True)
        print(errors, file=sys.stderr)
        return WRONG
    return code


def _as_values(errors: PolicyErrors) -> dict[str, Any]:
    return {"error": f"{errors.source} cannot be read.", "problems": problems_as_json(errors)}


def _errors_of_documents() -> type[PolicyErrors]:
    """The error of documents, imported only once something went wrong: with it comes the whole engine."""
    from makegood.policy.errors import PolicyErrors

    return PolicyErrors


def _overview() -> int:
    print(f"usage: makegood policy COMMAND …\n\n{ABOUT}\n")
    for name in COMMANDS:
        print(f"  {name:<10}{_command(name).HELP}")
    print("\n“makegood policy COMMAND --help” tells the options of each. See docs/policy/command-line.md.")
    return 0


def _no_such(name: str) -> str:
    from makegood.policy.errors import nearest

    if not name:
        return f"Which command? One of {', '.join(COMMANDS)}."
    near = nearest(name, COMMANDS)
    return f"There is no command `{name}`. " + (
        f"Did you mean {near}?" if near else f"Known are {', '.join(COMMANDS)}."
    )


def _refuse(name: str, sentence: str, code: int) -> int:
    print(f"makegood policy{' ' * bool(name)}{name}: {sentence}", file=sys.stderr)
    return code


def _speak_utf8() -> None:
    """Write UTF-8 whatever the terminal says; half a character, which JSON allows, stays an escape."""
    if sys.stderr is None:  # else `print` takes standard output for it
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # to the end of the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
