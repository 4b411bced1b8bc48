"""Which orders it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.members.access import MemberRequest, see_other, typed_before
from makegood.members.forms.orders import OneOrderForm, OrdersForm, PairForm, RenewalsForm, WhichForm
from makegood.members.my_orders import MyOrder, as_mine
from makegood.members.orders_shown import Asked, Shown, orders_shown, own_numbers
from makegood.members.views.refund_form.filling import Filling, Step, fill
from makegood.members.views.refund_form.pages import CHOICES, go_on, is_live, show, show_answer
from makegood.orders.duplicates import likely_pairs
from makegood.orders.usage import used_since_purchase
from makegood.refund_requests import drafting


def order(request: MemberRequest, filling: Filling) -> HttpResponse:
    """The order, the two orders, or the automatic charges, as the ground asks; searched, and page by page."""
    asked = Asked.by(request.GET)
    shown = orders_shown(request.user, asked, only_renewals=_picks(filling) == "renewals")
    mine = _offered(filling, shown)
    typed = request.POST if request.method == "POST" else typed_before(request)
    form = _form(filling, mine, typed)
    if request.method == "POST" and "show" in request.POST and not is_live(request):
        return _show_others(request, filling, form)
    return _page(request, filling, Step.ORDER, mine, form, search=_search(request, asked, shown))


def _show_others(request: MemberRequest, filling: Filling, form: OrdersForm) -> HttpResponse:
    """Keep what is chosen, and show the orders that were searched for, or the next page of them."""
    if form.is_valid():
        drafting.name_orders(filling.draft, named=form.named, wanted=form.wanted, at=filling.at)
    next_page = request.POST["show"]
    asked = Asked.by(request.GET) if next_page else Asked.by(request.POST)
    asked = replace(asked, before=next_page)
    return see_other(filling.url(Step.ORDER) + asked.url(more=_from(request)) + CHOICES)


def _search(request: MemberRequest, asked: Asked, shown: Shown) -> Mapping[str, str] | None:
    """What the page needs for the search; None where one page shows all the orders."""
    if not (asked.words or asked.before or shown.older):
        return None
    every = Asked().url(more=_from(request))
    return {"words": asked.words, "older": shown.older, "every_url": every if asked != Asked() else ""}


def _from(request: MemberRequest) -> dict[str, str]:
    return {"from": Step.CHECK} if request.GET.get("from") == Step.CHECK else {}


def which(request: MemberRequest, filling: Filling) -> HttpResponse:
    """Which of the two orders is to be refunded."""
    mine = as_mine(filling.named, at=filling.at, versions=filling.versions)
    typed = request.POST if request.method == "POST" else typed_before(request)
    form = WhichForm(typed, mine=mine, initial={"order": next(iter(filling.draft.wanted_orders), "")})
    return _page(request, filling, Step.WHICH, mine, form)


def _page(
    request: MemberRequest,
    filling: Filling,
    step: Step,
    mine: Sequence[MyOrder],
    form: OrdersForm,
    search: Mapping[str, str] | None = None,
) -> HttpResponse:
    if is_live(request) and not form.is_valid():
        return show_answer(request, filling)
    if request.method != "POST" or not form.is_valid():
        return show(request, filling, step, form, mine=mine, search=search)
    asked = [my for my in mine if my.order.number in form.wanted and my.reference]
    draft = drafting.name_orders(filling.draft, named=form.named, wanted=form.wanted, at=filling.at)
    filling = fill(draft, at=filling.at)
    if is_live(request):
        return show_answer(request, filling)
    if asked:
        return show(request, filling, step, form, mine=mine, search=search, problems=list(map(_asked, asked)))
    return go_on(request, filling, step, form, mine=mine, search=search)


def _asked(my: MyOrder) -> dict[str, str]:
    words = _("You have already asked for order {number} in request {reference}.")
    return {
        "text": words.format(number=my.order.number, reference=my.reference),
        "url": reverse("members:ticket", args=[my.reference]),
    }


def _offered(filling: Filling, shown: Shown) -> list[MyOrder]:
    """Those named already, which stay whatever is searched for, and the other orders of the page.

    The named ones come first: on a phone, whoever began with one order would else look for it among all.
    """
    others = [order for order in shown.orders if order not in filling.named]
    return as_mine([*filling.named, *others], at=filling.at, versions=filling.versions)


def _form(filling: Filling, mine: Sequence[MyOrder], typed: QueryDict | None) -> OrdersForm:
    draft = filling.draft
    if _picks(filling) == "pair":
        pairs = likely_pairs(draft.member)
        find = partial(own_numbers, draft.member)
        return PairForm(typed, mine=mine, pairs=pairs, named=draft.named_orders, find=find)
    if _picks(filling) == "renewals":
        used = used_since_purchase([my.order for my in mine])
        return RenewalsForm(typed, mine=mine, used=used, initial={"orders": draft.wanted_orders})
    return OneOrderForm(typed, mine=mine, initial={"order": next(iter(draft.wanted_orders), "")})


def _picks(filling: Filling) -> str:
    return filling.ground.picks if filling.ground else "one"
