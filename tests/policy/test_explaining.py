"""The answer in words: for the customer and for the desk, from a stored answer too."""

from __future__ import annotations

import json
import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.policy import Answer, Mark, Policy, PolicyErrors, decide, explain
from makegood.policy.deciding.stored import FORMAT, UnknownFormat
from makegood.policy.documents.examples import Example
from makegood.policy.explaining.explaining import Audience, ClauseLines, Explanation, Line
from makegood.policy.explaining.rendering import as_html, as_json, as_text
from tests.policy.documents import PAID, REFUND_POLICY, grant, listed, policy_of, refund_policy, text_of
from tests.policy.test_properties import CASES, GRANTED, RULES, Rule

POLICY = refund_policy()
FACTS = next(example.facts for example in POLICY.examples if example.case == "Nobody has looked yet")


def test_the_customer_reads_dates_as_people_say_them() -> None:
    lines = {line.id: line for line in explain(decide(POLICY, FACTS)).lines}
    assert lines["1(a)"].because == (
        "It was purchased on 2 November 2026; the last day to ask is 2 December 2026; "
        "we received the request on 23 November 2026."
    )


def test_what_we_find_out_and_what_the_customer_tells_are_said_apart() -> None:
    lines = {line.id: line for line in explain(decide(POLICY, {**FACTS, "screenshots": None})).lines}
    assert lines["2(b)"].because == "We will find out."
    assert lines["2(e)"].because == "You have not told us yet: Pictures of it"
    assert lines["2(b)"].mark is lines["2(e)"].mark is Mark.OPEN


def test_the_desk_reads_who_can_tell() -> None:
    lines = {line.id: line for line in explain(decide(POLICY, FACTS), "desk").lines}
    assert lines["2(b)"].because == "For an engineer: Can it be fixed?"


def test_only_clauses_of_the_ground_are_told() -> None:
    assert [clause.anchor for clause in explain(decide(POLICY, FACTS)).clauses] == ["every-request", "defect"]


def test_the_headline_says_where_it_stands() -> None:
    said = explain(decide(POLICY, FACTS)).headline
    assert said == "Nothing speaks against your request so far. 2 things are for us to find out."
    done = {**FACTS, "bug_confirmed": True, "fixable": False}
    assert explain(decide(POLICY, done)).headline == "By our policy you get $79.00 back."
    late = explain(decide(POLICY, {**done, "received_on": "2026-12-03"}))
    assert late.headline == "By our policy this cannot be refunded: see 1(a)."


def test_nobody_is_said_to_find_out_what_cannot_be_established() -> None:
    one = decide(POLICY, {**FACTS, "bug_confirmed": "cannot be established"})
    assert explain(one).headline.endswith("1 thing is for us to find out.")
    assert explain(one, "desk").headline == "To be established: 1."
    both = decide(
        POLICY, {**FACTS, "bug_confirmed": "cannot be established", "fixable": "cannot be established"}
    )
    said = "Nothing speaks against your request so far. A person decides this."
    assert explain(both).headline == said
    assert explain(both, "desk").headline == "A person decides this."


def test_what_is_not_the_case_is_not_told() -> None:
    unused = next(example.facts for example in POLICY.examples if example.case == "Renewal not used")
    assert "4(d)" not in [line.id for line in explain(decide(POLICY, unused)).lines]


def test_what_no_longer_matters_is_not_called_unknown() -> None:
    software = {"ground": "duplicate", "product": "mail-sender", "product_kind": "software"}
    lines = {line.id: line for line in explain(decide(POLICY, software)).lines}
    assert lines["3(b)"].mark is Mark.MET
    assert "not known" not in lines["3(b)"].because


def test_a_stored_answer_is_explained_alike_years_later() -> None:
    answer = decide(POLICY, FACTS)
    stored = json.loads(json.dumps(answer.to_json()))
    assert explain(Answer.from_json(stored), "desk") == explain(answer, "desk")


EXAMPLES = [
    pytest.param(policy, example, id=f"{policy.source}-{example.case}")
    for policy in (
        Policy.parse(path.read_text("utf-8"), source=path.name)
        for path in sorted(REFUND_POLICY.parent.glob("**/*.md"))
    )
    for example in policy.examples
]


def assert_every_deciding_clause_is_told(answer: Answer) -> None:
    """Check both audiences: each cited id is in the text, and its clause is marked as one that decides."""
    for audience in get_args(Audience):
        explanation = explain(answer, audience)
        told = as_text(explanation)
        marked = {clause.number for clause in explanation.clauses if clause.standing}
        for cited in answer.decided_by:
            assert re.search(rf"(?<!\w){re.escape(cited)}(?![\w(])", told) or f"{cited}. " in told
            assert cited.partition("(")[0] in marked


