"""A member reads the policy in their language: the form's questions, its answers, and the decision."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from makegood.accounts.models import User
from makegood.audit.actors import System
from makegood.refund_requests import policies, translating
from makegood.refund_requests.models import Assessment, PolicyVersion
from tests.cases import POLICY
from tests.members.conftest import AtHome
from tests.members.scenes import begin, olenas_order, ready_to_send, step, up_to_questions, words
from tests.members.test_ticket import approved
from tests.people import olena


def translated(*languages: str) -> PolicyVersion:
    """The vendor's policy, published in these languages too."""
    version = policies.published()[0]
    for language in languages:
        text = POLICY.with_suffix(f".{language}.md").read_text("utf-8")
        translating.translate(version, text=text, by=System("a test"), at=timezone.now())
    return version


def reading(language: str) -> User:
    """Olena, who reads this language."""
    person = olena()
    person.language = language
    person.save(update_fields=["language"])
    return person


def test_the_form_asks_in_the_language_of_the_member(at_home: AtHome) -> None:
    translated("uk")
    browser = at_home(reading("uk"))
    draft = begin(browser)
    assert "Замовлено двічі" in words(browser.get(step(draft, "reason")))
    draft = up_to_questions(browser, olenas_order())
    page = words(browser.get(step(draft, "what-happened")))
    assert "Що ви робили безпосередньо перед цим?" in page
    assert "Крок за кроком" in page
    assert "Номер замовлення, за яке треба повернути кошти." in page


def test_the_ticket_tells_the_decision_in_the_language_of_the_member(at_home: AtHome) -> None:
    translated("uk")
    refund_request = approved()
    page = words(at_home(reading("uk")).get(f"/refunds/{refund_request.reference}/"))
    assert "Ми підтверджуємо, що програма або послуга не працює" in page
    assert "Нам вдалося відтворити помилку." in page
    assert "Що не працює?" in page


def test_the_document_of_the_version_decides_whatever_language_is_read(at_home: AtHome) -> None:
    version = translated("uk")
    browser = at_home(reading("uk"))
    draft = ready_to_send(browser, olenas_order())
    browser.post(step(draft, "check"), {"confirm": "1"})
    kept = Assessment.objects.get()
    assert (kept.trace["sha256"], kept.trace["language"]) == (version.sha256, "en")


def test_the_policy_page_is_in_the_language_one_reads(at_home: AtHome, client: Client) -> None:
    translated("uk")
    page = at_home(reading("uk")).get("/policy")
    assert "Правила повернення коштів" in words(page)
    assert "This is a translation." in words(page)
    assert '<article class="prose" lang="uk">' in page.content.decode()


def test_each_language_of_a_version_has_an_address(client: Client) -> None:
    translated("uk")
    page = client.get("/policy").content.decode()
    assert 'hreflang="uk" href="/policy?version=2026-11&amp;language=uk"' in page
    assert "Правила повернення коштів" in words(client.get("/policy?version=2026-11&language=uk"))
    assert client.get("/policy?language=de").status_code == 404
    assert client.get("/policy?language=%00").status_code == 404


def test_a_language_the_policy_is_not_in_reads_the_document_with_a_sentence(at_home: AtHome) -> None:
    page = words(at_home(reading("uk")).get("/policy"))
    assert "not there in your language yet, so you read it in English" in page
    assert "Refund requests are managed only in case" in page
