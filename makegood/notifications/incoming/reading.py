"""One mail as it came in: hostile until proven otherwise, read without believing or keeping any of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser

LONGEST = 1024 * 1024
"""Bytes that are read of one mail: headers and reports stand at its beginning."""

# Not the parser of the standard library, which a line of “(((((” makes to call itself without end.
ADDRESS = re.compile(r"[^\s<>(),;:\"@\[\]\\]{1,64}@[^\s<>(),;:\"@\[\]\\]{1,189}")
CAME_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail, and its envelope as far as it is known.

    `sender` is where answers and reports go (RFC 5321, Return-Path): empty for those that must never be
    answered, None when our mail server did not tell. `recipients` are the addresses it may have come to.
    """

    message: Message
    sender: str | None
    recipients: tuple[str, ...]

    def header(self, name: str) -> str:
        """The first header of this name on one line, with what cannot be decoded replaced; empty: none."""
        return " ".join(str(self.message.get(name, "")).split())

    def has(self, name: str) -> bool:
        """Whether there is such a header."""
        return name in self.message

    def addresses(self, *names: str) -> list[str]:
        """The addresses in all headers of these names; what is no address is left out."""
        lines = [str(line) for name in names for line in self.message.get_all(name, [])]
        return [address for line in lines for address in ADDRESS.findall(line)]


def read(raw: bytes, *, sender: str | None = None, recipient: str | None = None) -> Incoming:
    """The mail in the first LONGEST bytes of `raw`; nothing that it holds raises.

    `sender` and `recipient` are those of its envelope, where whoever hands it over knows them; else they are
    read from the headers that a mail server adds on delivery.
    """
    mail = Incoming(_parsed(raw[:LONGEST]), None, ())
    came_to = [recipient] if recipient else mail.addresses(*CAME_TO)
    if sender is None and mail.has("Return-Path"):
        sender = mail.header("Return-Path")
    return Incoming(mail.message, _bare(sender), tuple(came_to))


def _parsed(raw: bytes) -> Message:
    """Only of a report are the parts of interest; of other mail they are not even parsed."""
    headers = BytesHeaderParser().parsebytes(raw)
    if headers.get_content_type() != "multipart/report":
        return headers
    try:
        return message_from_bytes(raw)
    except RecursionError:  # parts within parts, a thousand deep: no mail server writes such a report
        return headers


def _bare(sender: str | None) -> str | None:
    """`<someone@vendor.example>` as an address; empty for `<>` and for what is none."""
    if sender is None:
        return None
    address = sender.strip().removeprefix("<").removesuffix(">")
    is_one = ADDRESS.fullmatch(address) and address.isascii() and address.isprintable()
    return address if is_one else ""
