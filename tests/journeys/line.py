"""What comes over the line when a page is opened by somebody who was never there before."""

from __future__ import annotations

import gzip

from playwright.sync_api import Page, Response

MOST = 100_000
PACKED = ("text/", "application/json", "image/svg", "application/javascript")


class FirstView:
    """Counts the bytes of each page that `page` opens, as if nothing were kept from the one before."""

    def __init__(self, page: Page) -> None:
        self._came: list[Response] = []
        page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        page.on("response", lambda response: self._came.append(response))

    def bytes_since(self) -> int:
        """The bytes that came since this was last asked; scripts and styles packed, as they are sent."""
        came, self._came = self._came, []
        return sum(_sent(response) for response in came)


def _sent(response: Response) -> int:
    body = response.body()
    is_text = response.headers.get("content-type", "").startswith(PACKED)
    # WhiteNoise packs the static files; pages go as they are, for a secret beside words that somebody typed
    # could be guessed from how well they pack together.
    return len(gzip.compress(body, 9) if is_text and "/static/" in response.url else body)
