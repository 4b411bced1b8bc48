"""The sandbox provider keeps its word, remembers it through a restart, and lies only when told to."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from makegood.refunds.providers.base import DisputeState
from makegood.refunds.providers.sandbox.clock import Clock
from makegood.refunds.providers.sandbox.lies import Liar, Lie
from makegood.refunds.providers.sandbox.server import Manners, SandboxServer
from makegood.refunds.providers.sandbox.timeline import DAY, DEMO_DAY, Fate, standing, steps
from tests.people import NOON
from tests.refunds.scenes import SECRET, WEBHOOK_SECRET

CHARGE = {"id": "ch_1", "amount": 10_000, "currency": "USD", "reference": "9412031"}


@pytest.fixture
def http(sandbox: SandboxServer) -> httpx.Client:
    return talking_to(sandbox)


def talking_to(sandbox: SandboxServer) -> httpx.Client:
    return httpx.Client(base_url=sandbox.url, headers={"Authorization": f"Bearer {SECRET}"}, timeout=5)


def refund(http: httpx.Client, amount: object, *, key: str = "key-1", charge: str = "ch_1") -> httpx.Response:
    wanted = {"charge": charge, "amount": amount, "currency": "USD", "metadata": {"attempt": key}}
    return http.post("/v1/refunds", json=wanted, headers={"Idempotency-Key": key})


def charged(http: httpx.Client) -> httpx.Client:
    assert http.post("/v1/charges", json=CHARGE).status_code == 201
    return http


def refunds_of(http: httpx.Client) -> list[Any]:
    return list(http.get("/v1/charges/ch_1").json()["refunds"])


def test_charges_are_made_in_bulk_all_or_none(http: httpx.Client) -> None:
    wrong = {"charges": [CHARGE, {"amount": -1, "currency": "USD"}]}
    assert http.post("/v1/charges", json=wrong).status_code == 400
    assert http.get("/v1/charges/ch_1").status_code == 404
    assert http.post("/v1/charges", json={"charges": [CHARGE]}).status_code == 201


def test_the_same_key_is_the_same_refund(http: httpx.Client) -> None:
    first, again = refund(charged(http), 100), refund(http, 100)
    assert first.json() == again.json()
    assert len(refunds_of(http)) == 1


def test_the_same_key_with_other_parameters_is_an_error(http: httpx.Client) -> None:
    refund(charged(http), 100)
    other = refund(http, 101)
    assert (other.status_code, other.json()["error"]["code"]) == (400, "idempotency_error")


def test_a_key_is_forgotten_after_its_window(http: httpx.Client) -> None:
    refund(charged(http), 100)
    http.post("/_control/advance", json={"seconds": 86_401})
    refund(http, 100)
    assert len(refunds_of(http)) == 2


def test_more_than_the_charge_is_refused(http: httpx.Client) -> None:
    refund(charged(http), 6_000)
    more = refund(http, 6_000, key="key-2")
    assert (more.status_code, more.json()["error"]["code"]) == (400, "charge_already_refunded")


@pytest.mark.parametrize("amount", [0, -1, 1.5, "100", None, True])
def test_an_amount_is_a_whole_number_above_zero(http: httpx.Client, amount: object) -> None:
    assert refund(charged(http), amount).status_code == 400


def test_without_the_secret_nothing_is_told(sandbox: SandboxServer) -> None:
    assert httpx.get(f"{sandbox.url}/v1/charges/ch_1").status_code == 401


@pytest.mark.parametrize("lie", list(Lie))
def test_each_lie_does_what_it_says(sandbox: SandboxServer, http: httpx.Client, lie: Lie) -> None:
    charged(http).post("/_control/lies", json={"refunds": [lie]})
    try:
        answer = refund(http, 100)
        assert answer.status_code != 201 or "status" not in answer.json()
    except httpx.HTTPError:
        assert lie in {Lie.CUTS_AFTER, Lie.CUTS_BEFORE}
    assert len(refunds_of(http)) == lie.does_it


def test_a_remembered_error_is_repeated(http: httpx.Client) -> None:
    charged(http).post("/_control/lies", json={"refunds": [Lie.SAYS_500_DID_IT]})
    assert [refund(http, 100).status_code, refund(http, 100).status_code] == [500, 500]


def test_the_same_seed_tells_the_same_lies() -> None:
    first, second = Liar(seed=7, rate=0.5), Liar(seed=7, rate=0.5)
    told = [first.next() for _ in range(50)]
    assert told == [second.next() for _ in range(50)]
    assert None in told
    assert set(told) != {None}


def restarted(folder: Path, manners: Manners) -> SandboxServer:
    return SandboxServer(folder, manners, clock=Clock(frozen=NOON))


def test_a_restart_keeps_charges_refunds_keys_and_time(tmp_path: Path, manners: Manners) -> None:
    with restarted(tmp_path, manners) as sandbox:
        http = charged(talking_to(sandbox))
        first = refund(http, 100).json()
        http.post("/_control/advance", json={"seconds": 3_600})
    with restarted(tmp_path, manners) as sandbox:
        assert refund(talking_to(sandbox), 100).json() == first
        assert sandbox.book.clock.now() == NOON + timedelta(hours=1)


def test_a_torn_last_line_was_never_acknowledged_and_is_dropped(tmp_path: Path, manners: Manners) -> None:
    with restarted(tmp_path, manners) as sandbox:
        charged(talking_to(sandbox))
    journal = tmp_path / "sandbox.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"kind": "refund", "id": "re_')
    with restarted(tmp_path, manners) as sandbox:
        assert refund(talking_to(sandbox), 100).status_code == 201
    assert [json.loads(line)["kind"] for line in journal.read_text().splitlines()] == [
        "charge",
        "refund",
        "kept",
    ]


@pytest.mark.parametrize("fate", list(Fate))
def test_a_story_never_runs_backwards(fate: Fate) -> None:
    days = [step.day for step in steps(fate)]
    assert days[0] == 0
    assert days == sorted(set(days))


def test_a_banking_day_can_be_seconds() -> None:
    age = timedelta(seconds=30)
    assert standing(Fate.SETTLES, age=age, day=DAY).status == "pending"
    assert standing(Fate.SETTLES, age=age, day=DEMO_DAY).arrived


def test_the_page_shows_charges_and_makes_refunds(sandbox: SandboxServer, http: httpx.Client) -> None:
    charged(http)
    page = http.get("/").text
    assert "$100.00" in page
    token = page.split('name="token" value="')[1].split('"')[0]
    form = {"token": token, "charge": "ch_1", "amount": "250"}
    assert http.post("/page/refund", data=form).status_code == 303
    [made] = sandbox.book.refunds.values()
    assert (made.amount, made.made_by, made.attempt) == (250, "dashboard", "")


def test_the_pages_buttons_need_its_token(http: httpx.Client) -> None:
    form = {"token": "guess", "charge": "ch_1", "amount": "250"}
    assert charged(http).post("/page/refund", data=form).status_code == 403
    assert refunds_of(http) == []


def test_what_customers_wrote_is_text_on_the_page(http: httpx.Client) -> None:
    http.post("/v1/charges", json={**CHARGE, "reference": "<script>alert(1)</script>"})
    assert "<script>" not in http.get("/").text


def test_events_are_told_until_they_are_acknowledged(tmp_path: Path) -> None:
    manners = Manners(secret=SECRET, webhook_secret=WEBHOOK_SECRET, webhook_url="http://127.0.0.1:9/")
    with restarted(tmp_path, manners) as sandbox:
        refund(charged(talking_to(sandbox)), 100)
        assert sandbox.postman.deliver_due() == 0
        assert [event.body["type"] for event in sandbox.book.untold_events()] == ["refund.created"]


def test_a_dispute_is_opened_and_decided_from_outside_and_told(
    http: httpx.Client, sandbox: SandboxServer
) -> None:
    charged(http)
    opened = http.post(
        "/_control/disputes", json={"charge": "ch_1", "amount": 700, "state": "inquiry"}
    ).json()
    for state in ("open", "lost"):
        assert http.post(f"/_control/disputes/{opened['id']}", json={"state": state}).status_code == 200
    [listed] = http.get("/v1/charges/ch_1").json()["disputes"]
    assert (listed["amount"], listed["status"]) == (700, "lost")
    kinds = [event.body["type"] for event in sandbox.book.untold_events()]
    assert kinds == ["dispute.opened", "dispute.updated", "dispute.closed"]
    for event in sandbox.book.untold_events():
        sandbox.book.mark_told(event)
    assert sandbox.book.untold_events() == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"charge": "ch_2"},
        {"charge": "ch_1", "amount": 10_001},
        {"charge": "ch_1", "amount": 700, "state": "settled"},
    ],
)
def test_a_dispute_that_cannot_be_is_refused(http: httpx.Client, wanted: dict[str, Any]) -> None:
    assert charged(http).post("/_control/disputes", json=wanted).status_code in {400, 404}
    assert http.get("/v1/charges/ch_1").json()["disputes"] == []


def test_a_dispute_that_was_decided_stays_so_through_a_restart(tmp_path: Path, manners: Manners) -> None:
    with restarted(tmp_path, manners) as sandbox:
        sandbox.book.charge([CHARGE])
        dispute = sandbox.book.dispute("ch_1", 700)
        sandbox.book.move_dispute(dispute.id, DisputeState.WON)
        sandbox.book.mark_told(sandbox.book.untold_events()[0])
    with restarted(tmp_path, manners) as sandbox:
        assert [each.state for each in sandbox.book.disputes_of("ch_1")] == ["won"]
        assert [event.body["type"] for event in sandbox.book.untold_events()] == ["dispute.closed"]
