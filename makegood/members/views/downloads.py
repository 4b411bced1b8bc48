"""Downloads: noted by a button, and then handed over by a link that a broken download can go on with."""

from __future__ import annotations

from pathlib import PurePath
from typing import IO

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.members.access import MemberRequest, members_only, see_other
from makegood.members.release_list import products_with_releases
from makegood.members.sending_files import hand_over
from makegood.orders.downloads import NotBought, record_download, releases_open_to
from makegood.orders.models import Release

SALT = "makegood.members.downloads"
LINK_LASTS = 24 * 60 * 60  # seconds: a night on a slow line


@members_only("GET", "HEAD")
def downloads(request: MemberRequest) -> HttpResponse:
    """What can be downloaded, by product, with size and checksum; older versions folded away."""
    products = products_with_releases(request.user)
    return render(request, "members/downloads.html", {"products": products})


@members_only("POST", back=lambda **_named: reverse("members:downloads"))
def download(request: MemberRequest, release: int) -> HttpResponse:
    """Note the download and lead to the file."""
    wanted = get_object_or_404(Release.objects.select_related("product"), pk=release)
    try:
        _opened(wanted).close()
        record_download(request.user, wanted, by=request.user, at=timezone.now())
    except NotBought as refused:
        messages.error(request, str(refused))
        return see_other(reverse("members:downloads"))
    except FileNotFoundError:
        messages.error(request, _("This file cannot be had at the moment. Please try again later."))
        return see_other(reverse("members:downloads"))
    return see_other(link_to(wanted, request.user))


def link_to(release: Release, member: User) -> str:
    """The address of the file for `member`, for as long as LINK_LASTS."""
    token = signing.dumps([member.pk, release.pk], salt=SALT)
    return reverse("members:file", args=[token, _name(release)])


@members_only("GET")
def file(request: MemberRequest, token: str, name: str) -> HttpResponseBase:
    """The file, whole or in part; only whom the link was made for gets it, while it is open to them."""
    release = get_object_or_404(releases_open_to(request.user), pk=_release_of(token, request))
    try:
        opened = _opened(release)
    except FileNotFoundError:
        raise Http404 from None
    by = settings.MAKEGOOD_SEND_FILES
    answer = hand_over(
        request,
        opened,
        name=_name(release),
        size=release.file.size,
        etag=f'"{release.sha256}"',
        stored_at=release.file.path if by == "x-sendfile" else str(release.file.name),
        by=by,
    )
    # A download that goes on must not find its beginning in a cache of somebody else.
    answer["Cache-Control"] = "private, no-store"
    return answer


def _release_of(token: str, request: MemberRequest) -> int:
    try:
        member, release = signing.loads(token, salt=SALT, max_age=LINK_LASTS)
    except (signing.BadSignature, TypeError, ValueError):
        raise Http404 from None
    if member != request.user.pk:
        raise Http404
    return int(release)


def _opened(release: Release) -> IO[bytes]:
    opened: IO[bytes] = release.file.storage.open(str(release.file.name), "rb")
    return opened


def _name(release: Release) -> str:
    return PurePath(str(release.file)).name
