"""Downloads: trial versions for everyone, full versions for those who bought the product."""

from __future__ import annotations

from pathlib import PurePath

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from makegood.members.access import MemberRequest, members_only, see_other
from makegood.orders.downloads import NotBought, record_download, releases_on_offer, releases_open_to


@members_only("GET", "HEAD")
def downloads(request: MemberRequest) -> HttpResponse:
    """What can be downloaded, by product, with size and checksum."""
    return render(request, "members/downloads.html", {"releases": list(releases_open_to(request.user))})


@members_only("POST", back=lambda **_named: reverse("members:downloads"))
def download(request: MemberRequest, release: int) -> HttpResponse | FileResponse:
    """Note the download and hand over the file."""
    wanted = get_object_or_404(releases_on_offer(), pk=release)
    try:
        file = wanted.file.open("rb")
        record_download(request.user, wanted, by=request.user, at=timezone.now())
    except NotBought as refused:
        file.close()
        messages.error(request, str(refused))
        return see_other(reverse("members:downloads"))
    except FileNotFoundError:
        messages.error(request, _("This file cannot be had at the moment. Please try again later."))
        return see_other(reverse("members:downloads"))
    return FileResponse(
        file,
        as_attachment=True,
        filename=PurePath(str(wanted.file)).name,
        content_type="application/octet-stream",
    )
