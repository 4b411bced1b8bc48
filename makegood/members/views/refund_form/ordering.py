"""Which orders it is about."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.members.access import MemberRequest, typed_before
from makegood.members.forms.orders import OneOrderForm, OrdersForm, PairForm, RenewalsForm, WhichForm
from makegood.members.my_orders import SHOWN, MyOrder, as_mine, orders_of
from makegood.members.views.refund_form.filling import Filling, Step, fill
from makegood.members.views.refund_form.pages import go_on, is_live, show, show_answer
from makegood.orders.duplicates import likely_pairs
from makegood.orders.usage import used_since_purchase
from makegood.refund_requests import drafting


def order(request: MemberRequest, filling: Filling) -> HttpResponse:
    """The order, the two orders, or the automatic charges, as the ground asks."""
    mine = _offered(filling)
    typed = request.POST if request.method == "POST" else typed_before(request)
    return _page(request, filling, Step.ORDER, mine, _form(filling, mine, typed))


def which(request: MemberRequest, filling: Filling) -> HttpResponse:
    """Which of the two orders is to be refunded."""
    mine = as_mine(filling.named, at=filling.at, versions=filling.versions)
    typed = request.POST if request.method == "POST" else typed_before(request)
    form = WhichForm(typed, mine=mine, initial={"order": next(iter(filling.draft.wanted_orders), "")})
    return _page(request, filling, Step.WHICH, mine, form)


def _page(
    request: MemberRequest, filling: Filling, step: Step, mine: Sequence[MyOrder], form: OrdersForm
) -> HttpResponse:
    if request.method != "POST" or not form.is_valid():
        return show(request, filling, step, form, mine=mine)
    asked = [my for my in mine if my.order.number in form.wanted and my.reference]
    draft = drafting.name_orders(filling.draft, named=form.named, wanted=form.wanted, at=filling.at)
    filling = fill(draft, at=filling.at)
    if is_live(request):
        return show_answer(request, filling)
    if asked:
        return show(request, filling, step, form, mine=mine, problems=[_asked(my) for my in asked])
    return go_on(request, filling, step, form, mine=mine)


def _asked(my: MyOrder) -> dict[str, str]:
    words = _("You have already asked for order {number} in request {reference}.")
    return {
        "text": words.format(number=my.order.number, reference=my.reference),
        "url": reverse("members:ticket", args=[my.reference]),
    }


def _offered(filling: Filling) -> list[MyOrder]:
    """The member's newest orders, those named already among them; for automatic charges, the renewals."""
    rows = orders_of(filling.draft.member)
    if _picks(filling) == "renewals":
        rows = rows.filter(renews__isnull=False)
    newest = list(rows[:SHOWN])
    older = [order for order in filling.named if order not in newest]
    return as_mine([*newest, *older], at=filling.at, versions=filling.versions)


def _form(filling: Filling, mine: Sequence[MyOrder], typed: QueryDict | None) -> OrdersForm:
    draft = filling.draft
    if _picks(filling) == "pair":
        pairs = likely_pairs(draft.member)
        return PairForm(typed, mine=mine, pairs=pairs, named=draft.named_orders)
    if _picks(filling) == "renewals":
        used = used_since_purchase([my.order for my in mine])
        return RenewalsForm(typed, mine=mine, used=used, initial={"orders": draft.wanted_orders})
    return OneOrderForm(typed, mine=mine, initial={"order": next(iter(draft.wanted_orders), "")})


def _picks(filling: Filling) -> str:
    return filling.ground.picks if filling.ground else "one"
