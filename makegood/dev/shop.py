"""The vendor's shop of the demo: takes what a refund changes there, as docs/effects.md asks shops to."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from makegood.effects.signing import headers_for

OLDEST = timedelta(minutes=5)
LONGEST = 16_384
"""Bytes of the longest message taken."""
SHOWN = 200


class NotGenuine(Exception):
    """It is not signed by one of our secrets, or was signed long ago."""


@dataclass(frozen=True)
class Told:
    """One thing that the shop was told; `at` is when it came first."""

    at: datetime
    kind: str
    number: int
    order: str
    licence: str
    was: str
    becomes: str


def take(
    body: bytes, headers: Mapping[str, str], *, secrets: Sequence[str], folder: Path, at: datetime
) -> None:
    """Keep a message; one that is known already changes nothing. Raises NotGenuine."""
    name = headers.get("webhook-id", "")
    if not _is_genuine(name, body, headers, secrets=secrets, at=at):
        raise NotGenuine
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name.encode().hex()}.json"
    if not file.exists():
        kept = json.dumps({"at": at.isoformat(), "message": json.loads(body)})
        half = file.with_suffix(".new")
        half.write_text(kept, "utf-8")
        half.replace(file)


def told_in(folder: Path) -> list[Told]:
    """What the shop was told, the newest first; nothing while the folder does not exist."""
    kept = [_told(json.loads(file.read_text("utf-8"))) for file in folder.glob("*.json")]
    return sorted(kept, key=lambda told: told.number, reverse=True)[:SHOWN]


def _is_genuine(
    name: str, body: bytes, headers: Mapping[str, str], *, secrets: Sequence[str], at: datetime
) -> bool:
    moment, given = headers.get("webhook-timestamp", ""), headers.get("webhook-signature", "").split()
    if not (moment.isascii() and moment.isdigit() and len(moment) < 12 and name.isascii() and secrets):
        return False
    signed_at = datetime.fromtimestamp(int(moment), tz=UTC)
    expected = headers_for(name, body, secrets=secrets, at=signed_at)["webhook-signature"].split()
    matches = [hmac.compare_digest(one.encode(), each.encode()) for one in expected for each in given]
    return True in matches and abs(at - signed_at) <= OLDEST


def _told(kept: dict[str, Any]) -> Told:
    message = kept["message"]
    data = message["data"]
    return Told(
        at=datetime.fromisoformat(kept["at"]),
        kind=message["type"],
        number=data["number"],
        order=data["order"],
        licence=data["licence"] or "",
        was=data["was"] or "",
        becomes=data["becomes"],
    )
