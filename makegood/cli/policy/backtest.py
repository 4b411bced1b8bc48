"""`makegood policy backtest NEW --orders FILE`: what a policy would have refunded, what a change does."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from makegood.cli.policy.reading import BAD_USAGE, WRONG, Refused, policy_of

if TYPE_CHECKING:
    from makegood.policy import Policy

HELP = "Tell what a policy would have refunded of past orders, and what a change of it saves or costs."
FINE = 0
ENGINES = ("duckdb", "polars", "postgresql", "spark")


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("file", metavar="FILE", help="a policy document, - for standard input")
    parser.add_argument("--against", metavar="FILE", help="an older version, to tell what changes")
    rows = parser.add_mutually_exclusive_group(required=True)
    rows.add_argument(
        "--orders", metavar="FILE", help="a .parquet or .csv whose columns are named like facts"
    )
    rows.add_argument(
        "--live",
        nargs="?",
        const="",
        metavar="VIEW",
        help="the requests in the desk's database (DATABASE_URL), weighed where they are; or a table or view "
        "there, with columns as above",
    )
    parser.add_argument(
        "--engine", choices=ENGINES, help="what reckons (default duckdb; with --live postgresql)"
    )
    parser.add_argument("--master", metavar="URL", help="Spark's cluster (default local[2]: this machine)")
    parser.add_argument(
        "--by",
        default="",
        metavar="NAMES",
        help="clause, month or facts such as product, with commas between: tells counts and money apart",
    )
    parser.add_argument("--chart", type=Path, metavar="FILE", help="draw the result as .svg or .png")
    parser.add_argument("--json", action="store_true", help="tell the result as JSON")


def run(args: Namespace) -> int:
    """Back-test the policy; 0 done. Raises Refused and PolicyErrors."""
    from makegood.cli.policy.drawing import draw, require_a_picture
    from makegood.cli.policy.telling_backtests import as_json, left_out, picture, tell
    from makegood.cli.policy.watching import watched
    from makegood.policy.bulk.backtest import backtest
    from makegood.policy.bulk.errors import BulkError, WrongRows

    new = policy_of(args.file)
    old = policy_of(args.against) if args.against else None
    if args.chart:
        require_a_picture(args.chart)
    by = tuple(dict.fromkeys(name.strip() for name in args.by.split(",") if name.strip()))
    try:
        with _engine(args, new, old) as engine:
            found = watched(
                "Weighing every row",
                lambda: backtest(new, engine, against=old, by=by),
                progress=getattr(engine, "progress", None),
                stop=getattr(engine, "stop", None),
            )
    except BulkError as refusal:
        raise Refused(str(refusal), WRONG if isinstance(refusal, WrongRows) else BAD_USAGE) from None
    unread = getattr(engine, "unread", None)
    if args.json:
        told = as_json(found, by) | ({} if unread is None else {"left_out": unread})
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        tell(found, by)
        for sentence in left_out(unread or {}):
            print(sentence)
    if args.chart:
        draw(picture(found, by), args.chart)
    return FINE


def _engine(args: Namespace, new: Policy, old: Policy | None) -> Any:
    """The engine that was asked for, as a context that closes what it opened."""
    from contextlib import nullcontext

    name = args.engine or ("duckdb" if args.live is None else "postgresql")
    if (args.live is not None) != (name == "postgresql"):
        raise Refused("The engine postgresql goes with --live, and the other engines with --orders.")
    if args.master is not None and name != "spark":
        raise Refused(f"--master names a cluster of the engine spark; this run is of {name}.")
    if name == "postgresql":
        from makegood.cli.policy.live import live

        return live(args.live, *(each for each in (new, old) if each))
    if name == "spark":
        from makegood.policy.bulk.engines.spark import opened

        return opened(args.orders, args.master)
    if name == "duckdb":
        from makegood.policy.bulk.engines.duckdb import DuckDb

        return nullcontext(DuckDb(Path(args.orders), *(each for each in (new, old) if each)))
    from makegood.policy.bulk.engines.polars import Polars

    return nullcontext(Polars(Path(args.orders)))
