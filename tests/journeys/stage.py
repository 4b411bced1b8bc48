"""Where journeys take place: the site, the payment provider, the worker, and people at their browsers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from makegood.money import Money
from makegood.orders.models import Order
from makegood.refunds.providers.sandbox.server import SandboxServer
from tests import people
from tests.jobs import jobs, work

ARRIVED_AFTER = timedelta(days=7)
"""The sandbox's usual story: sent on day 1, traced on day 3, arrived on day 6."""


@dataclass(frozen=True)
class Look:
    """A screen: its width in CSS pixels, the colour scheme its owner prefers, and whether scripts run."""

    width: int
    scheme: Literal["light", "dark"]
    runs_scripts: bool = True

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}" + ("" if self.runs_scripts else "-without-scripts")


PHONE, PHONE_AT_NIGHT = Look(320, "light"), Look(320, "dark")
DESKTOP, DESKTOP_AT_NIGHT = Look(1280, "light"), Look(1280, "dark")
LOOKS = (PHONE, PHONE_AT_NIGHT, DESKTOP, DESKTOP_AT_NIGHT)
WITHOUT_SCRIPTS = Look(1280, "light", runs_scripts=False)


def seen_on(*looks: Look) -> pytest.MarkDecorator:
    """Run the journey once for each look."""
    return pytest.mark.parametrize("look", looks, ids=str)


class Person:
    """Somebody at a browser; every page they `see` is checked and kept as a picture."""

    def __init__(
        self,
        page: Page,
        *,
        site: str,
        journey: str,
        look: Look,
        assert_accessible: Callable[[Page], None],
        screenshot: Callable[[Page, str], None],
    ) -> None:
        self.page, self.site, self.journey, self.look = page, site, journey, look
        self._assert_accessible, self._screenshot = assert_accessible, screenshot

    def at(self, tab: Page) -> Person:
        """The same person at another tab."""
        turned = copy(self)
        turned.page = tab
        return turned

    def open(self, address: str) -> None:
        """Type an address of the site."""
        self.page.goto(self.site + address)

    def sees(self, heading: str, *, step: str) -> None:
        """The page under this heading is there, without a fault, and kept as `step`."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        self.examines(step=step)

    def examines(self, *, step: str) -> None:
        """The page is without a fault, and kept as `step`."""
        self.page.wait_for_load_state("load")  # a heading is read before the style sheets are there
        self._screenshot(self.page, f"{self.journey}-{step}-{self.look}")
        if self.look.runs_scripts:  # axe-core is one, and a page without them would never answer it
            self._assert_accessible(self.page)
        too_wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide <= 0, f"{self.page.url} scrolls sideways by {too_wide} px at {self.look.width} px"

    def reads(self, *words: str) -> None:
        """These words stand in the main part of the page."""
        for each in words:
            expect(self.page.get_by_role("main")).to_contain_text(each)

    def follows(self, link: str) -> None:
        """Click a link by its words; the page that it leads to is there."""
        with self.page.expect_navigation():
            self.opens(link)

    def submits(self, button: str) -> None:
        """Click a button by its words; the page that it leads to is there, however like this one it is."""
        with self.page.expect_navigation():
            self.presses(button)

    def opens(self, link: str) -> None:
        """Click a link by its words that opens something, and leaves the page where it is."""
        self.page.get_by_role("link", name=link).first.click()

    def presses(self, button: str) -> None:
        """Click a button by its words that does something on the page."""
        self.page.get_by_role("button", name=button).first.click()

    def chooses(self, option: str) -> None:
        """Choose a radio button or tick a box by the first words beside it."""
        self.page.get_by_label(option).first.check()

    def writes(self, label: str, words: str) -> None:
        """Fill in a field by its label."""
        self.page.get_by_label(label).first.fill(words)


@dataclass(frozen=True)
class Till:
    """The payment provider, a server of its own, and the worker that asks it."""

    sandbox: SandboxServer

    def sold(
        self, product: str = "mail-sender", *, amount: Money, days_ago: float = 21, **more: object
    ) -> Order:
        """Olena bought it and paid by card, which the provider knows."""
        bought = people.days_ago(days_ago)
        kind = {"kind": "service"} if product != "mail-sender" else {}
        order = people.an_order(
            people.olena(),
            people.a_product(product, **kind),  # type: ignore[arg-type]  # the value of the enumeration
            purchased_at=bought,
            amount=amount,
            paid=False,
            **more,  # type: ignore[arg-type]  # passed on
        )
        wanted = {"amount": amount.minor, "currency": amount.currency, "reference": order.number}
        with self.sandbox.lock:
            [charge] = self.sandbox.book.charge([wanted])
        people.a_payment(order, captured_at=bought, reference=charge.id)
        return order

    def work(self) -> None:
        """The worker does all there is to do. In a thread of its own: Playwright's loop occupies ours."""
        with ThreadPoolExecutor(1) as worker:
            worker.submit(work).result(timeout=60)
        assert jobs("failed") == []

    def pass_time(self, how_long: timedelta = ARRIVED_AFTER) -> None:
        """At the provider time passes; it tells the site what happened, and the worker follows it up."""
        with self.sandbox.lock:
            self.sandbox.book.advance(how_long)
        assert self.sandbox.postman.deliver_due() > 0
        self.work()


def letters_to(email: str) -> list[str]:
    """The first lines of the letters written to somebody, in order."""
    return [str(letter.body).splitlines()[0] for letter in mail.outbox if letter.to == [email]]
