"""What a decided refund changes at the shop once it is paid, worked out for pages before anything happens."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from makegood.effects.chains import Chain, Link, Made, chains_of
from makegood.effects.circumstances import (
    Wish,
    as_if_paid,
    circumstances,
    licences_of,
    wishes_of,
)
from makegood.effects.deciding import Fate, consequences_of, fate_of
from makegood.effects.states import Kind
from makegood.refund_requests.models import DecisionLine, NamedOrder, RefundRequest
from makegood.refunds.models import Refund
from makegood.refunds.states import PAID


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What becomes of one order. `is_paid`: its money has left; `was_given_back`: a person gave it back.

    `made`: what was changed at the shop so far.
    """

    order_id: int
    order_number: str
    fate: Fate
    stops_renewing: bool
    is_software: bool
    leaves_another: bool
    is_paid: bool
    was_given_back: bool
    made: Sequence[Made]


def foresee(
    refund_request: RefundRequest,
    lines: Sequence[DecisionLine],
    named: Sequence[NamedOrder],
    refunds: Collection[Refund],
    *,
    zone: ZoneInfo,
) -> list[Foreseen]:
    """For each order that the newest decision gives money for; one query, however many they are.

    `lines`, with their policies, `named` and `refunds`, with their payments, are those of the request. Days
    are those of `zone`, the desk's.
    """
    giving = [line for line in lines if line.amount_minor]
    if not giving:
        return []
    for line in giving:
        line.decision.refund_request = refund_request  # which is read already
    known = chains_of({line.order_id for line in giving} | {row.order_id for row in named})
    chains = {link.pk: chain for chain in known for link in chain.links}
    wishes, licences = wishes_of(giving, named), licences_of(known)
    found = []
    for line in giving:
        chain = chains[line.order_id]
        to_come = line.amount_minor - _paid(line, refunds)
        found.append(_of_one(line, chain, wishes[line.order_id], licences, to_come, zone))
    return found


def _of_one(
    line: DecisionLine,
    chain: Chain,
    wish: Wish,
    licences: dict[int, str],
    to_come: int,
    zone: ZoneInfo,
) -> Foreseen:
    """`to_come`: minor units of the line that are not paid yet."""
    link = as_if_paid(chain.link(line.order_id), to_come)
    case = circumstances(
        _with(chain, link),
        link,
        wish,
        moved=None,  # on which day it ends is for the effect to say
        licences=licences,
        is_off=_is_off(chain, link),
        zone=zone,
    )
    forward = [each for each in link.made if not each.reverses]
    return Foreseen(
        order_id=line.order_id,
        order_number=link.number,
        fate=fate_of(case),
        stops_renewing=any(each.kind is Kind.AUTO_RENEWAL_OFF for each in consequences_of(case)),
        is_software=link.is_software,
        leaves_another=bool(wish.keeps),
        is_paid=not to_come,
        was_given_back=bool(forward) and all(each.by_hand for each in forward),
        made=link.made,
    )


def _with(chain: Chain, changed: Link) -> Chain:
    return Chain(chain.first, tuple(changed if link.pk == changed.pk else link for link in chain.links))


def _is_off(chain: Chain, link: Link) -> bool:
    others = (each for other in chain.links if other.pk != link.pk for each in other.made)
    return any(each.kind == Kind.AUTO_RENEWAL_OFF and each.stands for each in others)


def _paid(line: DecisionLine, refunds: Collection[Refund]) -> int:
    """Minor units of the line that have left us."""
    return sum(
        refund.amount_minor
        for refund in refunds
        if refund.payment.order_id == line.order_id and refund.state in PAID
    )
