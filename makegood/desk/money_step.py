"""One thing that finance can do with a refund: its name, when it is offered, and the one call it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise

from makegood.accounts.models import User
from makegood.desk.forms.writing import NothingToFillIn
from makegood.desk.transfer_words import Bank
from makegood.refunds.models import Refund
from makegood.refunds.states import State

Call = Callable[[Refund, dict[str, Any], User, datetime], object]


def _always(refund: Refund, bank: Bank) -> bool:
    return True


def _nothing(refund: Refund, bank: Bank) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True)
class Step:
    """One thing to do. `states`: where it is offered; `askable`: only if the provider can (not) be asked.

    `offered`: whether it is, in these states; `filled`: what its form says at first.
    """

    name: str
    label: Promise
    done: Promise
    states: frozenset[State]
    call: Call
    form: type[forms.Form] = NothingToFillIn
    askable: bool | None = None
    is_main: bool = False
    offered: Callable[[Refund, Bank], bool] = _always
    filled: Callable[[Refund, Bank], Mapping[str, object]] = _nothing
