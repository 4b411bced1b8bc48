"""`makegood policy reference`: everything the policy language has, as this version of Makegood has it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from makegood.cli.policy.reading import as_json

HELP = "Print the reference of the policy language, in Markdown."


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `reference` takes."""
    parser.add_argument("--json", action="store_true", help="the page as `reference` in JSON")


def run(options: Namespace) -> int:
    """Print the page that docs/policy/reference.md is."""
    from makegood.policy.reference import reference_text

    text = reference_text()
    if options.json:
        print(as_json({"reference": text}))
    else:
        print(text, end="")
    return 0
