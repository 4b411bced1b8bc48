"""Documents in several languages: one model, one decision, told in the language of the document."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import get_args

import pytest
from babel import Locale

from makegood.policy import Kind, Mark, Policy, PolicyErrors, Source, decide, explain
from makegood.policy.documents import fact_tables, tables
from makegood.policy.documents.clauses import Role
from makegood.policy.documents.examples import Example
from makegood.policy.explaining.arithmetic import SPOKEN
from makegood.policy.explaining.explaining import Audience
from makegood.policy.explaining.rendering import as_html, as_text
from makegood.policy.languages.figures import figures_of
from makegood.policy.languages.known import LANGUAGES
from makegood.policy.languages.same_rules import Difference, differences_of_rules, same_rules
from makegood.policy.languages.vocabulary import Vocabulary
from tests.policy.documents import REFUND_POLICY, refund_policy
from tests.policy.translations import TRANSLATIONS

POLICY = refund_policy()
UKRAINIAN_TEXT = REFUND_POLICY.with_suffix(".uk.md").read_text("utf-8")
UKRAINIAN = Policy.parse(UKRAINIAN_TEXT, source="refund-policy.uk.md")
TRANSLATED = {
    code: Policy.parse(REFUND_POLICY.with_suffix(f".{code}.md").read_text("utf-8"), source=code)
    for code in LANGUAGES
    if code != POLICY.front.language
}
DOCUMENTS = {code: Policy.parse(text, source=f"{code}.md") for code, text in TRANSLATIONS.items()}
OTHERS = [language for code, language in LANGUAGES.items() if code != "en"]
each_language = pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda each: each.code)
each_other = pytest.mark.parametrize("language", OTHERS, ids=lambda each: each.code)


each_translation = pytest.mark.parametrize("code", TRANSLATED)


@each_translation
def test_the_refund_policy_has_the_same_rules_in_every_language(code: str) -> None:
    policy = TRANSLATED[code]
    assert differences_of_rules(POLICY, policy) == ()
    assert same_rules(policy, POLICY)
    assert policy.title != POLICY.title
    assert [result.found for result in policy.run_examples() if not result.passed] == []


@each_translation
@pytest.mark.parametrize("example", POLICY.examples, ids=lambda example: example.case)
def test_all_documents_give_the_same_answer(example: Example, code: str) -> None:
    one, other = decide(POLICY, example.facts), decide(TRANSLATED[code], example.facts)
    assert [fact.name for fact in one.open] == [fact.name for fact in other.open]
    for part in ("outcome", "why", "amount", "currency", "method", "at_stake", "decided_by", "terms"):
        assert getattr(one, part) == getattr(other, part)


@each_translation
def test_the_parts_of_a_translation_are_named_alike_and_stand_in_the_same_places(code: str) -> None:
    def names(policy: Policy) -> list[object]:
        conditions = [
            each.id for clause in policy.clauses for part in clause.parts for each in part.conditions
        ]
        facts = [(fact.name, fact.choices) for fact in policy.facts.values()]
        grounds = [ground.value for ground in policy.grounds]
        anchors = [part.heading.anchor for part in policy.sections]
        return [[clause.id for clause in policy.clauses], conditions, facts, grounds, anchors]

    assert names(TRANSLATED[code]) == names(POLICY)


@each_translation
def test_nothing_of_the_refund_policy_is_left_untranslated(code: str) -> None:
    policy = TRANSLATED[code]
    for name, fact in POLICY.facts.items():
        theirs = policy.facts[name]
        assert theirs.question != fact.question
        assert [bool(each) for each in (theirs.hint, theirs.words)] == [bool(fact.hint), bool(fact.words)]
        assert not fact.hint or theirs.hint != fact.hint
        assert not fact.words or theirs.words != fact.words
    for mine, yours in zip(POLICY.grounds, policy.grounds, strict=True):
        assert mine.label != yours.label
        assert mine.hint != yours.hint
    prose = [
        {each.prose for clause in every.clauses for part in clause.parts for each in part.conditions}
        for every in (POLICY, policy)
    ]
    assert prose[0].isdisjoint(prose[1])


def test_every_language_has_its_translation_here() -> None:
    assert TRANSLATIONS.keys() == LANGUAGES.keys()


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_every_sentence_and_every_table_can_be_said(code: str) -> None:
    policy = DOCUMENTS[code]
    assert {part.role for clause in policy.clauses for part in clause.parts} == set(Role)
    assert [result.found for result in policy.run_examples() if not result.passed] == []
    assert len(policy.examples) == 5
    assert differences_of_rules(DOCUMENTS["en"], policy) == ()


@each_other
def test_a_language_says_everything_the_model_knows(language: Vocabulary) -> None:
    words, phrases = language.words, language.phrases
    headings = {
        *tables.GROUND_HEADINGS,
        *tables.TERM_HEADINGS,
        *tables.EXAMPLE_HEADINGS,
        *fact_tables.HEADINGS,
    }
    lists = {f"list of {items}" for items in fact_tables.ITEMS}
    assert words.leads.keys() == set(Role)
    assert set(words.headings.values()) == headings
    assert set(words.kinds.values()) == {*Kind, *lists}
    assert set(words.sources.values()) == set(Source)
    assert set(words.picks.values()) == set(tables.PICKS)
    assert set(words.values.values()) == {"yes", "no", "unknown", "none", "any other"}
    assert set(words.methods.values()) == {"store_credit", "account_balance"}
    assert set(words.decisions.values()) == {"refund", "refuse", "a person decides", "to be established"}
    assert words.working_tables.keys() == LANGUAGES["en"].words.working_tables.keys()
    assert phrases.methods.keys() == LANGUAGES["en"].phrases.methods.keys()
    assert {14, 30} <= set(words.numbers.values())


@each_language
def test_a_language_can_explain_everything(language: Vocabulary) -> None:
    phrases = language.phrases
    assert phrases.marks.keys() == {*Mark, "against", "kept"}
    assert phrases.functions.keys() == SPOKEN
    for by_source in (phrases.waiting, phrases.tellers):
        assert by_source.keys() == set(get_args(Audience))
        assert all(words.keys() == set(Source) for words in by_source.values())
    plural = Locale.parse(language.locale).plural_form
    for forms in (phrases.for_you, phrases.for_us):
        assert {plural(count) for count in range(1, 200)} <= forms.keys() | {"other"}
        assert all("{count}" in form or "1" in form for form in forms.values())


@each_other
def test_no_phrase_was_left_in_english(language: Vocabulary) -> None:
    english = vars(LANGUAGES["en"].phrases)
    alike = [name for name, words in vars(language.phrases).items() if words == english[name]]
    same_words = {"no"} if language.code == "es" else set()
    assert set(alike) <= {"open_fact"} | same_words  # brackets around what is put in


@each_language
def test_every_phrase_takes_the_same_things(language: Vocabulary) -> None:
    for name, words in vars(LANGUAGES["en"].phrases).items():
        theirs = getattr(language.phrases, name)
        if isinstance(words, str):
            assert set(re.findall(r"\{\w+\}", words)) == set(re.findall(r"\{\w+\}", theirs)), name


WHEN_ALL = "коли виконуються **всі** ці умови:\n\n- "
CHANGES = [
    ('version: "2026-11"', 'version: "2026-12"', "`version` is 2026-11 here and 2026-12 there"),
    (
        "calendar: Europe/Kyiv",
        "calendar: Europe/Berlin",
        "`calendar` is Europe/Kyiv here and Europe/Berlin there",
    ),
    (
        "purchased_on, 30)",
        "purchased_on, 31)",
        "the term `last_day_to_ask` is `add_days(purchased_on, 30)` here "
        "and `add_days(purchased_on, 31)` there",
    ),
    (
        "`uses_since = 0`",
        "`uses_since <= 0`",
        "condition 4(c) is `uses_since = 0` here and `uses_since <= 0` there",
    ),
    (
        "виконуються **всі** ці умови:\n\n- ми підтверджуємо",
        "виконується **хоча б одна** з цих умов:\n\n- ми підтверджуємо",
        "list 1 of clause 2: all must hold is yes here and no there",
    ),
    (
        f"Ми повертаємо те, що ви сплатили і ще не отримали назад, `to_refund`, {WHEN_ALL}обидва замовлення",
        f"Ми можемо повернути `to_refund`, {WHEN_ALL}обидва замовлення",
        "list 1 of clause 3: what it does is refund here and may there",
    ),
    (
        "назад, `to_refund`, коли виконуються **всі** ці умови:\n\n- обидва",
        "назад, `amount_paid`, коли виконуються **всі** ці умови:\n\n- обидва",
        "the amount of list 1 of clause 3 is `to_refund` here and `amount_paid` there",
    ),
    (
        "`to_refund`, коли виконуються **всі** ці умови:\n\n- обидва",
        "`to_refund` кредитом магазину, коли виконуються **всі** ці умови:\n\n- обидва",
        "list 1 of clause 3: the method is original here and store_credit there",
    ),
    ("| `atomic-mail` |", "| `atomic-post` |", "`uses_allowed` for atomic-mail is 1 here and no row there"),
    (
        "крім щонайбільше 1 пробного листа, який служба пропонує під час налаштування | 1 |",
        "крім щонайбільше 2 листів | 2 |",
        "`uses_allowed` for atomic-mail is 1 here and 2 there",
    ),
    (
        "| так/ні | інженер | Чи можна",
        "| так/ні | представник | Чи можна",
        "`fixable`: who tells it is engineer here, representative there",
    ),
    (
        "її виправити? | | невідомо |",
        "її виправити? | | ні |",
        "`fixable`: what its absence means is not said here, no there",
    ),
    (
        "## 4. Автоматичні списання {#automatic-charge}",
        "## 4. Автоматичні списання {#renewal}",
        "clause 4 is named automatic-charge here and renewal there",
    ),
    (
        "Стосується запитів, у яких `ground = 'defect'`.",
        "",
        "what clause 2 applies to is `ground = 'defect'` here and nothing there",
    ),
    (
        "Стосується запитів, у яких `ground = 'defect'`.",
        "Стосується запитів, у яких `ground = 'defect'`.\n\nЦей пункт замінює пункт 3.",
        "clause 2 replaces none here and 3 there",
    ),
]


def changed(old: str, new: str) -> tuple[Difference, ...]:
    """Return how the Ukrainian document differs from the English one after a change."""
    assert old in UKRAINIAN_TEXT
    text = UKRAINIAN_TEXT.replace(old, new, 1)
    return differences_of_rules(POLICY, Policy.parse(text, source="refund-policy.uk.md"))


@pytest.mark.parametrize(("old", "new", "message"), CHANGES, ids=lambda words: words[:40])
def test_a_rule_that_differs_is_told_in_words(old: str, new: str, message: str) -> None:
    if "31" in new:  # the prose of the rule moves with it
        text = UKRAINIAN_TEXT.replace(old, new).replace("протягом 30 днів", "протягом 31 дня")
        found = differences_of_rules(POLICY, Policy.parse(text))
    else:
        found = changed(old, new)
    assert message in [difference.message for difference in found]


def test_a_difference_has_its_place_in_both_documents() -> None:
    (found,) = changed("`uses_since = 0`", "`uses_since <= 0`")
    assert found.here is not None
    assert found.there is not None
    for policy, span, rule in (
        (POLICY, found.here, "uses_since = 0"),
        (UKRAINIAN, found.there, "uses_since = 0"),
    ):
        assert policy.text.splitlines()[span.line - 1][span.column - 1 :].startswith(rule)
    assert str(found).startswith(
        f"refund-policy.md:{found.here.line}:{found.here.column} and refund-policy.uk.md:{found.there.line}:"
    )


def test_what_only_one_document_has_is_told() -> None:
    start, end = (UKRAINIAN_TEXT.index(words) for words in ("## 4. ", "## Що вважається користуванням"))
    found = changed(UKRAINIAN_TEXT[start:end], "")
    assert [(each.message, each.there) for each in found] == [
        ("the clause `4` is not in refund-policy.uk.md", None)
    ]


def test_spacing_and_prose_are_no_difference() -> None:
    assert changed("`uses_since = 0`", "`uses_since=0`") == ()
    assert changed("її не можна виправити. `", "виправити її неможливо. `") == ()


def test_the_answer_is_explained_in_the_language_of_the_document() -> None:
    answer = decide(DOCUMENTS["de"], DOCUMENTS["de"].examples[2].facts)
    explanation = explain(answer)
    assert explanation.headline == "Nach unserer Richtlinie bekommen Sie 2,50\xa0€ zurück."
    assert explanation.method == "Es wird Ihrem Kundenkonto gutgeschrieben."
    assert explanation.reckoning[0] == "10,00 × 0,5 − 2,50 (2) = 2,50 EUR"
    assert 'lang="de"' in as_html(explanation)


def test_dates_are_said_as_the_language_says_them() -> None:
    facts = DOCUMENTS["en"].examples[0].facts
    said = {
        code: next(line.because for line in explain(decide(policy, facts)).lines if line.id == "1(c)")
        for code, policy in DOCUMENTS.items()
    }
    assert said["en"] == "Bought on 2 November 2026."
    assert said["de"] == "Gekauft am 2. November 2026."
    assert said["uk"] == "Куплено 2 листопада 2026\u202fр."
    assert said["es"] == "Comprado el 2 de noviembre de 2026."
    assert said["fr"] == "Acheté le 2 novembre 2026."
    assert said["pt"] == "Comprado em 2 de novembro de 2026."
    assert said["pl"] == "Kupiono 2 listopada 2026."


def test_ukrainian_counts_in_its_plurals() -> None:
    bug = next(example.facts for example in POLICY.examples if example.case == "An unfixable bug")
    lost = ("description", "steps", "screenshots", "order_number", "product")
    said = {
        count: explain(decide(UKRAINIAN, {**bug, **dict.fromkeys(lost[:count])})).headline for count in (1, 3)
    }
    assert "Ще 1 річ маєте повідомити нам ви." in said[1]
    assert "Ще 3 речі маєте повідомити нам ви." in said[3]


@each_other
def test_nothing_of_an_explanation_is_english(language: Vocabulary) -> None:
    policy = DOCUMENTS[language.code]
    own = set(
        re.findall(r"[a-z]{4,}", " ".join((*policy.facts, policy.name, *policy.facts["ground"].choices)))
    )
    own |= {"clause"} if language.code == "fr" else set()
    for example in policy.examples:
        text = as_text(explain(decide(policy, example.facts))).lower()
        english = set(re.findall(r"[a-z]{4,}", text)) & {
            "clause",
            "refund",
            "decides",
            "person",
            "open",
            "paid",
        }
        assert english <= own


def problems_of(text: str) -> list[str]:
    """Return what is wrong with a document, each with what was expected."""
    with pytest.raises(PolicyErrors) as refused:
        Policy.parse(text)
    return [f"{problem.message}; {problem.expected}; {problem.near}" for problem in refused.value.problems]


def test_a_language_nobody_knows_is_refused() -> None:
    (problem,) = problems_of(TRANSLATIONS["de"].replace("language: de", "language: tlh"))
    assert problem.startswith("the language `tlh` is not known; en (English), de (Deutsch)")


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("de", "von vierzehn Tagen", "von zwanzig Tagen"),
        ("de", "von vierzehn Tagen", "von 1.000 Tagen"),
        ("de", "2. Dezember 2026", "3. Dezember 2026"),
        ("de", "2. Dezember 2026", "03.12.2026"),
        ("uk", "чотирнадцяти днів", "двадцяти днів"),
        ("uk", "2 грудня 2026", "2 листопада 2026"),
    ],
)
def test_a_number_in_words_must_be_the_rules_in_every_language(code: str, old: str, new: str) -> None:
    (problem,) = problems_of(TRANSLATIONS[code].replace(old, new, 1))
    assert re.search(r"is not the (number|date) of its rule", problem)


def test_free_prose_promises_nothing_else_in_german() -> None:
    text = TRANSLATIONS["de"].replace(
        "# Eine Richtlinie\n", "# Eine Richtlinie\n\n## Vorab\n\nSie haben 45 Tage.\n"
    )
    (problem,) = problems_of(text)
    assert problem.startswith("`45` is not the number of any rule")


def test_a_number_is_written_as_its_language_writes_it() -> None:
    german = TRANSLATIONS["de"]
    (amount,) = problems_of(german.replace("1000,50 EUR", "1.000 EUR"))
    assert amount.startswith("`1.000 EUR` is not how Deutsch writes a number; 1,000 EUR")
    (share,) = problems_of(german.replace("| 0,25 |", "| 0.25 |"))
    assert share.startswith("`0.25` is not how Deutsch writes a number; 0,25")
    (missing,) = problems_of(german.replace("Zeigen Sie es. | | 0 |", "Zeigen Sie es. | | 1.0 |"))
    assert missing.startswith("`1.0` is not how Deutsch writes a number; 1,0")
    assert DOCUMENTS["de"].columns["least"].rows == DOCUMENTS["en"].columns["least"].rows
    values = [value for _, value in figures_of(LANGUAGES["de"]).numbers("1.000,50 und drei, 1,5")]
    assert values == [Decimal("1000.50"), Decimal(3), Decimal("1.5")]


def test_mistakes_are_told_with_the_words_of_the_language() -> None:
    german = TRANSLATIONS["de"]
    (lead,) = problems_of(german.replace("Wir behalten", "Wir behlaten"))
    assert "`Wir erstatten … alle diese Bedingungen erfüllt sind:`" in lead
    assert lead.endswith("`Wir behalten …`")
    (kind,) = problems_of(german.replace("| Bilder |", "| Bildr |"))
    assert kind.endswith("`Bilder`")
    (source,) = problems_of(german.replace("| Nutzung |", "| Nutzug |"))
    assert source.endswith("`Nutzung`")
    (heading,) = problems_of(german.replace("| Hinweis | Wenn", "| Hinwies | Wenn"))
    assert heading.endswith("`Hinweis`")


def test_the_page_folds_rules_and_working_tables_in_every_language() -> None:
    html = UKRAINIAN.page_html()
    assert "<summary>Правило 2(b)</summary>" in html
    assert html.count("<summary>Стосується</summary>") == 3
    for title in LANGUAGES["uk"].words.working_tables.values():
        assert f"<summary>{title}</summary>" in html
    assert html.count("<details") == POLICY.page_html().count("<details")
