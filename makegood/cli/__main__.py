"""The `makegood` command: demo, policy, management commands; one clear line where a start is not possible."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from makegood import __version__
from makegood.cli.overview import asks_for_it, overview

CANNOT_START = 2
# SQLSTATE classes of a connection not made: failure, authorisation, no such database, no room, shutting down.
CONNECTING = ("08", "28", "3D", "53", "57P")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `arguments` (the command line when None) and exit: 0 done, 1 refused or failed, 2 bad settings."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if arguments == ["--version"]:
        print(f"makegood {__version__}")
        sys.exit(0)
    if asks_for_it(arguments):
        print(overview())
        sys.exit(0)
    if arguments[:1] == ["demo"]:
        # It makes its own settings, so it must begin before anything reads them.
        from makegood.cli.demo.supervisor import demo

        sys.exit(demo(arguments[1:]))
    if arguments[:1] == ["policy"]:
        # It needs no settings but to publish, and asks for them only then.
        from makegood.cli.policy.frame import policy

        sys.exit(policy(arguments[1:]))
    sys.exit(run(arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one management command with the settings of the environment; its exit code."""
    if works_on_files_alone(arguments):
        os.environ["DJANGO_SETTINGS_MODULE"] = "makegood.config.alone"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "makegood.config.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(["makegood", *arguments])
    except SystemExit as end:
        if isinstance(end.code, str):  # a sentence instead of a number: a bad setting
            print(end.code, file=sys.stderr)
            return CANNOT_START
        raise
    except OperationalError as error:
        if not _never_connected(error):
            raise
        return _refuse(f"The database cannot be reached: {_first_line(error)}", CANNOT_START)
    except KeyboardInterrupt:
        return _refuse("Interrupted.", 130)
    return 0


def works_on_files_alone(arguments: Sequence[str]) -> bool:
    """Whether the command needs no installation: neither its settings nor its database."""
    if list(arguments[:2]) == ["orders", "duplicates"]:
        return "--live" not in arguments
    return list(arguments[:1]) == ["sandbox"]


def _never_connected(error: Exception) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(CONNECTING)


def _first_line(error: Exception) -> str:
    """The reason; the lines after it, where there are any, repeat it for each address that was tried."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else "no reason given"


def _refuse(sentence: str, code: int) -> int:
    print(f"makegood: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
