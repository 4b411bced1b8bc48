"""What comes over the line when a page is opened by somebody who was never there before."""

from __future__ import annotations

import gzip
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Response

MOST = 100_000
PACKED = (".css", ".js", ".mjs", ".svg", ".json")


class FirstView:
    """Counts the bytes of each page that `page` opens, as if nothing were kept from the one before."""

    def __init__(self, page: Page) -> None:
        self._came: list[Response] = []
        page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        page.on("response", lambda response: self._came.append(response))

    def begin(self) -> None:
        """Forget what came so far: a page that was looked at may have asked for more."""
        self._came.clear()

    def bytes_of_it(self) -> int:
        """The bytes that came since the beginning; scripts and styles packed, as they are sent."""
        return sum(_sent(response) for response in self._came)


def _sent(response: Response) -> int:
    path = unquote(urlsplit(response.url).path)
    if path.startswith(settings.STATIC_URL):
        found = finders.find(path.removeprefix(settings.STATIC_URL))
        assert isinstance(found, str), f"{path} is no file of ours"
        return _as_whitenoise_sends(Path(found))
    if response.status != HTTPStatus.OK:
        return 0
    # Pages go as they are: how well they pack would tell of a secret that stands beside words somebody typed.
    return int(response.headers["content-length"])


def _as_whitenoise_sends(file: Path) -> int:
    content = file.read_bytes()
    return len(gzip.compress(content, 9) if file.suffix in PACKED else content)
