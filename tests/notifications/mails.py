"""Mails that come to the desk, as people and mail servers write them."""

from __future__ import annotations

from email.message import EmailMessage

from makegood.notifications.incoming.receiving import Received, receive
from tests.people import NOON


def a_mail(
    sender: str | None = "lena@home.example", *, body: str = "Where is my money?", **headers: str
) -> bytes:
    """A mail to the desk; `sender` is its Return-Path, None: without one; `auto_submitted` Auto-Submitted."""
    mail = EmailMessage()
    mail.set_content(body)
    if sender is not None:
        mail["Return-Path"] = f"<{sender}>"
    usual = {"From": sender or "lena@home.example", "To": "refunds@northwind.example", "Subject": "My money"}
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    for name, value in (usual | {"Message-Id": "<1@home.example>"} | named).items():
        mail[name] = value
    return mail.as_bytes()


def a_report(
    about: str = "",
    *,
    to: str = "refunds@northwind.example",
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 <olena@example.com>: user unknown",
    returned: str = "text/rfc822-headers",
) -> bytes:
    """What a mail server reports (RFC 3464) about the letter with the Message-ID `about`."""
    back = f"Message-ID: {about}\r\nSubject: Refund request\r\n\r\n" if about else "Subject: cut off\r\n\r\n"
    return (
        "Return-Path: <>\r\n"
        "From: MAILER-DAEMON@mx.example.com\r\n"
        f"To: {to}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "Auto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="edge"\r\n\r\n'
        "--edge\r\nContent-Type: text/plain\r\n\r\nI am sorry to inform you.\r\n"
        "--edge\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.com\r\n\r\n"
        f"Final-Recipient: rfc822; olena@example.com\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {said}\r\n\r\n"
        f"--edge\r\nContent-Type: {returned}\r\n\r\n{back}\r\n--edge--\r\n"
    ).encode()


def came_in(raw: bytes, *, sender: str | None = None, recipient: str | None = None) -> Received:
    """What was done with it at NOON."""
    return receive(raw, at=NOON, sender=sender, recipient=recipient)
