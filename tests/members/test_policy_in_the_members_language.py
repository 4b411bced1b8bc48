"""A member reads the policy in their language: the form's questions, its answers, and the decision."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext

from makegood.accounts.models import User
from makegood.audit.actors import System
from makegood.money import Money
from makegood.notifications.prewritten import decision_letter
from makegood.refund_requests import policies, translating
from makegood.refund_requests.assessing import answers_of_request
from makegood.refund_requests.models import Assessment, PolicyVersion, Verdict
from makegood.refunds.states import State as RefundState
from tests.cases import the_policy_in
from tests.members.conftest import AtHome
from tests.members.scenes import begin, olenas_order, ready_to_send, step, up_to_questions, words
from tests.members.test_queries import QUERIES, AtMost
from tests.members.test_ticket import approved, moved, refund_of
from tests.people import olena


def translated(*languages: str) -> PolicyVersion:
    """The vendor's policy, published in these languages too."""
    version = policies.published()[0]
    for language in languages:
        translating.translate(version, text=the_policy_in(language), by=System("a test"), at=timezone.now())
    return version


def reading(language: str) -> User:
    """Olena, who reads this language."""
    person = olena()
    person.language = language
    person.save(update_fields=["language"])
    return person


def test_the_form_asks_in_the_language_of_the_member(at_home: AtHome) -> None:
    translated("uk", "pl")
    browser = at_home(reading("pl"))
    draft = begin(browser)
    assert "Zamówiono dwa razy" in words(browser.get(step(draft, "reason")))
    draft = up_to_questions(browser, olenas_order())
    page = words(browser.get(step(draft, "what-happened")))
    assert "Co robili Państwo tuż przedtem?" in page
    assert "Krok po kroku" in page
    assert "Numer zamówienia, za które mamy zwrócić pieniądze." in page


def in_words_of(language: str, sentence: str) -> str:
    """A sentence of the pages in the language, up to what it names."""
    with translation.override(language):
        return str(gettext(sentence)).partition("{")[0]


NOT_YET = "Our policy is not there in your language yet, so its words are in {language}."
CHECKED = "This is a translation. Its rules are the same, checked one by one; "
TRANSLATED = CHECKED + "where words differ, the text in {language} counts."


def test_the_form_says_where_the_policy_is_not_in_the_language_of_the_member(at_home: AtHome) -> None:
    draft = begin(at_home(reading("pl")))
    page = at_home(olena()).get(step(draft, "reason"))
    assert in_words_of("pl", NOT_YET) in words(page)
    assert 'lang="en"' in page.content.decode()
    translated("pl")
    assert in_words_of("pl", NOT_YET) not in words(at_home(olena()).get(step(draft, "reason")))


def test_a_refusal_on_the_form_is_told_in_the_language_of_the_member(at_home: AtHome) -> None:
    translated("pl")
    page = words(
        at_home(reading("pl")).get(step(up_to_questions(at_home(olena()), olenas_order(40)), "order"))
    )
    assert "późniejszego nie rozpatrujemy" in page


def test_the_ticket_tells_the_decision_in_the_language_of_the_member(at_home: AtHome) -> None:
    translated("pl")
    refund_request = approved()
    page = words(at_home(reading("pl")).get(f"/refunds/{refund_request.reference}/"))
    assert "Potwierdzamy, że program lub usługa nie działa: znaleziono błąd." in page
    assert "Udało nam się odtworzyć błąd." in page
    assert "Co nie działa?" in page


def test_a_member_with_a_dialect_reads_the_language(at_home: AtHome) -> None:
    translated("pt")
    draft = begin(at_home(reading("pt-br")))
    assert "Pedi duas vezes" in words(at_home(olena()).get(step(draft, "reason")))


def test_a_letter_is_prepared_in_the_language_of_the_member() -> None:
    translated("pl")
    answers = answers_of_request(approved())
    letter = decision_letter(
        Verdict.DECLINE, answers, [Money(0, "USD")], signed="Petro", language="pl"
    ) + decision_letter(Verdict.REFUND, answers, [Money(7900, "USD")], signed="Petro", language="pl")
    assert "Udało nam się odtworzyć błąd." in letter
    assert "bug" not in letter


def test_the_document_of_the_version_decides_whatever_language_is_read(at_home: AtHome) -> None:
    version = translated("pl")
    browser = at_home(reading("pl"))
    draft = ready_to_send(browser, olenas_order())
    browser.post(step(draft, "check"), {"confirm": "1"})
    kept = Assessment.objects.get()
    assert (kept.trace["sha256"], kept.trace["language"]) == (version.sha256, "en")


def test_the_policy_page_is_in_the_language_one_reads(at_home: AtHome, client: Client) -> None:
    translated("uk")
    page = at_home(reading("uk")).get("/policy")
    assert "Правила повернення коштів" in words(page)
    assert in_words_of("uk", TRANSLATED) in words(page)
    assert '<article class="prose" lang="uk"' in page.content.decode()


def test_each_language_of_a_version_has_an_address(client: Client) -> None:
    translated("uk")
    page = client.get("/policy").content.decode()
    assert 'hreflang="uk" href="/policy?version=2026-11&amp;language=uk"' in page
    assert "Правила повернення коштів" in words(client.get("/policy?version=2026-11&language=uk"))
    assert client.get("/policy?language=de").status_code == 404
    assert client.get("/policy?language=%00").status_code == 404


def test_a_language_the_policy_is_not_in_reads_the_document_with_a_sentence(at_home: AtHome) -> None:
    page = words(at_home(reading("uk")).get("/policy"))
    assert in_words_of("uk", NOT_YET) in page
    assert "Refund requests are managed only in case" in page


def test_pages_in_another_language_ask_the_database_no_more_often(
    at_home: AtHome, django_assert_max_num_queries: AtMost
) -> None:
    translated("de", "es", "fr", "pt", "uk", "pl")
    refund_request = approved()
    refund = refund_of(refund_request)
    moved(refund, RefundState.SENDING)
    moved(refund, RefundState.SUCCEEDED, succeeded_at=timezone.now())
    browser = at_home(reading("pl"))
    draft = ready_to_send(browser, olenas_order())
    for page in ("/policy", step(draft, "check"), f"/refunds/{refund_request.reference}/"):
        browser.get(page)  # each process reads a document once
        with django_assert_max_num_queries(QUERIES):
            assert browser.get(page).status_code == 200
