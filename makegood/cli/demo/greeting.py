"""What the demo prints: each step while it works, and then where to go and as whom."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.table import Table

from makegood.cli.demo.place import Addresses, Place


class SignIn(Protocol):
    """One person of the sample data."""

    @property
    def email(self) -> str:
        """Their address."""

    @property
    def name(self) -> str:
        """Their name."""

    @property
    def role_label(self) -> str:
        """What they are, in words."""


class Screen:
    """The terminal, or the file, that the demo prints to."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)

    def line(self, text: str) -> None:
        """One line."""
        self._console.print(text, markup=False)

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[str], None]]:
        """Show that `name` is going on and how long it took; call what it yields to say how far it is."""
        began = time.monotonic()
        with self._console.status(name) as status:

            def report(progress: str) -> None:
                status.update(f"{name}: {progress}")
                if not self._console.is_terminal:
                    self.line(f"  {name}: {progress}")

            yield report
        self._console.print(f"  [green]✓[/green] {name} [dim]{time.monotonic() - began:.1f} s[/dim]")

    def greet(self, place: Place, addresses: Addresses, people: Sequence[SignIn], password: str) -> None:
        """Where to go, as whom, and how to end it."""
        table = Table(box=None, padding=(0, 2, 0, 2))
        for heading in ("Sign in as", "Name", "E-mail"):
            table.add_column(heading, no_wrap=True)
        for person in people:
            table.add_row(person.role_label, person.name, person.email)
        self._console.print(f"\n  [bold]Makegood is ready: {addresses.site}/[/bold]\n")
        self._console.print(f"  Letters it sent   {addresses.site}/dev/mail")
        self._console.print(f"  Told to its shop  {addresses.site}/dev/shop")
        self._console.print(f"  Sandbox payments  {addresses.sandbox}/")
        self._console.print(f"  Files and logs    {place.folder}\n", soft_wrap=True)
        self._console.print(table)
        self._console.print(f"\n  Everybody's password is [bold]{password}[/bold]")
        self._console.print("  Ctrl-C stops everything; the next start finds it as you left it.\n")