@pytest.mark.parametrize(("policy", "example"), EXAMPLES)
def test_every_deciding_clause_of_a_real_policy_is_told(policy: Policy, example: Example) -> None:
    assert_every_deciding_clause_is_told(decide(policy, example.facts))


@given(GRANTED, RULES, RULES, CASES, st.sampled_from(["", "This clause replaces clause 1.\n\n"]))
def test_every_deciding_clause_of_a_random_policy_is_told(
    granted: list[Rule], excluded: Rule, reviewed: Rule, known: dict[str, Any], replaces: str
) -> None:
    policy = policy_of(
        grant(*(rule for rule, _ in granted)),
        replaces + "We do not refund when **any** of these hold:\n\n" + listed(excluded[0]),
        "We may refund when **all** of these hold:\n\n" + listed(reviewed[0]),
        "We keep `fee` when **all** of these hold:\n\n" + listed("c"),
    )
    assert_every_deciding_clause_is_told(decide(policy, {**PAID, "fee": "2.50", **known}))


def reckoned(clause: str, *more: str, **facts: object) -> tuple[str, ...]:
    """Return the lines of the arithmetic of a small policy's answer for the customer."""
    return explain(decide(policy_of(clause, *more), {**PAID, "a": True, **facts})).reckoning


def test_the_arithmetic_is_shown_with_its_values_and_the_rounding() -> None:
    lines = reckoned(grant("a", amount="paid * (365 - n) / 365"), n=7, paid="59.99", currency="GBP")
    assert lines == (
        "59.99 × (365 − 7) ÷ 365 = 58.84 GBP",
        "Rounded once, at the end, halves up, to the places of GBP.",
        "Paid: £59.99; n: 7.",
    )


def test_each_part_that_is_kept_is_told_with_its_clause() -> None:
    keep = "We keep `fee` when **all** of these hold:\n\n" + listed("b")
    assert reckoned(grant("a"), keep, b=True, fee="2.50")[0] == "10.00 − 2.50 (2) = 7.50 EUR"
    assert reckoned(grant("a"), keep, b=False, fee="2.50")[0] == "10.00 EUR"


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("paid * 0.25", "10.00 × 0.25 = 2.50 EUR"),
        ("paid - (fee - fee * n)", "10.00 − (1.00 − 1.00 × 3) = 12.00 EUR"),
        ("paid / (2 * n)", "10.00 ÷ (2 × 3) = 1.67 EUR"),
        ("paid * n / (2 / n)", "10.00 × 3 ÷ (2 ÷ 3) = 45.00 EUR"),
        ("min(paid, fee)", "the smallest of (10.00; 1.00) = 1.00 EUR"),
        ("choose(b, paid * 0.5, fee)", "10.00 × 0.5 = 5.00 EUR"),
        ("floor(paid * 0.25)", "rounded down (10.00 × 0.25) = 2.00 EUR"),
        ("paid - -fee", "10.00 − (−1.00) = 11.00 EUR"),
    ],
)
def test_a_formula_reads_as_it_is_reckoned(amount: str, shown: str) -> None:
    assert reckoned(grant("a", amount=amount), b=True, n=3, fee="1.00")[0] == shown


def test_no_more_than_what_was_paid_is_said() -> None:
    text = text_of(grant("a", amount="amount_paid + fee")).replace("`paid` | money", "`amount_paid` | money")
    answer = decide(Policy.parse(text), {"a": True, "amount_paid": "10.00", "fee": "2.00", "currency": "EUR"})
    assert explain(answer).reckoning[:2] == (
        "10.00 + 2.00 = 12.00 EUR",
        "No more than what was paid: 10.00 EUR.",
    )


def test_nothing_left_is_shown_with_its_arithmetic() -> None:
    answer = answer_of("All of it was refunded before")
    assert explain(answer).reckoning[:2] == (
        "the smallest of (79.00; 0.00) = 0.00 USD",
        "Nothing is left to refund.",
    )


def test_what_is_at_stake_is_reckoned_while_facts_are_open() -> None:
    assert "At stake: 79.00 USD." in explain(decide(POLICY, FACTS)).reckoning


