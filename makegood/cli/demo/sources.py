"""Notices when a source file of the package changes."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]


class Sources:
    """The Python files as they were at the last look."""

    def __init__(self, package: Path = PACKAGE) -> None:
        self._package = package
        self._seen = self._look()

    def changed(self) -> bool:
        """Whether a file was written, added or removed since the last look."""
        before, self._seen = self._seen, self._look()
        return before != self._seen

    def _look(self) -> dict[Path, int]:
        seen = {}
        for path in self._package.rglob("*.py"):
            try:
                seen[path] = path.stat().st_mtime_ns
            except FileNotFoundError:  # an editor replaces a file by removing it first
                continue
        return seen
