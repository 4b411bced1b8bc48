"""The form: errors lose nothing, what cannot succeed is told at once, and everything is saved."""

from __future__ import annotations

import pytest

from makegood.money import Money
from makegood.refund_requests.models import Draft, RefundRequest
from tests.members.conftest import AtHome, Committed
from tests.members.scenes import (
    TOLD,
    a_png,
    begin,
    olenas_duplicates,
    olenas_order,
    olenas_renewal,
    ready_to_send,
    step,
    up_to_questions,
    words,
)
from tests.people import a_use, days_ago, joao, olena, usd

HTMX = {"HX-Request": "true"}


def test_a_form_begun_from_an_order_knows_the_order(at_home: AtHome) -> None:
    order = olenas_order()
    assert begin(at_home(olena()), order).wanted_orders == [order.number]


def test_a_form_cannot_be_begun_with_the_order_of_somebody_else(at_home: AtHome) -> None:
    order = olenas_order()
    assert begin(at_home(joao()), order).named_orders == []


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("reason", "Please choose why you ask."),
        ("order", "Please choose an order."),
        ("what-happened", "Please answer “What did you do just before?”"),
    ],
)
def test_a_page_with_errors_is_the_same_page_with_a_summary(at_home: AtHome, page: str, problem: str) -> None:
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    answer = browser.post(step(draft, page), {"description": "It stops"})
    assert answer.status_code == 422
    assert "<title>Error:" in answer.content.decode()
    assert f"There is a problem {problem}" in words(answer)