def test_terms_that_double_themselves_are_told_shortly() -> None:
    rows = "".join(f"| `t{n}` | `t{n - 1} + t{n - 1}` |\n" for n in range(1, 7))
    terms = "\n## Terms {#terms}\n\n| Term | Rule |\n|---|---|\n| `t0` | `1000 * n` |\n" + rows
    policy = Policy.parse(text_of(grant("a", amount="paid * t6 / 64000")) + terms)
    first, *_ = explain(decide(policy, {**PAID, "a": True, "n": 1})).reckoning
    assert first == "10.00 × (16,000 + 16,000 + (16,000 + 16,000)) ÷ 64,000 = 10.00 EUR"


def test_the_clause_that_takes_anothers_place_is_named() -> None:
    policy = policy_of(grant("a"), "This clause replaces clause 1.\n\n" + grant("b"))
    clauses = explain(decide(policy, {**PAID, "a": True, "b": True})).clauses
    assert [(clause.number, clause.note) for clause in clauses] == [
        ("1", "This does not apply, because clause 2 takes its place."),
        ("2", ""),
    ]


def presuming(presumed: str) -> Policy:
    """Return a policy that presumes something of `b`; "" for nothing."""
    head, _, facts = text_of(grant("b")).partition("| Fact ")
    rows = facts.replace("If missing |", "If missing | If it cannot be established |")
    rows = rows.replace("|---|---|---|---|---|", "|---|---|---|---|---|---|")
    rows = rows.replace("| Is it b? | unknown |", f"| Is it b? | unknown | {presumed} |")
    return Policy.parse(head + "| Fact " + rows)


def test_a_presumption_is_told_as_one() -> None:
    answer = decide(presuming("yes"), {**PAID, "b": "cannot be established"})
    (line,) = explain(answer).lines
    assert line.because == "It cannot be established, so the policy presumes: b: yes."


def test_what_cannot_be_established_and_is_not_presumed_goes_to_a_person() -> None:
    explanation = explain(decide(presuming(""), {**PAID, "b": "cannot be established"}))
    assert explanation.open == ("This cannot be established, so a person decides: Is it b?",)
    assert explanation.lines[0].because == explanation.open[0]


def test_open_facts_say_who_can_tell() -> None:
    answer = decide(POLICY, {**FACTS, "screenshots": None})
    assert explain(answer).open == (
        "Pictures of it (you tell us)",
        "Could you reproduce the bug? (our engineers find it out)",
        "Can it be fixed? (our engineers find it out)",
    )
    assert explain(answer, "desk").open[0] == "Pictures of it (the customer)"


def test_the_desk_reads_the_rules_and_the_customer_does_not() -> None:
    answer = answer_of("An unfixable bug")
    assert "NOT fixable" in as_text(explain(answer, "desk"))
    assert "NOT fixable" not in as_text(explain(answer))


def test_html_escapes_everything_and_links_to_the_page() -> None:
    hostile = '<script>alert("&")</script>'
    text = text_of(grant("a")).replace("it holds.", "it holds <b>.").replace("Clause 1", "Clause <i>1")
    policy = Policy.parse(text.replace("policy: small", f"policy: '{hostile}'"))
    html = as_html(explain(decide(policy, {**PAID, "a": True}), "desk"), level=3, page='/p?a=1&b="2"')
    assert html.startswith('<section class="explanation" lang="en">\n<h3>')
    for raw in ("<script>", "<b>", "<i>", 'b="2"'):
        assert raw not in html
    assert '<a href="/p?a=1&amp;b=&quot;2&quot;#c-1a">1(a)</a>' in html
    assert 'data-mark="met"' in html


def test_nothing_of_an_explanation_reaches_html_as_markup() -> None:
    bad = "<script>'\"&"
    line = Line(bad, bad, Mark.MET, bad, bad, bad, bad)
    clause = ClauseLines(bad, bad, bad, (line,), bad, bad)
    html = as_html(Explanation(bad, (clause,), (bad,), (bad,), bad, bad), page=bad)
    assert "<script" not in html
    assert html.count("&lt;script&gt;&#x27;&quot;&amp;") == 18


def test_html_is_well_formed_whatever_the_answer() -> None:
    for example in POLICY.examples:
        ElementTree.fromstring(as_html(explain(decide(POLICY, example.facts), "desk")))  # noqa: S314  # our own


def test_json_holds_what_the_text_says() -> None:
    explanation = explain(answer_of("Renewal without a recorded choice"))
    told = json.loads(json.dumps(as_json(explanation)))
    assert told["headline"] == explanation.headline
    assert [clause["number"] for clause in told["clauses"]] == ["1", "4"]
    assert told["clauses"][1]["lines"][-1]["mark"] == "person"
    assert told["reckoning"] == []


def answer_of(case: str) -> Answer:
    """Return the answer to an example of the vendor's policy."""
    return decide(POLICY, next(example.facts for example in POLICY.examples if example.case == case))


