"""`makegood policy publish FILE…`: the one command here that needs the settings and the database."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

HELP = "Publish a policy whose examples all come out as written, and its translations (needs the database)."


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `publish` takes."""
    parser.add_argument(
        "files", metavar="FILE", nargs="+", help="a policy document, then the same in other languages"
    )
    parser.add_argument("--json", action="store_true", help="say what was published as JSON")


def run(options: Namespace) -> int:
    """Publish the document by the command of Django that does it; its exit code."""
    from makegood.cli.__main__ import run

    return run(["policy", "publish", *options.files, *(["--json"] if options.json else [])])
