"""The whole way on each ground, without JavaScript: from the button to the ticket."""

from __future__ import annotations

from makegood.orders.models import Order
from makegood.refund_requests.models import Draft, NamedOrder, RefundRequest
from makegood.refund_requests.states import State
from tests.members.conftest import AtHome
from tests.members.scenes import (
    TOLD,
    a_png,
    begin,
    olenas_duplicates,
    olenas_order,
    olenas_renewal,
    ready_to_send,
    step,
    words,
)
from tests.people import olena


def test_a_defect_is_asked_for_step_by_step(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order()
    draft = begin(browser)
    assert browser.post(step(draft, "reason"), {"ground": "defect"})["Location"] == step(draft, "order")
    assert browser.post(step(draft, "order"), {"order": order.number})["Location"] == step(
        draft, "what-happened"
    )
    told = browser.post(step(draft, "what-happened"), TOLD | {"screenshots": [a_png()]})
    assert (told.status_code, told["Location"]) == (303, step(draft, "check"))
    sent = browser.post(step(draft, "check"))
    asked = RefundRequest.objects.get()
    assert sent["Location"] == f"/refunds/{asked.reference}/?sent=1"
    assert (asked.state, asked.ground, asked.answers, asked.evidence.count()) == (
        State.WAITING,
        "defect",
        TOLD,
        1,
    )


def test_the_page_after_sending_says_the_reference_the_place_and_when_we_write(at_home: AtHome) -> None:
    browser = at_home(olena())
    sent = browser.post(step(ready_to_send(browser, olenas_order()), "check"), follow=True)
    page = words(sent)
    assert f"Your reference is {RefundRequest.objects.get().reference}" in page
    assert "number 1 in the queue" in page
    assert "18:00 Kyiv time" in page


def test_a_duplicate_is_proposed_and_which_one_is_asked(at_home: AtHome) -> None:
    browser = at_home(olena())
    first, second = olenas_duplicates()
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "duplicate"})
    assert f"orders {first.number} and {second.number}" in words(browser.get(step(draft, "order")))
    chosen = browser.post(step(draft, "order"), {"pair": f"{first.number}+{second.number}"})
    assert chosen["Location"] == step(draft, "which")
    assert browser.post(step(draft, "which"), {"order": second.number})["Location"] == step(draft, "check")
    browser.post(step(draft, "check"))
    named = NamedOrder.objects.order_by("id")
    assert [(row.order, row.wanted) for row in named] == [(first, False), (second, True)]


def test_two_other_orders_can_be_named_as_duplicates(at_home: AtHome) -> None:
    browser = at_home(olena())
    first, second = olenas_order(20), olenas_order(10)
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "duplicate"})
    browser.post(step(draft, "order"), {"first": first.number, "second": second.number})
    assert Draft.objects.get().named_orders == [first.number, second.number]


def test_automatic_charges_are_listed_with_the_choice_made_and_the_use_since(at_home: AtHome) -> None:
    browser, charge = at_home(olena()), olenas_renewal()
    olenas_order()
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "automatic_charge"})
    page = words(browser.get(step(draft, "order")))
    assert charge.number in page
    assert "automatic renewal was chosen when buying · not used since" in page
    assert "Mail Sender" not in page
    assert browser.post(step(draft, "order"), {"orders": [charge.number]})["Location"] == step(draft, "check")
    browser.post(step(draft, "check"))
    assert RefundRequest.objects.get().ground == "automatic_charge"


def test_several_automatic_charges_are_one_request(at_home: AtHome) -> None:
    browser = at_home(olena())
    charges = [olenas_renewal(15), olenas_renewal(10)]
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "automatic_charge"})
    browser.post(step(draft, "order"), {"orders": [charge.number for charge in charges]})
    browser.post(step(draft, "check"))
    assert NamedOrder.objects.filter(wanted=True).count() == 2


def test_sent_twice_it_is_the_same_ticket(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = ready_to_send(browser, olenas_order())
    first = browser.post(step(draft, "check"))
    again = browser.post(step(draft, "check"))
    assert RefundRequest.objects.count() == 1
    assert again["Location"] == first["Location"].partition("?")[0]


def test_a_choice_recorded_only_with_the_purchase_is_shown_at_the_charge(at_home: AtHome) -> None:
    browser, charge = at_home(olena()), olenas_renewal()
    Order.objects.filter(pk=charge.pk).update(auto_renewal_chosen=None)
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "automatic_charge"})
    assert "automatic renewal was chosen when buying" in words(browser.get(step(draft, "order")))
