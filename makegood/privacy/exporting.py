"""A copy of everything we hold about a member, as one archive: a README in words, rows in JSON, the files.

Made while the member waits: it is one person's life with one vendor, read by the member's own indexes, and
only the pictures are large, which are copied as they are. What is too large for memory goes to a file.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import structlog
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from makegood.accounts.models import User
from makegood.accounts.templatetags.said import day_in_words
from makegood.audit.actions import Action
from makegood.audit.recording import record
from makegood.money import Money
from makegood.privacy import about_the_account, about_the_orders, about_the_requests
from makegood.refund_requests.models import Evidence

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

FORMAT = 1
IN_MEMORY = 4 * 1024**2
CHUNK = 256 * 1024


def export_of(member: User, *, at: datetime) -> IO[bytes]:
    """The archive, open at its beginning; the event that it was made is written with it."""
    archive = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # the answer closes it once it is sent
    with transaction.atomic():
        record(Action.EXPORTED, subject=member, by=member, at=at)
        with ZipFile(archive, "w", ZIP_DEFLATED) as written:
            written.writestr(_entry("README.txt", at), _readme(at))
            written.writestr(_entry("account.json", at), _json(_everything(member, at)))
            for picture in about_the_requests.pictures_sent_by(member):
                _copy(picture, written)
    archive.seek(0)
    return archive


def _everything(member: User, at: datetime) -> Mapping[str, object]:
    return {
        "format": FORMAT,
        "written_at": at,
        "vendor": settings.MAKEGOOD_VENDOR,
        **about_the_account.told(member, at=at),
        **about_the_orders.told(member),
        **about_the_requests.told(member),
    }


def _readme(at: datetime) -> str:
    words = {
        "vendor": settings.MAKEGOOD_VENDOR,
        "day": day_in_words(timezone.localtime(at).date()),
        "site": settings.MAKEGOOD_SITE_URL,
    }
    return render_to_string("members/account/export_readme.txt", words)


def _json(everything: Mapping[str, object]) -> str:
    return json.dumps(everything, ensure_ascii=False, indent=2, default=_as_json) + "\n"


def _as_json(value: object) -> object:
    match value:
        case datetime() | date():
            return value.isoformat()
        case Money():
            return {"amount": str(value.decimal), "currency": value.currency}
    return str(value)


def _copy(picture: Evidence, written: ZipFile) -> None:
    try:
        file = picture.file.open("rb")
    except FileNotFoundError:
        # The row in the JSON says what there was.
        log.error("evidence_file_lost", evidence=picture.pk, file=picture.file.name)
        return
    # Pictures are packed already.
    entry = _entry(about_the_requests.path_of(picture), picture.at, packed=False)
    with file, written.open(entry, "w") as target:
        shutil.copyfileobj(file, target, CHUNK)


def _entry(name: str, at: datetime, *, packed: bool = True) -> ZipInfo:
    entry = ZipInfo(name, at.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
    return entry
