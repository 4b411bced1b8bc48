"""Products in the back office: added, changed with what they said before, taken off sale and brought back."""

from __future__ import annotations

import pytest
from django.test import Client

from makegood.audit.models import Event
from makegood.orders.models import Edition, Product, ProductKind, Release
from makegood.orders.products import (
    KindSettled,
    MayNotManage,
    Terms,
    TrialOfSoftware,
    bring_back,
    change,
    retire,
    terms_of,
)
from makegood.orders.trials import TrialNotOffered, products_with_a_trial, start_trial
from tests.desk.conftest import Desk
from tests.people import NOON, ago, an_order, aud, mail_sender, mei, ola, olena, petro, verifier

pytestmark = pytest.mark.django_db

SMS = {"sku": "sms", "name": "SMS Sender", "kind": "service", "trial_days": "7", "trial_quota": "5"}


def typed(product: Product, **changes: object) -> dict[str, object]:
    now = {"name": product.name, "kind": product.kind, "summary": product.summary, "unit": product.unit}
    limits = {"trial_days": product.trial_days or "", "trial_quota": product.trial_quota or ""}
    return {**now, **limits, "edition": product.edition, **changes}


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_owner_adds_one_and_members_can_try_it(at_desk: Desk) -> None:
    response = at_desk(ola()).post("/desk/new-product/", SMS)
    assert response.status_code == 303
    assert [(p.sku, p.trial_days, p.trial_quota) for p in products_with_a_trial()] == [("sms", 7, 5)]
    assert Event.objects.get(action="product.added").actor_id == ola().pk


def test_a_change_tells_what_was_said_before(at_desk: Desk) -> None:
    running = start_trial(mei(), verifier(), by=mei(), at=NOON)
    client = at_desk(ola())
    form = typed(verifier(), trial_days="30", trial_quota="")
    assert client.post("/desk/products/verifier-online/change/", form).status_code == 303
    body = text(client, "/desk/products/verifier-online/")
    assert "<s>14</s> <b>30</b>" in body
    assert "<s>100</s> <b>none</b>" in body
    running.refresh_from_db()
    assert running.quota == 100


def test_a_form_from_before_another_change_saves_nothing_and_loses_nothing(at_desk: Desk) -> None:
    form = typed(verifier(), name="My name for it")
    change(verifier(), Terms("Theirs", ProductKind.SERVICE), edition=verifier().edition, by=ola(), at=NOON)
    response = at_desk(ola()).post("/desk/products/verifier-online/change/", form)
    assert response.status_code == 409
    body = response.content.decode()
    assert "My name for it" in body
    assert "changed this product meanwhile" in body
    assert 'name="edition" value="2"' in body
    assert verifier().name == "Theirs"


def test_saving_what_it_says_already_is_no_event() -> None:
    same = change(verifier(), terms_of(verifier()), edition=1, by=ola(), at=NOON)
    assert same.edition == 1
    assert not Event.objects.filter(action="product.changed").exists()


def test_what_was_sold_keeps_its_kind(at_desk: Desk) -> None:
    an_order(olena(), mail_sender(), purchased_at=ago(days=1))
    form = typed(mail_sender(), kind="service")
    response = at_desk(ola()).post("/desk/products/mail-sender/change/", form)
    assert response.status_code == 409
    assert "its kind cannot change" in response.content.decode()
    with pytest.raises(KindSettled):
        change(mail_sender(), Terms("M", ProductKind.SERVICE), edition=1, by=ola(), at=NOON)


def test_software_has_no_days_of_a_trial() -> None:
    with pytest.raises(TrialOfSoftware):
        change(mail_sender(), Terms("M", ProductKind.SOFTWARE, trial_days=3), edition=1, by=ola(), at=NOON)


def test_off_sale_there_is_no_new_trial_until_it_is_brought_back(at_desk: Desk) -> None:
    client = at_desk(ola())
    assert verifier() in products_with_a_trial()
    assert client.post("/desk/products/verifier-online/retire/").status_code == 303
    assert not products_with_a_trial().exists()
    with pytest.raises(TrialNotOffered):
        start_trial(mei(), verifier(), by=mei(), at=NOON)
    assert client.post("/desk/products/verifier-online/retire/").status_code == 409
    assert "off sale" in text(client, "/desk/products/")
    assert client.post("/desk/products/verifier-online/bring-back/").status_code == 303
    assert start_trial(mei(), verifier(), by=mei(), at=NOON).pk


def test_off_sale_only_who_bought_it_downloads_it(at_desk: Desk) -> None:
    an_order(olena(), mail_sender(), purchased_at=ago(days=1))
    release = Release.objects.create(
        product=mail_sender(),
        version="9.6.1",
        platform="Windows",
        edition=Edition.TRIAL,
        file="a.exe",
        byte_size=9,
        sha256="0" * 64,
        released_on=NOON.date(),
    )
    assert "9.6.1" in text(at_desk(mei()), "/downloads/")
    assert "9.6.1" in text(at_desk(ola()), "/desk/products/mail-sender/")
    retire(mail_sender(), by=ola(), at=NOON)
    assert "9.6.1" not in text(at_desk(mei()), "/downloads/")
    assert "9.6.1" in text(at_desk(olena()), "/downloads/")
    release.refresh_from_db()
    assert at_desk(mei()).post(f"/downloads/{release.pk}/", follow=True).context["messages"]
    assert not release.downloads.exists()


def test_the_auditor_reads_and_others_do_not_know_of_it(at_desk: Desk) -> None:
    auditor = at_desk(aud())
    body = text(auditor, f"/desk/products/{verifier().sku}/")
    assert "Save the product" not in body
    assert "Take off sale" not in body
    assert "Products" in text(auditor, "/desk/office/")
    assert at_desk(petro()).get("/desk/products/").status_code == 404
    with pytest.raises(MayNotManage):
        bring_back(verifier(), by=petro(), at=NOON)
