"""What must be true after each step of a story, told by the bank's own book and by plain loops over rows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from makegood.refunds.providers.base import Said
from makegood.refunds.providers.sandbox.book import SandboxRefund
from makegood.refunds.states import ASKED, FINAL, GIVEN_UP, MOVES, NEEDS_A_PERSON, PAID, UNSENT, State
from tests.simulation.world import World

_BACK = frozenset({Said.FAILED, Said.CANCELED})
_BY_ITSELF = frozenset({State.APPROVED, State.PENDING}) | ASKED
_BY_HAND = frozenset({State.PENDING, State.SUCCEEDED})


@dataclass(frozen=True, slots=True)
class Row:
    """A refund as it stands, read past the code that is tried; `made` is what the bank made of it."""

    pk: int
    state: State
    amount: int
    is_here: bool
    replaces: bool
    agreed: bool
    is_scheduled: bool
    disagrees: bool
    keys: tuple[str, ...]
    made: tuple[SandboxRefund, ...]


def broken(world: World) -> Iterator[str]:
    """Each invariant that does not hold at this moment."""
    refunds = read(world)
    moves = _moves()
    for row in refunds:
        yield from _paid_once(world, row)
        yield from _came_by_moves(row, moves[row.pk])
        if row.state not in FINAL and not row.is_scheduled and not _is_listed(row):
            yield f"I5: a refund that is “{row.state}” is neither scheduled nor listed"
        if row.replaces and row.state not in {State.DRAFT, State.CANCELED} and not row.agreed:
            yield "I7: nobody but its maker approved a fallback"
    yield from _reserved(refunds)
    yield from _books(refunds)


def broken_at_rest(world: World) -> Iterator[str]:
    """Each invariant that does not hold once everything has come to its end."""
    yield from broken(world)
    refunds = read(world)
    for row in refunds:
        live = [each for each in row.made if world.bank.standing(each) not in _BACK]
        if row.state in GIVEN_UP and live:
            yield f"I1: a refund is “{row.state}”, and the bank paid it"
        if row.state in PAID and row.is_here and not live:
            yield f"I1: a refund is “{row.state}”, and the bank did not pay it"
        if row.disagrees:
            yield "I5: a person is to look at what is in order"
        elif row.state in _BY_ITSELF:
            yield f"I5: a refund is still “{row.state}” when everything has come to rest"
    if world.bank.promises.can_look_up:
        keys = {key for row in refunds for key in row.keys}
        known = {found for (found,) in _ask("SELECT provider_refund_id FROM refunds_externalrefund")}
        for each in world.bank.refunds():
            if each.attempt not in keys and each.id not in known and world.bank.standing(each) not in _BACK:
                yield "I1: a refund at the bank is not known here"


def read(world: World) -> list[Row]:
    """Every refund, the first first."""
    keys = defaultdict[int, list[str]](list)
    for refund, key in _ask("SELECT refund_id, key FROM refunds_attempt ORDER BY number"):
        keys[refund].append(key)
    of_key = defaultdict[str, list[SandboxRefund]](list)
    for each in world.bank.refunds():
        of_key[each.attempt].append(each)
    rows = _ask(
        "SELECT id, state, amount_minor, provider = 'sandbox', replaces_id IS NOT NULL,"
        " approved_by_id IS NOT NULL AND approved_by_id <> drafted_by_id, next_look_at IS NOT NULL,"
        " disagreed_at IS NOT NULL FROM refunds_refund ORDER BY id"
    )
    return [
        Row(
            pk=row[0],
            state=State(row[1]),
            amount=row[2],
            is_here=row[3],
            replaces=row[4],
            agreed=row[5],
            is_scheduled=row[6],
            disagrees=row[7],
            keys=tuple(keys[row[0]]),
            made=tuple(each for key in keys[row[0]] for each in of_key.get(key, ())),
        )
        for row in rows
    ]


def _paid_once(world: World, row: Row) -> Iterator[str]:
    live = [each for each in row.made if world.bank.standing(each) not in _BACK]
    if len(live) > 1:
        yield "I1: the bank paid a refund twice"
    if any(each.amount != row.amount for each in row.made):
        yield "I1: the bank paid another amount"
    if row.state in UNSENT and row.made:
        yield f"I1: the bank made a refund that is “{row.state}”"
    says_so = row.is_here and row.state in PAID | {State.BOUNCED}
    if says_so and not any(world.bank.was_paid(each) for each in row.made):
        yield f"I1: a refund is “{row.state}”, and the bank has paid nothing"


def _came_by_moves(row: Row, steps: list[tuple[str, str]]) -> Iterator[str]:
    state = State.DRAFT if row.replaces else State.APPROVED
    for was, becomes in steps:
        if was != state or becomes not in MOVES[state]:
            yield f"I4: a move from “{was}” to “{becomes}” where it was “{state}”"
        state = State(becomes)
    if state != row.state:
        yield f"I4: it is “{row.state}”, its events say “{state}”"


def _is_listed(row: Row) -> bool:
    return row.state in NEEDS_A_PERSON | _BY_HAND or row.disagrees


def _reserved(refunds: list[Row]) -> Iterator[str]:
    ours = sum(row.amount for row in refunds if row.state not in GIVEN_UP)
    [(outside,)] = _ask("SELECT COALESCE(SUM(reserved_minor), 0) FROM refunds_externalrefund")
    [(reserved, captured)] = _ask("SELECT reserved_minor, captured_minor FROM orders_payment")
    if reserved != ours + outside:
        yield f"I2: {reserved} are reserved, and {ours + outside} are taken"
    if reserved > captured:
        yield "I2: more is reserved than was captured"


def _books(refunds: list[Row]) -> Iterator[str]:
    paid, sums = defaultdict[int, int](int), defaultdict[int, int](int)
    for transaction, refund, account, minor in _ask(
        "SELECT made.id, refund_id, account, minor FROM refunds_ledgertransaction AS made"
        " JOIN refunds_ledgerentry AS entry ON entry.transaction_id = made.id"
    ):
        sums[transaction] += minor
        if account.startswith("provider:"):
            paid[refund] -= minor
    if any(sums.values()):
        yield "L: a transaction does not sum to zero"
    for row in refunds:
        if paid[row.pk] != (row.amount if row.state in PAID else 0):
            yield f"L: the books show {paid[row.pk]} paid for a refund that is “{row.state}”"


def _moves() -> dict[int, list[tuple[str, str]]]:
    moves = defaultdict[int, list[tuple[str, str]]](list)
    for refund, details in _ask(
        "SELECT subject_id, details FROM audit_event WHERE subject_kind = 'refund' ORDER BY id"
    ):
        told = json.loads(details)
        if "to" in told:
            moves[refund].append((told["from"], told["to"]))
    return moves


def _ask(sql: str) -> list[tuple[Any, ...]]:
    """Past Django, which would take most of the time."""
    found: list[tuple[Any, ...]] = connection.connection.execute(sql).fetchall()
    return found
