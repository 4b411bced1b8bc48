"""Runs any command on the demo's database: `python -m makegood.cli.demo import orders FILE.csv`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from makegood.cli.__main__ import main
from makegood.cli.demo.place import USUAL_FOLDER, NoDemoYet, Place, Refused


def use_demo(folder: Path) -> None:
    """Take over the settings of the demo in `folder`, running or not. Raises NoDemoYet."""
    place = Place(folder.resolve())
    addresses = place.addresses()
    if addresses is None or not place.seeded.exists():
        raise NoDemoYet(place.folder)
    environment = place.environment(addresses, debug=False)
    os.environ.clear()
    os.environ.update(environment)


if __name__ == "__main__":
    try:
        use_demo(Path(os.environ.get("DEMO_DATA", USUAL_FOLDER)))
    except Refused as refused:
        sys.exit(f"makegood: {refused}")
    main()
