"""What is to be done, with all that it needs; and how a request stands that it is done to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from makegood.bulk_actions.models import Kind
from makegood.defects.models import Defect
from makegood.defects.states import State as DefectState
from makegood.orders.models import Product
from makegood.refund_requests.defect_verdicts import FINAL
from makegood.refund_requests.models import Message, RefundRequest, Visibility


@dataclass(frozen=True)
class Work:
    """What is done with each request.

    `body`: the message with its placeholders, or the note; empty for the other kinds. `language` and
    `product` are those of the prepared reply that it was taken from; empty and None: it is for everybody.
    `defect`: the one to link; None for the other kinds.
    """

    kind: Kind
    body: str = ""
    language: str = ""
    product: Product | None = None
    defect: Defect | None = None


@dataclass(frozen=True)
class Standing:
    """What is known of a request besides its row. `orders`: the numbers of those to refund.

    `last_message`: the id of the last one that both sides read (0: none). `warned_from`: from when on its
    running promise is in danger or late; None: no promise runs. `is_said_often`: “no news yet” may not be
    said again.
    """

    last_message: int
    orders: Sequence[str]
    warned_from: datetime | None
    is_said_often: bool


class DefectIsAnswered(Exception):
    """The engineers said that there is nothing to wait for, so each request is looked at by itself."""

    def __init__(self, defect: Defect) -> None:
        words = _("The engineers answered {defect} without a fix, so requests are linked to it one by one.")
        super().__init__(words.format(defect=defect.reference))


def can_be_linked(defect: Defect) -> bool:
    """Whether requests can wait for it, or try its fix; else a person goes on with each."""
    return defect.state not in FINAL or defect.state == DefectState.FIXED


def how_it_stands(defect: Defect) -> str:
    """The same words as long as linking to it means the same."""
    return f"{defect.state if defect.state in FINAL else 'open'} {defect.fixed_in}".strip()


def last_message_of(refund_request: RefundRequest) -> int:
    """The id of the last message that both sides read; 0: none."""
    said = Message.objects.filter(refund_request=refund_request, visibility=Visibility.PUBLIC)
    return said.order_by("-id").values_list("id", flat=True).first() or 0
