"""Pictures as `partials/evidence_list.html` shows them: those kept, and those on their way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from django.urls import reverse

from makegood.accounts.models import User
from makegood.refund_requests.evidence import keeping
from makegood.refund_requests.evidence.checking import said_of
from makegood.refund_requests.evidence.keeping import Home
from makegood.refund_requests.models import Draft, Evidence, RefundRequest, Upload, UploadState
from makegood.refund_requests.states import State

Shown = dict[str, Any]
BUTTONS = ("remove_url", "move_url")


def shown_evidence(rows: Iterable[Evidence]) -> list[Shown]:
    """Each picture with its address and small pictures of its pages."""
    return [_shown(row) for row in rows]


def _shown(row: Evidence) -> Shown:
    pages = [
        {"number": page, "url": reverse("members:evidence_page", args=[row.pk, page])}
        for page in range(1, row.thumbnails + 1)
    ]
    return {
        "name": row.name,
        "url": evidence_url(row),
        "thumbnail_url": pages[0]["url"] if pages else None,
        "pages": row.pages,
        "more_pages": pages[1:],
        "size": row.byte_size,
        "state": "checked",
    }


def evidence_url(row: Evidence) -> str:
    """The address of a picture, for the people of its ticket only."""
    return reverse("members:evidence", args=[row.pk, row.name])


def pictures_of(home: Home, *, member: User, page: str = "") -> Shown:
    """What `partials/pictures.html` shows: what is there and on its way, in its order, to be changed.

    `page`: the step of the form that shows them; empty for the usual one. Its buttons lead back there.
    """
    rows = list(keeping.of(home).filter(uploaded_by=member))
    uploads = list(home.uploads.filter(member=member).order_by("place"))
    placed = [(row.place, _changeable(row, home, rows)) for row in rows]
    placed += [(upload.place, _on_its_way(upload)) for upload in uploads]
    shown = [one for _place, one in sorted(placed, key=lambda pair: pair[0])]
    if page:
        shown = [one | {name: f"{one[name]}?page={page}" for name in BUTTONS if name in one} for one in shown]
    return {
        "evidence": shown,
        "pictures_url": _address(home, "pictures") + (f"?page={page}" if page else ""),
        "is_checking": any(upload.state == UploadState.CHECKING for upload in uploads),
    }


def on_their_way(home: Home, *, member: User) -> list[Shown]:
    """The files that are not evidence yet, to be read only."""
    rows = home.uploads.filter(member=member).order_by("place")
    return [_on_its_way(upload) | {"remove_url": "", "upload_url": ""} for upload in rows]


def _changeable(row: Evidence, home: Home, rows: list[Evidence]) -> Shown:
    shown = _shown(row) | {"remove_url": _address(home, "remove_picture", row.pk)}
    if isinstance(home, Draft) and len(rows) > 1:
        shown["move_url"] = reverse("members:move_picture", args=[home.token, row.pk])
        shown["is_first"], shown["is_last"] = row == rows[0], row == rows[-1]
    return shown


def _on_its_way(upload: Upload) -> Shown:
    refused = upload.state == UploadState.REFUSED
    return {
        "name": upload.name,
        "url": None,
        "size": upload.size,
        "state": upload.state,
        "why": "" if upload.state == UploadState.CHECKING else said_of(upload),
        "percent": 100 * upload.received // upload.size,
        "upload_url": "" if refused else reverse("members:upload", args=[upload.token]),
        "modified": upload.modified,
        "remove_url": reverse("members:remove_upload", args=[upload.token]),
    }


def _address(home: Home, page: str, *more: int) -> str:
    """An address about the pictures of a form, or of a message being written."""
    if isinstance(home, Draft):
        return reverse(f"members:{page}", args=[home.token, *more])
    return reverse(f"members:message_{page}", args=[home.reference, *more])


def uploads_url(home: Home) -> str:
    """Where an upload is begun."""
    return _address(home, "uploads")


def page_with(home: Home, page: str = "") -> str:
    """The page on which the pictures of `home` are chosen; of a form, its step `page` or the usual one."""
    if isinstance(home, Draft):
        step = page if page == "facts" else "what-happened"
        return reverse("members:form_step", args=[home.token, step]) + "#pictures"
    return reverse("members:ticket", args=[home.reference]) + "#pictures"


def home_of(upload: Upload) -> Home:
    """The form, or the request in which the message is being written. Raises Http404."""
    home = upload.draft or upload.refund_request
    if home is None:
        raise Http404
    return home


def takes_pictures(home: Home) -> bool:
    """Whether something can still be sent there: a withdrawn request takes no more."""
    return not isinstance(home, RefundRequest) or home.state not in (State.WITHDRAWN, State.MERGED)
