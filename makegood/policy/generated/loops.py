"""The loops over the items of a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping


def _any(lines: list[str], holds: str) -> list[str]:
    settled = [f"if {holds}:", "    return True", f"if {holds} is None:", "    found = None"]
    return _loop("found = False", [*lines, *settled], "found")


def _all(lines: list[str], holds: str) -> list[str]:
    settled = [f"if {holds} is False:", "    return False", f"if {holds} is None:", "    found = None"]
    return _loop("found = True", [*lines, *settled], "found")


def _sum(lines: list[str], value: str, counts: str) -> list[str]:
    added = [
        f"if {counts} is False:",
        "    continue",
        f"if not {counts} or {value} is None or found is None:",
        "    found = None",
        "else:",
        f"    found = plus(found, {value})",
    ]
    return _loop("found = zero", [*lines, *added], "found")


def _loop(before: str, body: list[str], result: str) -> list[str]:
    return [before, "for item in items:", *(f"    {line}" for line in body), f"return {result}"]


LOOPS: Mapping[str, Callable[..., list[str]]] = {"any": _any, "all": _all, "sum": _sum}
"""What is made of the items of a list: from the lines that reckon with one, and the code of what is asked."""
