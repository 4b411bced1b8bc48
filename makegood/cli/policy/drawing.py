"""Writes a chart to a file: as the SVG it is, or drawn as a PNG."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path

from makegood.cli.policy.reading import Refused
from makegood.policy.bulk.chart import FONTS

CHARTS = (".svg", ".png")
SCALE = 2
"""Pixels of a PNG for each unit of the picture: sharp on a wall too."""
PROBE = (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" font-family="{FONTS}">'
    '<text y="15">{}</text></svg>'
)


def require_a_picture(file: Path) -> None:
    """Raise Refused where the name of the file says neither SVG nor PNG."""
    if file.suffix.lower() not in CHARTS:
        raise Refused(f"A chart is drawn as .svg or .png, not as {file.name}.")


def draw(picture: str, file: Path) -> None:
    """Write a picture (SVG) to `file`, as its name says. Raises Refused."""
    drawn = picture.encode() if file.suffix.lower() == ".svg" else _as_png(picture)
    try:
        file.write_bytes(drawn)
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror or error}.") from None


def _as_png(picture: str) -> bytes:
    try:
        resvg = import_module("resvg_py")
    except ImportError:
        raise Refused(
            "A chart as .png needs resvg_py, which is not installed: install makegood[bulk], or ask for .svg."
        ) from None
    png = partial(resvg.svg_to_bytes, zoom=SCALE)
    # It draws with the fonts of this system, and where it finds none it leaves the words out without a word.
    if png(svg_string=PROBE.format("words")) == png(svg_string=PROBE.format("")):
        raise Refused(
            "A chart as .png needs a font such as DejaVu Sans, and none is found here; ask for .svg."
        )
    return bytes(png(svg_string=picture))