def test_an_error_loses_nothing_that_was_typed(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    answer = browser.post(step(draft, "what-happened"), {"description": "It <stops>", "steps": ""})
    assert "It &lt;stops&gt;</textarea>" in answer.content.decode()
    assert Draft.objects.get().answers == {"description": "It <stops>"}


def test_a_picture_is_needed_and_asked_for(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    answer = browser.post(step(draft, "what-happened"), TOLD)
    assert answer.status_code == 422
    assert "Please add at least one picture." in words(answer)


def test_going_back_shows_what_was_chosen(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order()
    draft = up_to_questions(browser, order)
    page = browser.get(step(draft, "order")).content.decode()
    assert f'value="{order.number}" ' in page
    assert "checked" in page


def test_a_form_is_gone_on_with_on_another_device(at_home: AtHome) -> None:
    draft = up_to_questions(at_home(olena()), olenas_order())
    telephone = at_home(olena())
    assert telephone.post(step(draft, "what-happened"), TOLD).status_code == 422
    assert "It stops after 400 letters" in words(at_home(olena()).get(step(draft, "what-happened")))


def test_a_later_page_leads_to_the_first_that_is_missing(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = begin(browser)
    assert browser.get(step(draft, "check"))["Location"] == step(draft, "reason")
    browser.post(step(draft, "reason"), {"ground": "defect"})
    assert browser.get(step(draft, "what-happened"))["Location"] == step(draft, "order")


def test_a_page_that_is_not_reached_yet_says_what_comes_first(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = begin(browser)
    assert "Please choose first why you ask" in words(browser.get(step(draft, "check"), follow=True))
    browser.post(step(draft, "reason"), {"ground": "duplicate"})
    assert "Please choose first which order" in words(browser.get(step(draft, "which"), follow=True))
    first, second = olenas_duplicates()
    browser.post(step(draft, "order"), {"pair": f"{first.number}+{second.number}"})
    page = words(browser.get(step(draft, "check"), follow=True))
    assert "Please choose first which of the two we shall refund." in page


def test_a_form_begun_says_where_it_stands(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = begin(browser)
    assert "Nothing is chosen yet." in words(browser.get("/refunds/"))
    browser.post(step(draft, "reason"), {"ground": "defect"})
    assert "The reason is chosen; the order comes next." in words(browser.get("/"))
    browser.post(step(draft, "order"), {"order": olenas_order().number})
    assert "The reason and the order are chosen." in words(browser.get("/refunds/"))


def test_a_ground_that_the_policy_of_the_order_does_not_know_is_chosen_again(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order()
    draft = begin(browser, order)
    Draft.objects.update(ground="regret")
    page = browser.get(step(draft, "check"), follow=True)
    assert "The policy for this order has other reasons." in words(page)


def test_an_order_that_is_too_late_leads_to_what_can_be_done(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order(40)
    assert f"What can I do? about order {order.number}" in words(browser.get("/"))


def test_a_page_that_the_form_does_not_have_is_not_found(at_home: AtHome) -> None:
    browser = at_home(olena())
    assert browser.get(step(begin(browser), "payment")).status_code == 404


def test_a_single_answer_is_changed_from_the_last_page(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = ready_to_send(browser, olenas_order())
    answer = browser.post(
        step(draft, "what-happened") + "?from=check", TOLD | {"description": "It stops at once"}
    )
    assert answer["Location"] == step(draft, "check")
    assert "It stops at once" in words(browser.get(step(draft, "check")))


# The policy beside the form


def test_the_days_are_counted_beside_the_form(at_home: AtHome) -> None:
    browser = at_home(olena())
    page = words(browser.get(step(begin(browser, olenas_order(21)), "reason")))
    assert "today is day 21. Last day:" in page
    assert "23:59 Kyiv time" in page


def test_typing_is_saved_and_the_policy_answers(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    answer = browser.post(
        step(draft, "what-happened"), {"description": "It stops", "save": "1"}, headers=HTMX
    )
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert "A description of the bugs found" in words(answer)
    assert Draft.objects.get().answers == {"description": "It stops"}


def test_typing_is_saved_without_an_answer_too(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    saved = browser.post(
        step(draft, "what-happened"), {"steps": "1. Send"}, headers={"X-Requested-With": "autosave"}
    )
    assert (saved.status_code, Draft.objects.get().answers) == (204, {"steps": "1. Send"})


def test_an_answer_taken_back_is_gone(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    for typed in ("It stops", "  "):
        browser.post(step(draft, "what-happened"), {"description": typed, "save": "1"}, headers=HTMX)
    assert Draft.objects.get().answers == {}


def test_an_order_that_is_too_late_is_refused_before_anything_is_typed(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = begin(browser, olenas_order(31))
    first_page = words(browser.get(step(draft, "reason")))
    assert "Our policy does not allow this refund" in first_page
    assert "today is day 31" in first_page
    assert browser.post(step(draft, "reason"), {"ground": "defect"}).status_code == 422


def test_day_thirty_is_not_too_late(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = begin(browser, olenas_order(30))
    assert browser.post(step(draft, "reason"), {"ground": "defect"}).status_code == 303


def test_a_used_service_is_refused_with_the_paragraph_and_what_else_can_be_done(at_home: AtHome) -> None:
    browser, charge = at_home(olena()), olenas_renewal()
    a_use(charge, used_at=days_ago(1), units=3)
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "automatic_charge"})
    answer = browser.post(step(draft, "order"), {"orders": [charge.number]})
    assert answer.status_code == 422
    assert "§ 4(c)" in words(answer)
    assert "Ask for another reason : “It does not work”" in words(answer)
    assert browser.post(step(draft, "check")).status_code == 422
    assert not RefundRequest.objects.exists()


def test_two_currencies_are_two_requests(at_home: AtHome) -> None:
    browser = at_home(olena())
    euros, dollars = olenas_renewal(), olenas_renewal(amount=usd("12.00"))
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "automatic_charge"})
    answer = browser.post(step(draft, "order"), {"orders": [euros.number, dollars.number]})
    assert "These were paid in EUR and USD." in words(answer)


def test_one_order_is_not_two(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order()
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "duplicate"})
    answer = browser.post(step(draft, "order"), {"first": order.number, "second": order.number})
    assert "These are one and the same order." in words(answer)


def test_different_products_are_no_duplicates(at_home: AtHome) -> None:
    browser = at_home(olena())
    (first, _), other = olenas_duplicates(), olenas_order()
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "duplicate"})
    browser.post(step(draft, "order"), {"pair": "other", "first": first.number, "second": other.number})
    answer = browser.post(step(draft, "which"), {"order": other.number})
    assert answer.status_code == 422
    assert "§ 3(a)" in words(answer)


def test_the_order_of_somebody_else_cannot_be_chosen(at_home: AtHome) -> None:
    olenas_order()
    browser = at_home(joao())
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "defect"})
    answer = browser.post(step(draft, "order"), {"order": olena().orders.get().number})
    assert answer.status_code == 422
    assert Draft.objects.get().named_orders == []


def test_an_order_asked_for_already_leads_to_its_ticket(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order()
    browser.post(step(ready_to_send(browser, order), "check"))
    reference = RefundRequest.objects.get().reference
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "defect"})
    answer = browser.post(step(draft, "order"), {"order": order.number})
    assert answer.status_code == 422
    assert f'href="/refunds/{reference}/"' in answer.content.decode()


def test_asked_for_again_the_same_order_continues_the_form_begun_before(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order()
    assert begin(browser, order) == begin(browser, order)
    assert begin(browser) != begin(browser)


def test_an_order_asked_for_meanwhile_is_told_when_sending(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order()
    first, second = ready_to_send(browser, order), ready_to_send(browser, order)
    browser.post(step(first, "check"))
    answer = browser.post(step(second, "check"))
    assert answer.status_code == 422
    assert "You have already asked for this in request" in words(answer)
    assert RefundRequest.objects.count() == 1


def test_a_form_that_was_sent_leads_to_its_ticket(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = ready_to_send(browser, olenas_order())
    browser.post(step(draft, "check"))
    page = browser.get(step(draft, "what-happened"), follow=True)
    assert "You have sent this form already" in words(page)


def test_a_form_is_discarded_with_its_pictures(
    at_home: AtHome, django_capture_on_commit_callbacks: Committed
) -> None:
    browser = at_home(olena())
    draft = ready_to_send(browser, olenas_order())
    kept = draft.evidence.get().file
    url = f"/refunds/form/{draft.token}/discard/"
    assert browser.get(url).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(url)["Location"] == "/refunds/"
    assert not Draft.objects.exists()
    assert not kept.storage.exists(str(kept))


def test_a_stranger_finds_no_form(at_home: AtHome) -> None:
    draft = ready_to_send(at_home(olena()), olenas_order())
    stranger = at_home(joao())
    for name in ("reason", "order", "what-happened", "check"):
        assert stranger.get(step(draft, name)).status_code == 404
        assert stranger.post(step(draft, name)).status_code == 404
    assert stranger.post(f"/refunds/form/{draft.token}/discard/").status_code == 404
    assert (
        stranger.post(f"/refunds/form/{draft.token}/pictures/", {"screenshots": [a_png()]}).status_code == 404
    )
    picture = draft.evidence.get()
    assert stranger.post(f"/refunds/form/{draft.token}/pictures/{picture.pk}/remove/").status_code == 404
    assert Draft.objects.get().evidence.count() == 1


def test_prices_are_said_with_their_currency(at_home: AtHome) -> None:
    browser = at_home(olena())
    olenas_renewal(amount=Money.of("9800", "JPY"))
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "defect"})
    assert "¥9,800" in words(browser.get(step(draft, "order")))
