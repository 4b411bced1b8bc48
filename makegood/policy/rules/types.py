"""The types of the rule language, named as an owner of a policy would."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from makegood.policy.facts import Kind


class Type(StrEnum):
    """The type of an expression."""

    YES_NO = "yes or no"
    NUMBER = "a number"
    MONEY = "an amount of money"
    DATE = "a date"
    MOMENT = "a moment"
    TEXT = "a text"
    LIST = "a list"
    WRONG = "something wrong"  # already reported: fits everywhere, so that one mistake is told once


TYPE_OF_KIND: Mapping[Kind, Type] = {
    Kind.YES_NO: Type.YES_NO,
    Kind.NUMBER: Type.NUMBER,
    Kind.FILES: Type.NUMBER,
    Kind.MONEY: Type.MONEY,
    Kind.DATE: Type.DATE,
    Kind.MOMENT: Type.MOMENT,
    Kind.CHOICE: Type.TEXT,
    Kind.CURRENCY: Type.TEXT,
    Kind.TEXT: Type.TEXT,
    Kind.LIST: Type.LIST,
}
ORDERED = frozenset({Type.NUMBER, Type.MONEY, Type.DATE, Type.MOMENT})
DAYS = frozenset({Type.DATE, Type.MOMENT})
"""What names a calendar day: a moment is taken as its day in the policy's zone."""
