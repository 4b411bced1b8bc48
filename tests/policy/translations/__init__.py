"""One policy that uses every sentence and every table of the language, written in each language."""

from __future__ import annotations

from pathlib import Path

TRANSLATIONS = {file.stem: file.read_text("utf-8") for file in sorted(Path(__file__).parent.glob("*.md"))}
"""By language (ISO 639)."""
