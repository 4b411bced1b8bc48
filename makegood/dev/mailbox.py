"""Reads the mails that Django's file backend wrote."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path

# The backend ends each mail with a line of 79 dashes; in the middle of a mail, no header follows such a line.
_END_OF_MAIL = re.compile(rb"^-{79}\n(?=\Z|[A-Za-z-]+: )", re.MULTILINE)
SHOWN = 200


@dataclass(frozen=True)
class Mail:
    """One mail as it was written, byte for byte."""

    raw: bytes

    @cached_property
    def key(self) -> str:
        """Names it in an address: a digest, so that no address is a path."""
        return hashlib.sha256(self.raw).hexdigest()[:20]

    @cached_property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Names and values, decoded, in the order written."""
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def subject(self) -> str:
        """Its subject; empty when it has none."""
        return str(self.message.get("Subject", ""))

    @property
    def to(self) -> str:
        """Its recipients."""
        return str(self.message.get("To", ""))

    @property
    def at(self) -> datetime:
        """When it was written, by its Date header; long ago when it has none that can be read."""
        try:
            return parsedate_to_datetime(str(self.message["Date"])).astimezone(UTC)
        except (TypeError, ValueError):
            return datetime(1970, 1, 1, tzinfo=UTC)

    @property
    def text(self) -> str:
        """The plain part; empty when it has none."""
        return self._part("plain")

    @property
    def news(self) -> str:
        """The first line of the plain part."""
        return self.text.strip().partition("\n")[0]

    @property
    def html(self) -> str:
        """The HTML part; empty when it has none."""
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


def mails_in(folder: Path) -> list[Mail]:
    """The mails of the newest files in `folder`, newest first; none while the folder does not exist."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns, reverse=True)[:SHOWN]
    # Stable: of two mails in one second, the one in the later file comes first.
    return sorted(
        (mail for file in files for mail in _mails_of(file)), key=lambda mail: mail.at, reverse=True
    )


def _mails_of(file: Path) -> Iterator[Mail]:
    for raw in reversed(_END_OF_MAIL.split(file.read_bytes())):
        if raw.strip():
            yield Mail(raw)


def find(folder: Path, key: str) -> Mail | None:
    """The mail that `key` names; None when there is none."""
    return next((mail for mail in mails_in(folder) if mail.key == key), None)
