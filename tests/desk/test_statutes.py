"""Statutes at the desk and on the pages of members: asked for, agreed to, and named where one counts."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from makegood.refund_requests import transitions
from makegood.refund_requests.models import RefundRequest, StatuteVersion, Verdict
from makegood.refund_requests.statutes.in_use import in_use
from tests import cases
from tests.desk.conftest import Desk
from tests.people import NOON, ago, an_order, aud, finn, ola, olena, petro
from tests.refund_requests.test_statutes import fixable, withdrawal, withdrawn_in_time

pytestmark = pytest.mark.django_db


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def ticket(client: Client, refund_request: RefundRequest) -> str:
    return text(client, f"/desk/requests/{refund_request.reference}/")


def test_the_owner_asks_and_finance_agrees(at_desk: Desk) -> None:
    page = f"/desk/statutes/{withdrawal().pk}/"
    owner, finance = at_desk(ola()), at_desk(finn())
    assert "no country" in text(owner, "/desk/statutes/")
    form = {"is_on": "on", "countries": "de, fr", "reason": "We sell there now."}
    assert owner.post(f"{page}switch/", form).status_code == 303
    asked = withdrawal().switches.get()
    assert asked.countries == ["DE", "FR"]
    assert "It waits for a second person." in text(owner, page)
    assert owner.post(f"/desk/statutes/switches/{asked.pk}/agree/").status_code == 409
    assert "We sell there now." in text(finance, page)
    assert finance.post(f"/desk/statutes/switches/{asked.pk}/agree/").status_code == 303
    assert in_use().countries_of(withdrawal()) == ["DE", "FR"]
    body = text(at_desk(aud()), page)
    assert "On for customers in: France, Germany." in body
    assert "eu-withdrawal 2026-06 is on for DE, FR" in body


def test_what_was_typed_is_kept_when_a_code_is_none(at_desk: Desk) -> None:
    form = {"is_on": "on", "countries": "DE QQ EU", "reason": "We sell there now."}
    response = at_desk(ola()).post(f"/desk/statutes/{withdrawal().pk}/switch/", form)
    assert response.status_code == 422
    body = response.content.decode()
    assert "No country has this code: EU, QQ." in body
    assert "We sell there now." in body
    assert not withdrawal().switches.exists()


def test_a_refusal_needs_its_reason(at_desk: Desk) -> None:
    owner, finance = at_desk(ola()), at_desk(finn())
    page = f"/desk/statutes/{withdrawal().pk}/"
    owner.post(f"{page}switch/", {"is_on": "on", "countries": "DE", "reason": "So."})
    address = f"/desk/statutes/switches/{withdrawal().switches.get().pk}/refuse/"
    response = finance.post(address)
    assert response.status_code == 409
    assert "Please say why." in response.content.decode()
    assert finance.post(address, {"reason": "Not before we ask for consent."}).status_code == 303
    assert "Not before we ask for consent." in text(owner, page)


def test_the_examination_names_the_statute_that_counts(at_desk: Desk) -> None:
    cases.switched(withdrawal(), "DE")
    held = fixable()
    body = ticket(at_desk(petro()), held)
    assert "Right of withdrawal in the European Union" in body
    assert "better for the customer than the policy" in body
    assert "The policy by itself: no refund" in body
    assert "Was the customer told of the right of withdrawal?" in body
    body = ticket(at_desk(petro()), withdrawn_in_time(held))
    assert "By law: refund $79.00 (§ EUW2)." in body


def test_an_unknown_country_is_told_to_staff(at_desk: Desk) -> None:
    cases.switched(withdrawal(), "DE")
    assert "country is not known" in ticket(at_desk(petro()), fixable(""))


def test_where_nothing_is_on_nothing_is_said_of_countries(at_desk: Desk) -> None:
    assert "country is not known" not in ticket(at_desk(petro()), fixable(""))


def test_the_member_reads_which_law_decided_and_its_article(at_desk: Desk) -> None:
    statute = withdrawal()
    cases.switched(statute, "DE")
    held = withdrawn_in_time(fixable())
    transitions.decide(held, verdict=Verdict.REFUND, letter="Yes.", by=petro(), at=NOON)
    body = text(at_desk(olena()), f"/refunds/{held.reference}/")
    assert "because the law is better for you here" in body
    assert "/law/eu-withdrawal/2026-06/#c-EUW2a" in body
    assert "Right of withdrawal" in ticket(at_desk(petro()), held)
    page = text(Client(), "/law/eu-withdrawal/2026-06/")
    assert "Directive 2011/83/EU" in page
    assert "Germany" in page
    assert "/law/eu-withdrawal/2026-06/" in text(Client(), "/policy")


def test_the_form_does_not_refuse_what_the_law_may_give(at_desk: Desk) -> None:
    order = an_order(olena(), purchased_at=ago(days=10), country="DE", auto_renewal_chosen=True)
    draft = cases.a_form(order, ground="automatic_charge")
    address = f"/refunds/form/{draft.token}/check/"
    client = at_desk(olena())
    before = client.get(address).content.decode()
    cases.switched(withdrawal(), "DE")
    after = client.get(address).content.decode()
    assert "What counts here is" not in before
    assert "What counts here is “Right of withdrawal in the European Union”" in after


def test_a_text_is_kept_by_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    folder = cases.POLICY.parent / "statutes"
    call_command("statute", *sorted(map(str, folder.glob("*.md"))))
    assert StatuteVersion.objects.count() == len(list(folder.glob("*.md")))
    assert "sepa-direct-debit 2026-11 is kept." in capsys.readouterr().out
    assert not in_use().by_country
    with pytest.raises(CommandError):
        call_command("statute", "there-is-no-such-file.md")
