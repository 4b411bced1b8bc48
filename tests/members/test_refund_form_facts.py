"""A record of ours is wrong, the member says: that is a review of facts; the policy decides after it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from makegood.orders.models import Order
from makegood.refund_requests.models import DisputedFact, Draft, RefundRequest
from makegood.refund_requests.states import State
from tests.members.conftest import AtHome
from tests.members.scenes import (
    TOLD,
    Page,
    a_png,
    begin,
    olenas_duplicates,
    olenas_order,
    olenas_renewal,
    step,
    words,
)
from tests.people import a_use, days_ago, joao, olena

HTMX = {"HX-Request": "true"}
WHY = "My invoice has another day on it."


def bought_on(days: float) -> str:
    return days_ago(days).date().isoformat()


def because_of_a_defect(browser: Client, order: Order) -> Draft:
    draft = begin(browser, order)
    browser.post(step(draft, "reason"), {"ground": "defect"})
    return draft


def says(day: str, *, why: str = WHY) -> dict[str, object]:
    return {
        "says_purchased_on": day,
        "why_purchased_on": why,
        "pictures": [a_png("invoice.png", colour="#eee")],
    }


def disputed(browser: Client, order: Order) -> Draft:
    draft = because_of_a_defect(browser, order)
    browser.post(step(draft, "facts"), says(bought_on(20)))
    return draft


def send(browser: Client, draft: Draft) -> Page:
    browser.post(step(draft, "what-happened"), TOLD | {"screenshots": [a_png()]})
    return browser.post(step(draft, "check"))


def test_the_refusal_asks_whether_the_record_is_wrong(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order(40)
    page = browser.get(step(begin(browser, order), "reason"))
    assert "Is one of these facts wrong? When was it purchased? By our records:" in words(page)
    assert step(Draft.objects.get(), "facts") in page.content.decode()


def test_what_the_member_tells_is_sent_as_a_review_of_facts(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order(40)
    draft = because_of_a_defect(browser, order)
    answer = browser.post(step(draft, "facts"), says(bought_on(20)))
    assert (answer.status_code, answer["Location"]) == (303, step(draft, "what-happened"))
    browser.post(step(draft, "what-happened"), TOLD | {"screenshots": [a_png()]})
    check = words(browser.get(step(draft, "check")))
    assert "When was it purchased? You say" in check
    assert WHY in check
    assert "A person first finds out whether our records are wrong" in check
    browser.post(step(draft, "check"))
    asked = RefundRequest.objects.get()
    row = DisputedFact.objects.get()
    assert (asked.state, row.refund_request, row.order) == (State.WAITING, asked, order)
    assert (row.fact, row.recorded, row.says, row.why) == (
        "purchased_on",
        bought_on(40),
        bought_on(20),
        WHY,
    )
    assert asked.evidence.count() == 2


def test_the_ticket_says_what_was_disputed(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order(40)
    send(browser, disputed(browser, order))
    page = words(browser.get(f"/refunds/{RefundRequest.objects.get().reference}/"))
    assert "Our records said" in page
    assert WHY in page


def test_if_even_the_members_day_is_too_late_it_is_said_with_the_paragraph(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order(40)
    draft = because_of_a_defect(browser, order)
    answer = browser.post(step(draft, "facts"), says(bought_on(35)))
    assert answer.status_code == 422
    assert "Even if you are right about that, our policy does not allow this refund: see § 1(a)." in words(
        answer
    )
    assert browser.post(step(draft, "check")).status_code == 422
    assert not RefundRequest.objects.exists()


def test_a_second_record_that_speaks_against_it_is_offered_too(at_home: AtHome) -> None:
    browser, (_first, order) = at_home(olena()), olenas_duplicates()
    Order.objects.filter(member=olena()).update(purchased_at=days_ago(40))
    a_use(order, used_at=days_ago(1), units=3)
    draft = begin(browser, order)
    browser.post(step(draft, "reason"), {"ground": "automatic_charge"})
    page = words(browser.get(step(draft, "facts")))
    assert "When was it purchased?" in page
    assert "How often has the service been used since?" in page
    assert "Was the order charged automatically?" in page
    blank = browser.post(step(draft, "facts"), {})
    assert "Please say what is right of at least one of these facts." in words(blank)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"says_purchased_on": ""}, "Please say what is right."),
        ({"says_purchased_on": "yesterday"}, "Please give a date, such as 2026-11-23."),
        ({"says_purchased_on": 40}, "This is what our records say too."),
        ({"says_purchased_on": -2}, "This day is still to come."),
        ({"says_purchased_on": "1999-01-01"}, "There was no refund policy for a purchase on this day."),
        ({"why_purchased_on": "I know"}, "Please tell in a sentence how you know."),
        ({"says_purchased_on": "", "why_purchased_on": ""}, "Please say what is right."),
        ({"pictures": []}, "Please add a picture that shows it."),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    at_home: AtHome, typed: dict[str, object], sentence: str
) -> None:
    browser, order = at_home(olena()), olenas_order(40)
    draft = because_of_a_defect(browser, order)
    # A number of days is reckoned now: the tests may have been gathered yesterday.
    said = {name: bought_on(value) if isinstance(value, int) else value for name, value in typed.items()}
    answer = browser.post(step(draft, "facts"), says(bought_on(20)) | said)
    assert answer.status_code == 422
    assert sentence in words(answer)


def test_typing_is_saved_before_it_is_complete(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order(40)
    draft = because_of_a_defect(browser, order)
    typed = {"says_purchased_on": bought_on(20), "why_purchased_on": "My inv", "save": "1"}
    answer = browser.post(step(draft, "facts"), typed, headers=HTMX)
    assert "Our policy does not allow this refund" in words(answer)
    page = words(at_home(olena()).get(step(draft, "facts")))
    assert "My inv" in page
    typed |= {"why_purchased_on": WHY}
    answer = browser.post(step(draft, "facts"), typed, headers=HTMX)
    assert "A person finds out, and then our policy decides." in words(answer)


def test_pictures_are_added_and_taken_out_without_scripts(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order(40)
    draft = because_of_a_defect(browser, order)
    added = browser.post(step(draft, "facts"), {"add": "1", "pictures": [a_png()], "why_purchased_on": WHY})
    assert added["Location"] == step(draft, "facts") + "#pictures"
    page = browser.get(step(draft, "facts")).content.decode()
    remove = reverse("members:remove_picture", args=[draft.token, draft.evidence.get().pk]) + "?page=facts"
    assert remove in page
    assert WHY in page
    gone = browser.post(remove, {"why_purchased_on": WHY})
    assert gone["Location"] == step(draft, "facts") + "#pictures"
    assert not draft.evidence.exists()
    assert Draft.objects.get().disputed["purchased_on"]["why"] == WHY


def test_what_was_not_used_needs_no_picture(at_home: AtHome) -> None:
    browser, charge = at_home(olena()), olenas_renewal()
    a_use(charge, used_at=days_ago(1), units=3)
    draft = begin(browser, charge)
    browser.post(step(draft, "reason"), {"ground": "automatic_charge"})
    typed = {"says_uses_since": "0", "why_uses_since": "Those three were sent by your own test."}
    assert browser.post(step(draft, "facts"), typed)["Location"] == step(draft, "check")
    browser.post(step(draft, "check"))
    assert DisputedFact.objects.get().recorded == "3"


def test_the_facts_of_several_charges_are_disputed_one_at_a_time(at_home: AtHome) -> None:
    browser = at_home(olena())
    charges = [olenas_renewal(15), olenas_renewal(10)]
    for charge in charges:
        a_use(charge, used_at=days_ago(1), units=3)
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "automatic_charge"})
    answer = browser.post(step(draft, "order"), {"orders": [charge.number for charge in charges]})
    assert "ask for that order alone" in words(answer)
    assert "By our records" not in words(answer)
    assert browser.get(step(draft, "facts")).status_code == 303


def test_another_order_forgets_what_was_disputed(at_home: AtHome) -> None:
    browser, order, other = at_home(olena()), olenas_order(40), olenas_order(39)
    draft = disputed(browser, order)
    browser.post(step(draft, "order"), {"order": order.number})
    assert Draft.objects.get().disputed
    browser.post(step(draft, "order"), {"order": other.number})
    assert not Draft.objects.get().disputed


def test_a_record_put_right_meanwhile_settles_it(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order(40)
    draft = disputed(browser, order)
    Order.objects.update(purchased_at=days_ago(20))
    send(browser, draft)
    assert RefundRequest.objects.count() == 1
    assert not DisputedFact.objects.exists()


def test_a_record_made_worse_meanwhile_is_still_disputed(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order(40)
    draft = disputed(browser, order)
    Order.objects.update(purchased_at=days_ago(50))
    send(browser, draft)
    assert DisputedFact.objects.get().recorded == bought_on(50)


def test_nothing_is_disputed_where_nothing_speaks_against_it(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order(10)
    draft = because_of_a_defect(browser, order)
    assert browser.get(step(draft, "facts"))["Location"] == step(draft, "what-happened")
    assert browser.post(step(draft, "facts"), says(bought_on(5))).status_code == 303
    assert not Draft.objects.get().disputed


def test_a_stranger_disputes_nothing(at_home: AtHome) -> None:
    draft = because_of_a_defect(at_home(olena()), olenas_order(40))
    assert at_home(joao()).post(step(draft, "facts"), says(bought_on(5))).status_code == 404
    assert not Draft.objects.get().disputed
