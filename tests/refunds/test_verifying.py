"""Verification finds what is wrong; each test plants one fault past every guard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from makegood.refunds.models import Refund
from makegood.refunds.providers.base import Provider
from makegood.refunds.verifying import problems
from tests.people import finn, usd
from tests.refunds.scenes import Scene


def found(scene: Scene, **later: float) -> set[str]:
    providers: dict[str, Provider] = {"sandbox": scene.provider}
    at = scene.now + timedelta(**later)
    return {problem.invariant for problem in problems(at=at, providers=providers)}


def past_every_guard(sql: str, *parameters: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, parameters)


FAULTS: dict[str, tuple[str, Callable[[Refund], int]]] = {
    "reserved": ("UPDATE orders_payment SET reserved_minor = 1 WHERE id = %s", lambda r: r.payment_id),
    "moves": ("UPDATE refunds_refund SET state = 'unknown' WHERE id = %s", lambda r: r.pk),
    "books": ("UPDATE refunds_ledgerentry SET minor = minor + 1 WHERE minor <> %s", lambda _: 0),
    "silence": (
        "UPDATE refunds_refund SET next_look_at = NULL, state = 'sending' WHERE id = %s",
        lambda r: r.pk,
    ),
    "approvals": ("UPDATE refunds_refund SET drafted_by_id = %s", lambda _: finn().pk),
    "provider": ("UPDATE refunds_attempt SET key = 'another' WHERE refund_id = %s", lambda r: r.pk),
}


def test_a_world_in_order_has_no_problems(scene: Scene) -> None:
    scene.after(scene.after(scene.sent(), days=1), days=7)
    assert found(scene) == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(scene: Scene, fault: str) -> None:
    refund = scene.sent()
    sql, about = FAULTS[fault]
    past_every_guard(sql, about(refund))
    assert fault in found(scene)
    scene.is_to_be_verified = False


def test_a_forgotten_refund_is_found_after_a_day(scene: Scene) -> None:
    scene.sent()
    assert found(scene, hours=23) == set()
    assert found(scene, hours=25) == {"silence"}


def test_a_payment_the_provider_made_and_we_did_not_notice_is_found(scene: Scene) -> None:
    scene.sent()
    scene.pass_time(days=1)
    assert found(scene) == {"provider"}
    scene.is_to_be_verified = False


def test_a_refund_made_elsewhere_is_found(scene: Scene) -> None:
    refund = scene.send(scene.opened(scene.payment("100.00"), "40.00"))
    assert refund.amount == usd("40.00")
    scene.sandbox.book.refund(refund.payment.provider_reference, 1, "USD", attempt="", made_by="dashboard")
    assert found(scene) == {"provider"}
    scene.is_to_be_verified = False
