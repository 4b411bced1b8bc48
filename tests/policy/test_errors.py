"""Problems of a document are told as compilers tell them: place, underline, expectation, all at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.policy import Policy, PolicyErrors
from makegood.policy.errors import Problem
from tests.policy.documents import FACTS, HEAD, REFUND_POLICY, grant, text_of

REAL = REFUND_POLICY.read_text(encoding="utf-8")


def problems_of(text: str) -> tuple[Problem, ...]:
    """Return what is wrong with a document that must be refused."""
    with pytest.raises(PolicyErrors) as refused:
        Policy.parse(text, source="small.md")
    return refused.value.problems


def only_problem(rule: str) -> Problem:
    """Return the one problem of a policy whose first rule is this."""
    (problem,) = problems_of(text_of(grant(rule)))
    return problem


def underlined(text: str, problem: Problem) -> str:
    """Return the characters of the document a problem underlines."""
    span = problem.span
    return text.splitlines()[span.line - 1][span.column - 1 : span.column - 1 + span.length]


def test_a_misspelt_fact_is_shown_where_it_stands_with_what_was_meant() -> None:
    text = REAL.replace("`bug_confirmed`\n", "`bug_confirmd`\n")
    line = next(n for n, each in enumerate(text.splitlines(), 1) if "bug_confirmd" in each)
    with pytest.raises(PolicyErrors) as refused:
        Policy.parse(text, source="refund-policy.md")
    shown = str(refused.value).splitlines()
    column = text.splitlines()[line - 1].index("bug_confirmd") + 1
    assert shown[0] == f"refund-policy.md:{line}:{column}: there is no fact or term `bug_confirmd`"
    assert shown[1].endswith("`bug_confirmd`")
    assert shown[2].index("^") - shown[1].index("bug_confirmd") == 0
    assert shown[2].count("^") == len("bug_confirmd")
    assert shown[-1].strip() == "did you mean `bug_confirmed`?"


def test_several_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    text = text_of(grant("aa = 1 AND nn > 2", "k = 'w'"), grant("a IS NULL"))
    problems = problems_of(text)
    assert [problem.span for problem in problems] == sorted(problem.span for problem in problems)
    assert [underlined(text, problem) for problem in problems] == ["aa", "nn", "'w'", "a"]


@pytest.mark.parametrize("rule", ["a IS NULL", "COALESCE(a, b)", "CASE WHEN a THEN b ELSE c END", "n = NULL"])
def test_what_could_reverse_a_decision_is_refused_with_the_reason(rule: str) -> None:
    problem = only_problem(rule)
    assert "is not part of the rule language" in problem.message
    assert "unknown must stay unknown" in problem.expected


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("n", "this is a number"),
        ("a AND n", "AND joins conditions, but this is a number"),
        ("bought_on > '2026-11-23'", "a date is compared with a text"),
        ("bought_on > DATE '2026-02-30'", "'2026-02-30' is not a date"),
        ("paid = n", "an amount of money is compared with a number"),
        ("a > b", "yes or no has no order"),
        ("n / 0 > 1", "this divides by 0"),
        ("n / paid > 1", "a number is divided by an amount of money"),
        ("paid * paid > paid", "two amounts of money are multiplied"),
        ("bought_on + n > asked_on", "this is a date, which cannot be reckoned with"),
        ("days(n, bought_on) > 1", "`days` cannot take a number, a date"),
        ("told(n + 1)", "`told` cannot take a number"),
        ("CAST(n AS INT) = 1", "types are not converted in rules"),
        ("t.a", "there is no fact or term `t.a`"),
        ("a IN (SELECT b)", "IN needs a list"),
        ("(a", "this rule cannot be read here"),
        ("a AND", "this rule cannot be read here"),
        ("a; b", "this rule cannot be read here"),
        ("DROP TABLE refunds", "this rule cannot be read here"),
        ("rebate(n) > 1", "`rebate` is not part of the rule language"),
        ("k || 'a' = 'xa'", "`||` is not part of the rule language"),
        ("k LIKE 'x%'", "`k LIKE 'x%'` is not part of the rule language"),
    ],
)
def test_a_wrong_rule_is_refused_in_words(rule: str, message: str) -> None:
    assert only_problem(rule).message == message


def test_a_function_that_does_not_exist_suggests_the_nearest() -> None:
    assert only_problem("add_day(bought_on, 1) > asked_on").near == "`add_days`"


def test_a_choice_that_does_not_exist_suggests_the_nearest() -> None:
    text = REAL.replace("`ground = 'defect'`", "`ground = 'defekt'`")
    (problem,) = problems_of(text)
    assert (underlined(text, problem), problem.near) == ("'defekt'", "`defect`")


def test_a_rule_too_deep_or_too_long_is_refused_not_run() -> None:
    assert "nested too deeply" in only_problem("(" * 450 + "a" + ")" * 450).message
    assert "longer than" in only_problem(" OR ".join(["a"] * 300)).message


@pytest.mark.parametrize(
    ("written", "wrong", "underlined_text"),
    [
        ("within 30 days of the date", "within 31 days of the date", "31"),
        ("at least 1 screenshot (the", "at least two screenshots (the", "two"),
        ("is in question. `told(product)`", "is in question for 3 weeks. `told(product)`", "3"),
    ],
)
def test_a_number_in_words_that_differs_from_its_rule_is_an_error(
    written: str, wrong: str, underlined_text: str
) -> None:
    text = REAL.replace(written, wrong)
    (problem,) = problems_of(text)
    assert underlined(text, problem) == underlined_text


def test_a_period_in_free_prose_must_be_some_rules_number() -> None:
    text = REAL.replace("You can try everything we sell", "You have 45 days. You can try everything we sell")
    (problem,) = problems_of(text)
    assert problem.message == "`45` is not the number of any rule"


def test_the_words_of_a_table_row_say_the_numbers_of_that_row() -> None:
    (problem,) = problems_of(REAL.replace("nothing sent but at most 1 test", "at most 2 test"))
    assert problem.message == "`2` is not the number of its row"


@pytest.mark.parametrize(
    ("written", "wrong", "message"),
    [
        ("policy: refunds\n", "", "the head does not say `policy`"),
        ("calendar: Europe/Kyiv", "calendar: Europe/Kiew", "there is no time zone `Europe/Kiew`"),
        ("in_force_from: 2010-01-01", "in_force_from: soon", "this is not a date"),
        ('version: "2026-11"', "version: 2026", "`version` is not a text"),
        ("governs:", "goverms:", "`goverms` is not known here"),
        ("| Fact | Kind |", "| Fact | Kinds |", "this table has no column `Kinds`"),
        ("| `uses_since` | number |", "| `uses_since` | numbr |", "there is no kind of fact `numbr`"),
        ("| number | usage |", "| number | usages |", "`usages` cannot tell a fact"),
        ("| renewals |", "| many |", "`many` does not say which orders to name"),
        (
            "## 4. Automatic",
            "## 3. Automatic",
            "`Automatic charges` has the number or the name of `Duplicate orders`",
        ),
        (
            "like Renewal not used: `uses_since=3`",
            "like Rent: `uses_since=3`",
            "there is no example `Rent` above",
        ),
        ("`uses_since=3` | refuse (4(c))", "`uses_since=3` | reject", "`reject` is not a decision"),
        ("`fixable=yes`", "`fixable=maybe`", "`fixable` must be yes or no, not 'maybe'."),
        (
            "We need from you **all** of these:\n\n- both",
            "Tell:\n\n- both",
            "nothing says what these conditions do",
        ),
        ("be fixed. `NOT fixable`", "be `NOT fixable` indeed", "each condition has one rule, at its end"),
    ],
)
def test_a_mistake_in_the_document_is_named(written: str, wrong: str, message: str) -> None:
    assert written in REAL
    assert message in [problem.message for problem in problems_of(REAL.replace(written, wrong, 1))]


def test_a_document_without_a_head_a_clause_or_a_fact_is_refused() -> None:
    assert problems_of("# Hello\n")[0].message == "the document does not begin with its head"
    assert problems_of("---\n- [\n---\n")[0].message.startswith("the head cannot be read")
    assert problems_of(HEAD + FACTS)[0].message == "this document decides nothing"
    assert "there is no table of facts" in [problem.message for problem in problems_of(HEAD)]


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("2026-13-45", "`2026-13-45` is not what it looks like"),
        ("2026-01-01T99:00:00Z", "is not what it looks like"),
        ("9" * 5000, "is not what it looks like"),
        ("[" * 2000 + "]" * 2000, "the head is nested too deeply"),
        ("[" * 20_000, "the head has 20,"),
        ("[&a [x], *a]", "aliases are not read"),
    ],
    ids=["month", "hour", "digits", "deep", "long", "alias"],
)
def test_a_head_that_only_looks_right_is_refused(version: str, said: str) -> None:
    (problem,) = problems_of(text_of(grant("a")).replace('version: "1"', f"version: {version}"))
    assert said in problem.message


def test_the_sign_that_stands_for_a_code_inside_is_a_sign_like_others_in_a_document() -> None:
    policy = Policy.parse(text_of(grant("a")).replace("# Small policy", "# Small \u24247\u2424 policy"))
    assert policy.title == "Small \ufffd7\ufffd policy"


def test_only_a_country_has_holidays() -> None:
    for country in ("HolidayBase", "__class__", "Germany", "DE-"):
        head = f'holidays: "{country}"\ncalendar:'
        (problem,) = problems_of(text_of(grant("a")).replace("calendar:", head))
        assert problem.message == f"the holidays of `{country}` are not known"


@given(
    st.integers(0, len(REAL)),
    st.integers(0, 40),
    st.text(alphabet="`|#*-()='<>{}:\n \u2424\x00aé1", max_size=12),
)
def test_a_damaged_document_is_read_or_refused_never_a_crash(start: int, cut: int, put: str) -> None:
    try:
        policy = Policy.parse(REAL[:start] + put + REAL[start + cut :], source="damaged.md")
    except PolicyErrors as refused:
        shown = str(refused)
    else:
        policy.run_examples()
        shown = policy.page_html()
    assert shown.startswith(("damaged.md:", "<"))
