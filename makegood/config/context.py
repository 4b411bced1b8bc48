"""What every page knows: the vendor's name, the languages, and whether this is the demo."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def brand(request: HttpRequest) -> dict[str, object]:
    """`brand` (the vendor's name), `demo_mode`, `page_languages`: (code, own name) of each, and `oidc_name`.

    `oidc_name`: whose accounts sign in too; empty when nobody's.
    """
    return {
        "brand": settings.MAKEGOOD_VENDOR,
        "demo_mode": settings.DEMO,
        "page_languages": settings.LANGUAGES,
        "oidc_name": settings.MAKEGOOD_OIDC_NAME,
    }
