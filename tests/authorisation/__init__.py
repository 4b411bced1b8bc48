"""Who may do what: every address of the project, every method, every person; one file for each door.

A line says which status each person gets:     POST: {303: representative, 409: colleague owner}
  Whoever a line does not name gets what their door says under `otherwise`.
  `everyone` is everyone; `sign-in` is 302 to the sign-in page.
A line may say what the words of its address stand for, where it is not what `where` says:
                                               POST reference=$waiting: {409: representative}
  and beside `sends`, what else the form sends:  POST verdict=decline: …
  Words such as `$held` are objects of tests/world.py; all requests there are the member's, and the
  representative has taken those that somebody holds.
Methods that an address does not list are refused; HEAD answers as GET.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.world import World, addresses

FOLDER = Path(__file__).parent
METHODS = ("GET", "POST")
SIGN_IN = "sign-in"

Status = int | str


class Loader(yaml.SafeLoader):
    """YAML in which `2026-11` and `yes` are what is written."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, how) for tag, how in ways if tag == "tag:yaml.org,2002:int"]
    for first, ways in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Line:
    """One method at one address in one situation, and what each actor gets."""

    address: str
    method: str
    situation: str
    where: Mapping[str, str]
    sends: Mapping[str, str]
    statuses: Mapping[str, Status] = field(repr=False)

    def __str__(self) -> str:
        return " ".join(part for part in (self.method, self.address, self.situation) if part)

    def asked(self, client: Client, world: World) -> Status:
        """The status that the person in `client` gets; `sign-in` when they are sent there."""
        answer = self.answer(client, world)
        if answer.streaming:
            answer.getvalue()  # read to its end, a file is closed
        is_sent = answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))
        return SIGN_IN if is_sent else answer.status_code

    def answer(self, client: Client, world: World, *, method: str = "") -> HttpResponse:
        """The answer itself; `method` other than the one written for trying what is not."""
        sends = {name: str(world.value(word)) for name, word in self.sends.items()}
        ask = getattr(client, (method or self.method).lower())
        answer: HttpResponse = ask(self.url(world), sends if self.method == "POST" else None)
        return answer

    def url(self, world: World) -> str:
        """The address with its words filled in; what is no part of it goes into the query."""
        words = {name: world.value(word) for name, word in self.where.items()}
        inside = {name: word for name, word in words.items() if f"<{name}>" in self.address}
        query = "&".join(f"{name}={word}" for name, word in words.items() if name not in inside)
        return reverse(addresses()[self.address], kwargs=inside) + (f"?{query}" if query else "")


@cache
def table() -> list[Line]:
    """Every line of every door."""
    return [line for door in _doors() for line in _lines(door)]


@cache
def actors() -> list[str]:
    """Everyone whom a line speaks about."""
    return list(_read(FOLDER / "actors.yaml"))


def _doors() -> Iterator[Mapping[str, Any]]:
    for file in sorted(FOLDER.glob("*.yaml")):
        if file.name != "actors.yaml":
            yield from _read(file).values()


def _read(file: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.load(file.read_text(), Loader)  # noqa: S506  # built on the safe one
    return read


def _lines(door: Mapping[str, Any]) -> Iterator[Line]:
    for address, rows in door["addresses"].items():
        for key, statuses in rows.items():
            method, _, situation = key.partition(" ")
            if method not in METHODS:
                assert method in {"where", "sends"}, f"{address}: what is {key!r}?"
                continue
            where, sends = _words(rows.get("where")), _words(rows.get("sends"))
            for pair in situation.split():
                name, _, value = pair.partition("=")
                (where if f"<{name}>" in address or method == "GET" else sends)[name] = value
            yield Line(
                address, method, situation, where, sends, _by_actor(statuses, door["otherwise"], key, address)
            )


def _words(pairs: Mapping[str, object] | None) -> dict[str, str]:
    return {name: str(word) for name, word in (pairs or {}).items()}


def _by_actor(
    said: Mapping[Status, str], otherwise: Mapping[Status, str], key: str, address: str
) -> dict[str, Status]:
    known: dict[str, Status] = {}
    for rules in (said, otherwise):
        # Who is named beats `everyone`, whatever the order.
        for status, names in sorted(rules.items(), key=lambda rule: rule[1] == "everyone"):
            for name in actors() if names == "everyone" else names.split():
                assert name in actors(), f"{address}, {key}: who is {name}?"
                known.setdefault(name, status)
    return known
