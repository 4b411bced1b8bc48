"""The processes of the demo: started together, watched, and stopped together."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from makegood.cli.demo.place import Refused

PATIENCE = 6.0
TRIES = 3
STEADY = 60.0


class KeepsEnding(Refused):
    """A process of the demo ended again and again."""

    def __init__(self, child: Child) -> None:
        super().__init__(
            f"The {child.name} ended {TRIES} times in a row, last with exit code {child.exit_code()}."
            f"{child.last_words()}"
        )


@dataclass
class Child:
    """One process, in a process group of its own so that a Ctrl-C in the terminal reaches only the demo.

    `log` None lets it write to our own terminal.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path | None
    failures: int = 0
    _started: float = 0.0
    _running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Run the command, its output at the end of the log."""
        self._started = time.monotonic()
        with self._output() as output:
            self._running = subprocess.Popen(  # noqa: S603  a command of ours
                [*_tied_to_us(), *self.command],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def restart(self) -> None:
        """End it if it is running, and start it with a clean record."""
        self.stop(time.monotonic() + PATIENCE)
        self.failures = 0
        self.start()

    def revive(self) -> bool:
        """Start it again if it has ended, and say whether that was so. Raises KeepsEnding."""
        if self.exit_code() is None:
            return False
        self.failures = 1 if time.monotonic() - self._started > STEADY else self.failures + 1
        if self.failures >= TRIES:
            raise KeepsEnding(self)
        self.start()
        return True

    def stop(self, until: float) -> None:
        """Ask it to end, and at `until` (monotonic time) end what is left of it."""
        self.signal(signal.SIGTERM)
        self.wait(until - time.monotonic())
        self.signal(signal.SIGKILL)
        self.wait(PATIENCE)

    def last_words(self) -> str:
        """A sentence with the last line it wrote and where to read the others; empty when it keeps no log."""
        if self.log is None:
            return ""
        lines = [line.strip() for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        said = f" It said: {lines[-1]}" if lines else ""
        return f"{said} Its log is {self.log}."

    def exit_code(self) -> int | None:
        """None while it is running or was never started."""
        return self._running.poll() if self._running else None

    def signal(self, number: signal.Signals) -> None:
        """Send `number` to the process and to everything it started."""
        if self._running is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._running.pid, number)

    def wait(self, seconds: float) -> None:
        """Until it has ended, or `seconds` have passed."""
        if self._running is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._running.wait(max(seconds, 0))

    @contextmanager
    def _output(self) -> Iterator[IO[bytes] | None]:
        if self.log is None:
            yield None
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            yield output


class Children:
    """All of them, in the order they were started."""

    def __init__(self) -> None:
        self._all: list[Child] = []

    def start(self, child: Child) -> Child:
        """Start `child` and be responsible for it."""
        self._all.append(child)
        child.start()
        return child

    def revive(self) -> list[Child]:
        """Start again those that ended, and say which. Raises KeepsEnding."""
        return [child for child in self._all if child.revive()]

    def restart(self, name: str) -> None:
        """End the child called `name` if it is running, and start it."""
        for child in self._all:
            if child.name == name:
                child.restart()

    def stop(self) -> None:
        """Ask all to end, and after PATIENCE seconds end what is left of them."""
        for child in self._all:
            child.signal(signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        for child in self._all:
            child.stop(until)
        self._all.clear()


def _tied_to_us() -> list[str]:
    """Where the system can, let a child end with us even when we are killed and cannot end it ourselves."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
