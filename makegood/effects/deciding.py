"""What follows from a refund for the licence or service it was paid for: pure, without Django.

Nothing is guessed: where our records do not tell what the new end is, the consequence says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from makegood.effects import terms
from makegood.effects.states import Kind

ACTIVE, ENDED = "active", "ended"
ON, OFF = "on", "off"


class Fate(StrEnum):
    """What becomes of what the order gave."""

    KEPT = "kept"
    KEPT_WITH_THE_OTHER = "kept_with_the_other"
    ENDS = "ends"
    ONE_TERM_LESS = "one_term_less"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What our records know of one order and of what was refunded of it.

    `captured` and `refunded` are minor units of one currency. `other_terms_stand`: another order of the same
    chain of renewals is not refunded in full. `is_duplicate`: the customer named the order that stays.
    `shares_licence`: the order that stays gave the same licence; None: the shop did not tell.
    `term_begins`, `term_ends`: what the order paid for; `end`: when the licence ends now, without this
    refund; None: not recorded. `renews_by_itself` None: the shop did not record it.
    `unwanted`: the ground is about automatic charges; `asked_to_stop`: the customer asked to end them.
    """

    captured: int
    refunded: int
    is_renewal: bool = False
    other_terms_stand: bool = False
    is_duplicate: bool = False
    shares_licence: bool | None = None
    term_begins: date | None = None
    term_ends: date | None = None
    end: date | None = None
    renews_by_itself: bool | None = None
    unwanted: bool = False
    asked_to_stop: bool = False


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing to change at the shop; `becomes` "" is what only a person can say."""

    kind: Kind
    was: str
    becomes: str


def fate_of(case: Circumstances) -> Fate:
    """What becomes of the licence or service."""
    if not case.captured or case.refunded < case.captured:
        return Fate.KEPT
    if case.is_duplicate and case.shares_licence and not case.is_renewal:
        return Fate.KEPT_WITH_THE_OTHER
    # A renewal is one term of a licence that was bought before: only that term was paid back.
    if case.is_renewal or case.other_terms_stand:
        return Fate.ONE_TERM_LESS
    return Fate.ENDS


def consequences_of(case: Circumstances) -> tuple[Consequence, ...]:
    """What is to change at the shop, in the order in which it is told; empty when nothing is.

    Automatic renewal comes first: whatever else waits for a person, nobody is charged meanwhile.
    """
    if not case.refunded:
        return ()
    fate = fate_of(case)
    found: list[Consequence] = []
    if _stops_renewing(case, fate):
        found.append(Consequence(Kind.AUTO_RENEWAL_OFF, ON, OFF))
    if fate is Fate.ENDS:
        found.append(Consequence(Kind.LICENCE_ENDED, ACTIVE, ENDED))
    elif fate is Fate.ONE_TERM_LESS:
        found.append(_one_term_less(case))
    return tuple(found)


def _stops_renewing(case: Circumstances, fate: Fate) -> bool:
    """What ends cannot go on being charged for; else the customer's own word or ground decides."""
    if fate is Fate.ENDS:
        return case.renews_by_itself is not False
    return (case.unwanted or case.asked_to_stop) and case.renews_by_itself is not False


def _one_term_less(case: Circumstances) -> Consequence:
    was = case.end.isoformat() if case.end else ""
    if case.end is None or case.term_begins is None or case.term_ends is None:
        return Consequence(Kind.END_MOVED_BACK, was, "")
    term = terms.between(case.term_begins, case.term_ends)
    if term is None:
        return Consequence(Kind.END_MOVED_BACK, was, "")
    # The last term of all: exactly the day on which it began, whatever the months in between.
    last = case.end == case.term_ends
    becomes = case.term_begins if last else terms.earlier(case.end, term)
    return Consequence(Kind.END_MOVED_BACK, was, becomes.isoformat())
