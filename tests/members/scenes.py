"""Where the tests of the members area begin, and what they read off a page."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import Protocol

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from makegood.money import Money
from makegood.orders.models import Order
from makegood.refund_requests.models import Draft
from tests.people import a_product, an_order, days_ago, olena, verifier


class Page(Protocol):
    """An answer with its page."""

    status_code: int

    @property
    def content(self) -> bytes: ...


TOLD = {"description": "It stops after 400 letters", "steps": "1. I pressed Send"}


def olenas_order(days: float = 21) -> Order:
    """Mail Sender, bought so many days ago."""
    return an_order(olena(), purchased_at=days_ago(days))


def olenas_duplicates() -> tuple[Order, Order]:
    """The same service ordered twice, four minutes apart; the second is the one not meant."""
    euros = Money.of("30.00", "EUR")
    first = an_order(olena(), verifier(), purchased_at=days_ago(3, minutes=4), amount=euros)
    return first, an_order(olena(), verifier(), purchased_at=days_ago(3), amount=euros)


def olenas_renewal(days: float = 15, *, amount: Money | None = None) -> Order:
    """An automatic charge for a service, not used since."""
    service = a_product("atomic-mail", name="Atomic Mail", kind="service")  # type: ignore[arg-type]
    price = amount or Money.of("12.00", "EUR")
    bought = an_order(
        olena(), service, purchased_at=days_ago(days + 30), amount=price, auto_renewal_chosen=True
    )
    return an_order(
        olena(),
        service,
        purchased_at=days_ago(days),
        amount=price,
        renews=bought,
        auto_renewal_chosen=True,
    )


def a_png(name: str = "error.png", *, colour: str = "#cde") -> SimpleUploadedFile:
    """A real picture."""
    pixels = BytesIO()
    Image.new("RGB", (320, 200), colour).save(pixels, "PNG")
    return SimpleUploadedFile(name, pixels.getvalue(), "image/png")


def begin(browser: Client, order: Order | None = None) -> Draft:
    """A form begun by its button."""
    url = reverse("members:new_refund") + (f"?order={order.number}" if order else "")
    token = browser.post(url)["Location"].split("/")[3]
    return Draft.objects.get(token=token)


def step(draft: Draft, name: str) -> str:
    """The address of a page of the form."""
    return reverse("members:form_step", args=[draft.token, name])


def up_to_questions(browser: Client, order: Order) -> Draft:
    """A form because of a defect, up to the questions."""
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "defect"})
    browser.post(step(draft, "order"), {"order": order.number})
    return draft


def ready_to_send(browser: Client, order: Order) -> Draft:
    """A form because of a defect, complete."""
    draft = up_to_questions(browser, order)
    browser.post(step(draft, "what-happened"), TOLD | {"screenshots": [a_png()]})
    return draft


def words(page: Page) -> str:
    """What a person reads on the page, in one line."""
    text = re.sub(r"<(script|style|title)\b.*?</\1>", " ", page.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))
