"""Runs the sandbox: `python -m makegood.refunds.providers.sandbox --port 8100 --data var/sandbox`."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from datetime import timedelta
from pathlib import Path

from makegood.refunds.providers.sandbox.server import Manners, SandboxServer
from makegood.refunds.providers.sandbox.timeline import DAY, DEMO_DAY


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sandbox", description="A payment provider without money.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100, help="0 picks a free one")
    parser.add_argument("--data", type=Path, required=True, help="folder of its journal")
    parser.add_argument("--webhook", help="address to send events to")
    parser.add_argument("--secret", default=os.environ.get("MAKEGOOD_SANDBOX_SECRET"))
    parser.add_argument("--webhook-secret", default=os.environ.get("MAKEGOOD_SANDBOX_WEBHOOK_SECRET"))
    parser.add_argument(
        "--days", choices=["real", "demo"], default="demo", help="how long a banking day lasts"
    )
    parser.add_argument("--key-window", type=float, default=24.0, help="hours an idempotency key is known")
    parser.add_argument("--remembers", choices=["everything", "nothing"], default="everything")
    parser.add_argument("--lie-rate", type=float, default=0.0, help="share of refund calls that go wrong")
    parser.add_argument("--seed", type=int, default=0, help="which of them")
    arguments = parser.parse_args()
    if not arguments.secret or not arguments.webhook_secret:
        parser.error("give --secret and --webhook-secret, or MAKEGOOD_SANDBOX_SECRET and …_WEBHOOK_SECRET")
    return arguments


def main() -> None:
    """Serve until told to stop."""
    arguments = _arguments()
    manners = Manners(
        secret=arguments.secret,
        webhook_secret=arguments.webhook_secret,
        webhook_url=arguments.webhook,
        day=DAY if arguments.days == "real" else DEMO_DAY,
        key_window=timedelta(hours=arguments.key_window),
        remembers=arguments.remembers,
        seed=arguments.seed,
        lie_rate=arguments.lie_rate,
    )
    stopped = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stopped.set())
    server = SandboxServer(arguments.data, manners, host=arguments.host, port=arguments.port)
    server.start()
    print(f"The sandbox payment provider listens on {server.url}", flush=True)
    stopped.wait()
    server.stop()


if __name__ == "__main__":
    main()
