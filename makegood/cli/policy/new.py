"""`makegood policy new`: a document to begin with, which already decides and whose examples come out."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from datetime import date, datetime, timedelta
from importlib.resources import files

from makegood.cli.policy.reading import Refused, as_json

HELP = "Print a commented document to begin a policy with."
LONGEST_NAME = 60
MARK = re.compile("%([A-Z0-9]+)%")


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `new` takes."""
    parser.add_argument("--name", default="refunds", help="what all versions of it are called (refunds)")
    parser.add_argument("--currency", default="USD", help="of its examples, by ISO 4217 (USD)")
    parser.add_argument("--json", action="store_true", help="the document as `document` in JSON")


def run(options: Namespace) -> int:
    """Print the document, in force from today. Raises Refused."""
    # It is published some day, and no purchase of the past falls under it: the day of this machine will do.
    document = starter(options.name, options.currency, today=datetime.now().astimezone().date())
    if options.json:
        print(as_json({"document": document}))
    else:
        print(document, end="")
    return 0


def starter(name: str, currency: str, *, today: date) -> str:
    """Return the document, in force from `today`. `currency`: ISO 4217. Raises Refused."""
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refused(f"--name is one line of at most {LONGEST_NAME} characters.")
    values = {
        "NAME": as_json(name.strip()),  # a text of JSON is one of YAML too, whatever stands in it
        "MONTH": f"{today:%Y-%m}",
        "CURRENCY": currency,
        "PAID": _paid(currency),
        **{f"DAY{count}": str(today + timedelta(days=count)) for count in (0, 1, 14, 15)},
    }
    text = files("makegood.cli.policy").joinpath("starter.md").read_text(encoding="utf-8")
    return MARK.sub(lambda found: values[found[1]], text)


def _paid(currency: str) -> str:
    """A price as that currency writes it: 40.00, 40, 40.000."""
    from babel.numbers import get_currency_precision
    from iso4217 import Currency

    known = [each.code for each in Currency]
    if currency not in known:
        near = currency.upper() if currency.upper() in known else None
        ending = f"Did you mean {near}?" if near else "It is a code of ISO 4217, such as EUR."
        raise Refused(f"There is no currency `{currency}`. {ending}")
    return f"{40:.{get_currency_precision(currency)}f}"
