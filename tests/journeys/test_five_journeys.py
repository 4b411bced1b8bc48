"""What customers come for, in five journeys: by keyboard only, without JavaScript, and on four screens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from makegood.orders.models import Order, Trial
from makegood.refund_requests.models import DisputedFact, NamedOrder, RefundRequest
from makegood.refund_requests.states import State
from tests.journeys.by_keys import Hands, Keys
from tests.journeys.stage import (
    DESKTOP,
    DESKTOP_AT_NIGHT,
    PHONE,
    PHONE_AT_NIGHT,
    Look,
    Person,
    Till,
)
from tests.people import days_ago, olena, usd, verifier

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]
Journey = Callable[[Hands, Till, Path], None]
FOUR_MINUTES = 4 / 24 / 60


def a_defect(olena_: Hands, till: Till, picture: Path) -> None:
    order = till.sold(amount=usd("79.00"))
    olena_.open("/")
    olena_.press("Ask for a refund")
    olena_.sees("Ask for a refund", step="01-reason")
    olena_.choose("It does not work")
    olena_.press("Continue")
    olena_.choose(order.number)
    olena_.press("Continue")
    olena_.write("What does not work?", "It stops.")
    olena_.write("What did you do just before?", "I pressed Send.")
    olena_.attach("Pictures of it", picture)
    olena_.press("Continue")
    olena_.sees("Check your answers", step="02-check")
    olena_.press("Send the request")
    olena_.sees("We have your request", step="03-sent")
    assert RefundRequest.objects.get().answers["description"] == "It stops."


def a_duplicate(olena_: Hands, till: Till, _picture: Path) -> None:
    kept = till.sold("verifier-online", amount=usd("30.00"), days_ago=3 + FOUR_MINUTES)
    meant = till.sold("verifier-online", amount=usd("30.00"), days_ago=3)
    olena_.open("/")
    olena_.press("Ask for a refund")
    olena_.choose("I ordered it twice")
    olena_.press("Continue")
    olena_.choose("Two other orders")
    olena_.write("Number of one order", f"# {kept.number}")
    olena_.write("Number of the other order", f"{meant.number[:3]} {meant.number[3:]}")
    olena_.sees("Which two orders?", step="01-typed")
    olena_.press("Continue")
    olena_.choose(meant.number)
    olena_.press("Continue")
    olena_.reads(kept.number, meant.number)
    olena_.press("Send the request")
    olena_.sees("We have your request", step="02-sent")
    assert NamedOrder.objects.get(wanted=True).order == meant


def an_automatic_charge(olena_: Hands, till: Till, _picture: Path) -> None:
    charges = [a_renewal(till, name) for name in ("atomic-mail", "sms-balance")]
    olena_.open("/")
    olena_.press("Ask for a refund")
    olena_.choose("I was charged automatically")
    olena_.press("Continue")
    for charge in sorted(charges, key=lambda charge: charge.purchased_at, reverse=True):
        olena_.choose(charge.number)
    olena_.sees("Which automatic charges?", step="01-charges")
    olena_.press("Continue")
    olena_.reads("By our policy you get $24.00 back.")
    olena_.press("Send the request")
    olena_.sees("We have your request", step="02-sent")
    assert NamedOrder.objects.filter(wanted=True).count() == 2


def a_wrong_fact(olena_: Hands, till: Till, picture: Path) -> None:
    """It is too late by our records; the day in them is wrong, which the invoice shows."""
    order = till.sold(amount=usd("79.00"), days_ago=40)
    right = days_ago(20).date().isoformat()
    olena_.open("/")
    olena_.reads("The last day to ask was")
    olena_.press("What can I do?")
    olena_.reads("Our policy does not allow this refund", "1(a)")
    olena_.sees("Ask for a refund", step="01-refused")
    olena_.follow("One of them is wrong")
    olena_.write("What is right?", right)
    olena_.write("How do you know?", "My invoice has another day on it.")
    olena_.attach("Pictures that show it", picture)
    olena_.sees("Is one of these facts wrong?", step="02-told")
    olena_.press("Continue")
    olena_.choose("It does not work")
    olena_.press("Continue")
    olena_.press("Continue")
    olena_.write("What does not work?", "It stops.")
    olena_.write("What did you do just before?", "I pressed Send.")
    olena_.press("Continue")
    olena_.reads("A person first finds out whether our records are wrong")
    olena_.sees("Check your answers", step="03-check")
    olena_.press("Send the request")
    olena_.sees("We have your request", step="04-sent")
    assert (DisputedFact.objects.get().order, DisputedFact.objects.get().says) == (order, right)


def a_trial_and_a_change_of_mind(olena_: Hands, till: Till, _picture: Path) -> None:
    """She tries a service, and takes back a request that she sent before."""
    kept, meant = (till.sold("sms-balance", amount=usd("30.00"), days_ago=days) for days in (3.01, 3))
    verifier()
    olena_.open("/trials/")
    olena_.sees("Free trials", step="01-trials")
    olena_.follow("Try it")
    olena_.press("Start my free trial")
    assert Trial.objects.filter(member=olena()).exists()
    olena_.open("/")
    olena_.press("Ask for a refund")
    olena_.choose("I ordered it twice")
    olena_.press("Continue")
    olena_.choose(f"orders {kept.number} and {meant.number}")
    olena_.press("Continue")
    olena_.choose(meant.number)
    olena_.press("Continue")
    olena_.press("Send the request")
    olena_.follow("Withdraw")
    olena_.sees("Withdraw", step="02-withdraw")
    olena_.press("Withdraw it")
    assert RefundRequest.objects.get().state == State.WITHDRAWN


def a_renewal(till: Till, product: str) -> Order:
    """Charged by itself ten days ago, as Olena chose when she bought it."""
    price = usd("12.00")
    bought = till.sold(product, amount=price, days_ago=41, auto_renewal_chosen=True)
    return till.sold(product, amount=price, days_ago=10, renews=bought, auto_renewal_chosen=True)


JOURNEYS: list[Journey] = [
    a_defect,
    a_duplicate,
    an_automatic_charge,
    a_wrong_fact,
    a_trial_and_a_change_of_mind,
]
SCREENS = [PHONE, DESKTOP_AT_NIGHT, PHONE_AT_NIGHT, DESKTOP]
WAYS = [
    (Keys, SCREENS),
    (Hands, SCREENS),
    (Hands, [replace(screen, runs_scripts=False) for screen in SCREENS]),
]
"""By keyboard, by mouse and without scripts: whose hands, and the looks they are seen on."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each journey each way; the journey takes another look each way, and the way another for each journey.

    So every way is seen on all four looks, and every journey on three. With `--every-look`, each way of each
    journey is seen on all four.
    """
    if "journey" not in metafunc.fixturenames:
        return
    all_looks = metafunc.config.getoption("--every-look")
    runs = [
        (journey, hands, look)
        for turn, (hands, looks) in enumerate(WAYS)
        for place, journey in enumerate(JOURNEYS)
        for look in (looks if all_looks else [looks[(place + turn) % len(looks)]])
    ]
    ids = [f"{journey.__name__}-{hands.__name__}-{look}" for journey, hands, look in runs]
    metafunc.parametrize(("journey", "hands", "look"), runs, ids=ids)


def test_five_journeys(
    someone: Someone, till: Till, tmp_path: Path, journey: Journey, hands: type[Hands], look: Look
) -> None:
    picture = tmp_path / "error.png"
    Image.new("RGB", (640, 400), "#336699").save(picture)
    person = someone(olena())
    person.journey = f"{journey.__name__}-{hands.__name__}".replace("_", "-").lower()
    journey(hands(person), till, picture)
