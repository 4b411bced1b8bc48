"""Finds the browser of the journeys. `python -m tests.browser --install` brings one if none is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ON_PATH = ("chromium", "google-chrome-stable", "google-chrome", "chromium-browser")
MISSING = "No browser: Chromium is not on the PATH, Playwright has none, and $CHROMIUM names none"
AS_TO_INSTALL = "Install the package chromium, or set CHROMIUM=/path/to/it."


@cache
def find() -> str | None:
    """The path of a Chromium that starts; None when there is none."""
    return _look()


def install() -> str | None:
    """A Chromium, installed if need be; None when it cannot be had here."""
    found = find()
    if found is None:
        print("There is no browser for the journeys yet; getting one …", file=sys.stderr, flush=True)
        _succeeds([sys.executable, "-m", "playwright", "install", "chromium"])
        found = _look()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        # Also brings the system libraries that Playwright's own browser may have missed.
        _succeeds(["apt-get", "update", "-qq"])
        _succeeds(["apt-get", "install", "-qq", "-y", "chromium"])
        found = _look()
    return found


def _look() -> str | None:
    return next((path for path in _candidates() if _starts(path)), None)


def _candidates() -> Iterator[str]:
    if given := os.environ.get("CHROMIUM"):
        yield given
        return  # who names one means that one
    yield from (path for name in ON_PATH if (path := shutil.which(name)))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if Path(path).exists():
        yield path


def _starts(path: str) -> bool:
    """Some are there only to say that they are not (a stub of another packaging), or lack a library."""
    return _succeeds([path, "--version"], quietly=True)


def _succeeds(command: list[str], *, quietly: bool = False) -> bool:
    output = subprocess.DEVNULL if quietly else sys.stderr
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        return (
            subprocess.run(command, stdout=output, stderr=output, env=environment, timeout=600).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def main() -> int:
    """Say loudly that there is no browser; under CI that is a failure."""
    found = install() if "--install" in sys.argv else find()
    if found is None:
        print(f"\n*** {MISSING}. The browser journeys will not run. {AS_TO_INSTALL} ***\n", file=sys.stderr)
    return int(found is None and os.environ.get("CI") == "true")


if __name__ == "__main__":
    sys.exit(main())
