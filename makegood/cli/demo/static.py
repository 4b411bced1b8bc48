"""Collects the static files of the demo, and only when they changed."""

from __future__ import annotations

import hashlib
from importlib.metadata import distributions
from pathlib import Path

from makegood.cli.demo.place import Place

SOURCE = Path(__file__).resolve().parents[2] / "static"


def collect(place: Place) -> None:
    """Bring the static files of ours and of the libraries to where the web process serves them from."""
    from django.core.management import call_command

    stamp = _stamp()
    if place.static_stamp.exists() and place.static_stamp.read_text() == stamp:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    place.static_stamp.write_text(stamp)


def _stamp() -> str:
    """Changes whenever a file of ours does, or a library that brings files of its own."""
    files = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(SOURCE.rglob("*"))]
    libraries = sorted(f"{each.name} {each.version}" for each in distributions())
    return hashlib.sha256(repr((files, libraries)).encode()).hexdigest()
