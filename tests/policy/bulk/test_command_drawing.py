"""The chart of a back-test as a PNG, and what a person sees while it runs."""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path
from threading import Event, current_thread, main_thread

import pytest
from PIL import Image

from makegood.cli.policy import drawing
from makegood.cli.policy.drawing import SCALE, draw
from makegood.cli.policy.reading import Refused
from makegood.cli.policy.watching import watched
from makegood.policy.bulk.backtest import NOTHING, Interval
from makegood.policy.bulk.chart import CERTAIN, OPEN, TOP, WIDTH, Bar, chart

WORDS = (0, 0, WIDTH * SCALE, 30 * SCALE)  # where the title stands


def a_picture(title: str = "Refunds by version 2") -> str:
    """A chart of one bar, partly certain."""
    return chart(title, "EUR", [Bar("1. You changed your mind", NOTHING + Interval(1000, 3000))])  # type: ignore[arg-type]


def test_a_png_is_drawn_with_its_bars_and_its_words(tmp_path: Path) -> None:
    file = tmp_path / "chart.PNG"
    draw(a_picture(), file)
    with Image.open(file) as opened:
        assert opened.format == "PNG"
        image = opened.convert("RGB")
    assert image.width == WIDTH * SCALE
    assert TOP * SCALE < image.height < 3 * TOP * SCALE
    colours = {colour: pixels for pixels, colour in image.getcolors(1 << 16) or ()}
    certain, unsure = (colours[tuple(bytes.fromhex(each[1:]))] for each in (CERTAIN, OPEN))
    assert 1.5 < unsure / certain < 2.5
    written = sum(image.crop(WORDS).convert("L").histogram()[:128])
    assert written > 500
    draw(a_picture(""), file)
    with Image.open(file) as without:
        assert sum(without.crop(WORDS).convert("L").histogram()[:128]) == 0


def test_no_png_is_drawn_without_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "PROBE", drawing.PROBE.replace("<text", '<text display="none"'))
    with pytest.raises(Refused, match="needs a font"):
        draw(a_picture(), tmp_path / "chart.png")
    assert not list(tmp_path.iterdir())


def test_what_is_not_installed_and_what_cannot_be_written_are_sentences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="cannot be written: No such file or directory"):
        draw(a_picture(), tmp_path / "none" / "chart.svg")
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(Refused, match=r"install makegood\[bulk\], or ask for .svg"):
        draw(a_picture(), tmp_path / "chart.png")


class Terminal(io.StringIO):
    """Standard error, where a person watches."""

    def isatty(self) -> bool:
        return True


def slowly_seven() -> int:
    time.sleep(0.5)
    return 7


@pytest.mark.parametrize("percent", [None, -1.0, 40.0])
def test_a_person_sees_that_work_goes_on(percent: float | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    progress = None if percent is None else lambda: percent
    assert watched("Weighing every row", slowly_seven, progress=progress) == 7
    shown = terminal.getvalue()
    assert "Weighing every row" in shown
    assert "0:00:00" in shown


def test_what_goes_wrong_is_raised_where_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with pytest.raises(ZeroDivisionError):
        watched("Dividing", lambda: 1 / 0)


def test_an_interruption_stops_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    stopped = Event()

    def interrupted() -> float:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watched("Waiting", lambda: stopped.wait(20), progress=interrupted, stop=stopped.set)
    assert stopped.is_set()


def test_nobody_watches_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert watched("Weighing", lambda: current_thread() is main_thread())
    assert capsys.readouterr().err == ""
