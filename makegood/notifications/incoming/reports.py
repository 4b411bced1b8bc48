"""What a mail server reports of a letter of ours (RFC 3464): it could not be delivered, or not yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from makegood.notifications.addressing import one_line
from makegood.notifications.models import Trouble

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
RETURNED = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}
)  # fmt: skip
TROUBLES = {"failed": Trouble.BOUNCED, "delayed": Trouble.DELAYED}
LONGEST_SAID = 300
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")


@dataclass(frozen=True, slots=True)
class Report:
    """What went wrong, with its status (RFC 3463) and the words of the mail server.

    `about` is the Message-ID of the letter that came back, in its angle brackets; empty when it did not.
    """

    trouble: Trouble
    status: str
    said: str
    about: str


def is_report(message: Message) -> bool:
    """Whether a machine reports on a mail; one within another mail is somebody's attachment and none."""
    return message.get_content_type() == "multipart/report"


def report_in(message: Message) -> Report | None:
    """The trouble that `message` reports; None when it reports none, or nothing that can be read."""
    if not is_report(message):
        return None
    for recipient in _recipients(message):
        trouble = TROUBLES.get(_field(recipient, "Action").lower())
        if trouble is not None:
            said = _field(recipient, "Diagnostic-Code").partition(";")[2].strip()
            status = status_in(_field(recipient, "Status"), said)
            return Report(trouble, status, one_line(said, LONGEST_SAID), _about(message))
    return None


def status_in(*texts: str) -> str:
    """The first status that stands in `texts`; 5.0.0, which says only that it failed, when none does."""
    found = (STATUS.search(text) for text in texts)
    return next((match[1] for match in found if match), "5.0.0")


def _parts(message: Message) -> list[Message]:
    parts = message.get_payload()
    return [part for part in parts if isinstance(part, Message)] if isinstance(parts, list) else []


def _recipients(message: Message) -> Iterator[Message]:
    """The fields of each recipient that the report tells of; its first group is about the whole mail."""
    for part in _parts(message):
        if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}:
            yield from (group for group in _parts(part) if "Action" in group)


def _field(group: Message, name: str) -> str:
    return " ".join(str(group.get(name, "")).split())


def _about(message: Message) -> str:
    for part in _parts(message):
        if part.get_content_type() in RETURNED:
            inside = _parts(part)
            headers = inside[0] if inside else message_from_bytes(_content(part))
            found = MESSAGE_ID.match(_field(headers, "Message-ID"))
            return found[0] if found else ""
    return ""


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