STORED = sorted((Path(__file__).parent / "stored").glob("*/*.json"))


@pytest.mark.parametrize("audience", get_args(Audience))
@pytest.mark.parametrize("path", STORED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_answer_stored_by_an_older_version_still_reads_as_it_did(path: Path, audience: Audience) -> None:
    answer = Answer.from_json(json.loads(path.read_text("utf-8")))
    kept = path.with_suffix(f".{audience}.txt").read_text("utf-8")
    assert as_text(explain(answer, audience)) == kept


def test_answers_of_every_format_are_kept() -> None:
    assert {path.parent.name for path in STORED} == {f"format-{n}" for n in range(1, FORMAT + 1)}


def test_a_stored_answer_is_the_answer_again() -> None:
    for path in STORED:
        answer = Answer.from_json(json.loads(path.read_text("utf-8")))
        again = json.loads(json.dumps(answer.to_json()))
        assert again["format"] == FORMAT
        assert Answer.from_json(again).to_json() == again


@pytest.mark.parametrize("found", [FORMAT + 1, 0, "new", None])
def test_a_format_that_is_not_known_is_refused_in_a_sentence(found: object) -> None:
    stored = decide(POLICY, FACTS).to_json() | {"format": found}
    with pytest.raises(UnknownFormat, match=f"stored in format {found}, and this version"):
        Answer.from_json(stored)


def test_terms_of_every_kind_are_stored() -> None:
    terms = (
        "\n## Terms {#terms}\n\n| Term | Rule |\n|---|---|\n| `share` | `n / 3` |\n| `day` | `bought_on` |\n"
    )
    policy = Policy.parse(text_of(grant("a")) + terms.replace("`day`", "`bought`"))
    answer = decide(policy, {"n": 1, "bought_on": "2026-11-23"})
    stored = json.loads(json.dumps(answer.to_json()))
    assert Answer.from_json(stored).terms == {"share": Fraction(1, 3), "bought": date(2026, 11, 23)}


def of_choices(words: str) -> Policy:
    """Return a policy that refunds for the choice y."""
    row = "| `k` | choice: x, y, z | customer | Which one? | unknown |"
    text = text_of(grant("k = 'y'")).replace("| If missing |", "| If missing | In words |")
    text = text.replace("---|---|---|---|---|", "---|---|---|---|---|---|").replace(
        "unknown |\n", "unknown | |\n"
    )
    return Policy.parse(text.replace(f"{row} |", f"{row} {words} |"), source="small.md")


def test_each_choice_has_words_of_its_own() -> None:
    policy = of_choices("it is red / it is green / it is blue")
    for choice, said in (("x", "It is red."), ("y", "It is green."), ("z", "It is blue.")):
        assert decide(policy, {**PAID, "k": choice}).clauses[0].conditions[0].because == said
    one = decide(of_choices("the colour is {}"), {**PAID, "k": "z"})
    assert one.clauses[0].conditions[0].because == "The colour is z."


def test_words_of_a_choice_are_one_for_each() -> None:
    with pytest.raises(PolicyErrors, match="there are 2 wordings for 3 values") as errors:
        of_choices("it is red / it is green")
    assert "one for each of x, y, z, with / between" in str(errors.value)


def test_what_is_not_asked_in_a_case_is_not_said_to_be_unknown() -> None:
    text = text_of(grant("n > 1")).replace(
        "| If missing |\n|---|---|---|---|---|", "| If missing | When it applies |\n|---|---|---|---|---|---|"
    )
    text = text.replace("How many? | unknown |", "How many? | unknown | `k = 'x'` |")
    answer = decide(Policy.parse(text), {**PAID, "k": "y"})
    (line,) = explain(answer, "desk").lines
    assert line.because == "Not asked in such a case: How many?"
    assert explain(answer).headline == "The policy does not settle this case; a person decides."


def test_a_table_without_words_is_told_by_what_it_gave() -> None:
    table = (
        "\n## Shares\n\n| `k` | Note | `share` |\n|---|---|---|\n| x | | 50 |\n| any other | the rest | 0 |\n"
    )
    policy = Policy.parse(text_of(grant("share > 0", amount="paid * share / 100")) + table)
    answer = decide(policy, {**PAID, "k": "x"})
    (line,) = explain(answer).lines
    assert line.because == "Share: 50."
    assert answer.reckoning
    assert answer.reckoning.steps[0].because == "Paid: €10.00; share: 50."
    (line,) = explain(decide(policy, {**PAID, "k": "y"})).lines
    assert line.because == "Note: the rest."
