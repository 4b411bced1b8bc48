"""Runs a stand-in: `python -m makegood.refunds.providers.sandbox --port 8100 --data var/sandbox`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from functools import partial

from makegood.refunds.providers.sandbox.running import SecretMissing, Wish, add_arguments, run


def main() -> None:
    """Serve until told to stop."""
    parser = ArgumentParser(prog="sandbox", description="A payment provider without money.")
    add_arguments(parser)
    try:
        run(Wish(**vars(parser.parse_args())), tell=partial(print, flush=True))
    except (SecretMissing, OSError) as problem:
        sys.exit(f"sandbox: {problem}")


if __name__ == "__main__":
    main()
