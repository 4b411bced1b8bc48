"""Documents that want too much: they are decided all the same, or refused, in bounded time and memory."""

from __future__ import annotations

import pytest

from makegood.policy import Outcome, Policy, PolicyErrors, Why, decide
from makegood.policy.deciding.diagram import MOST_VARIABLES
from makegood.policy.errors import MOST_TOLD
from makegood.policy.limits import LONGEST_RULE, MOST_SECTIONS
from tests.policy.documents import PAID, grant, listed, text_of

PAIRS = 24


def yes_no_facts(*names: str) -> str:
    """Return the rows of so many facts, told by an engineer."""
    return "".join(f"| `{name}` | yes/no | engineer | Is it {name}? | unknown |\n" for name in names)


def test_where_unknowns_double_the_branches_every_one_of_them_is_open() -> None:
    left, right = [f"p{n}" for n in range(PAIRS)], [f"q{n}" for n in range(PAIRS)]
    pairs = " OR ".join(f"{one} AND {other}" for one, other in zip(left, right, strict=True))
    text = text_of(grant(" OR ".join(left), pairs)) + yes_no_facts(*left, *right)
    policy = Policy.parse(text)
    answer = decide(policy, PAID)
    assert answer.why is Why.TO_ESTABLISH
    assert {fact.name for fact in answer.open} == {*left, *right}
    assert str(answer.at_stake) == "10.00"
    assert answer.decided_by == ("1",)
    known = decide(policy, {**PAID, **dict.fromkeys(left, True), "q0": True})
    assert known.outcome is Outcome.ELIGIBLE


def test_an_unknown_amount_is_open_too_where_branches_double() -> None:
    left, right = [f"p{n}" for n in range(PAIRS)], [f"q{n}" for n in range(PAIRS)]
    pairs = " OR ".join(f"{one} AND {other}" for one, other in zip(left, right, strict=True))
    text = text_of(grant(" OR ".join(left), pairs)) + yes_no_facts(*left, *right)
    answer = decide(Policy.parse(text), {"currency": "EUR"})
    assert {fact.name for fact in answer.open} == {"paid", *left, *right}
    assert answer.at_stake is None


def test_more_unknowns_than_are_followed_are_all_open() -> None:
    names = [f"p{n}" for n in range(MOST_VARIABLES + 1)]
    lists = "".join(listed(*names[start : start + 26]) for start in (0,))
    many = [f"{one} OR {other}" for one, other in zip(names[::2], names[1::2], strict=False)]
    clauses = [grant(*many[start : start + 20]) for start in range(0, len(many), 20)]
    policy = Policy.parse(
        text_of(*clauses, f"We refund only when **all** of these hold:\n\n{lists}") + yes_no_facts(*names)
    )
    answer = decide(policy, PAID)
    assert answer.why is Why.TO_ESTABLISH
    assert {fact.name for fact in answer.open} >= set(names[:26])


def test_a_document_of_a_thousand_sections_is_decided() -> None:
    clauses = [grant(*("a AND (b OR n > 3)",) * 2, amount=f"paid - {n}.50") for n in range(MOST_SECTIONS - 2)]
    text = text_of(*clauses).replace("calendar: Europe/Kyiv", "calendar: Europe/Kyiv\ncurrency: EUR")
    policy = Policy.parse(text)
    assert decide(policy, {**PAID, "a": False}).outcome is Outcome.INELIGIBLE
    assert decide(policy, {**PAID, "a": True, "b": True}).why is Why.CONTRADICTION
    assert decide(policy, {**PAID, "a": True}).why is Why.TO_ESTABLISH


def problems_of(text: str) -> list[str]:
    """Return what is wrong with a document."""
    try:
        Policy.parse(text)
    except PolicyErrors as errors:
        return [problem.message for problem in errors.problems]
    return []


def test_a_rule_of_a_hundred_kilobytes_is_refused() -> None:
    assert problems_of(text_of(grant(" OR ".join(["a"] * 20_000)))) == [
        f"this rule is longer than {LONGEST_RULE} characters"
    ]


@pytest.mark.parametrize(
    "rule",
    ["(" * 400 + "a" + ")" * 400, "NOT " * 200 + "a", "- " * 400 + "n > 0", "+".join(["n"] * 400) + " > 0"],
    ids=["brackets", "not", "minus", "sums"],
)
def test_a_rule_that_is_nested_too_deeply_is_refused(rule: str) -> None:
    assert problems_of(text_of(grant(rule))) == ["this rule is nested too deeply"]


def test_a_long_chain_is_not_deep() -> None:
    policy = Policy.parse(text_of(grant(" OR ".join(["a"] * 150 + ["b"]))))
    assert decide(policy, {**PAID, "a": False, "b": True}).outcome is Outcome.ELIGIBLE


def test_more_sections_than_people_read_are_refused() -> None:
    text = text_of(*[grant("a")] * MOST_SECTIONS)
    assert problems_of(text) == [f"this document has {MOST_SECTIONS + 2:,} sections"]


def test_a_heading_that_is_mostly_empty_is_read_at_once() -> None:
    policy = Policy.parse(text_of(grant("a")) + "\n## a" + "\t" * 200_000 + "b {#end}\n")
    assert policy.sections[-1].heading.anchor == "end"
    assert '<h2 id="end">' in policy.page_html()


def test_of_very_many_problems_the_first_are_told_and_how_many_are_left() -> None:
    found = problems_of(text_of(grant("a")).replace(" `a`\n", " 1" * 30_000 + " `a`\n"))
    assert len(found) == MOST_TOLD + 1
    assert found[-1] == f"from here on there are {30_000 - MOST_TOLD:,} more problems"


def test_a_term_that_names_another_twice_doubles_too() -> None:
    rows = ["| `t0` | `n` |"] + [f"| `t{row}` | `t{row - 1} + t{row - 1}` |" for row in range(1, 40)]
    table = "\n".join(["", "## Terms {#terms}", "", "| Term | Rule |", "|---|---|", *rows, ""])
    found = problems_of(text_of(grant("t8 > 3")) + table)
    assert all("comes down to" in problem for problem in found)
    assert found


def test_terms_that_double_with_every_row_are_refused() -> None:
    rows = ["| `t0` | `n` |", "| `w0` | `n + 1` |"]
    for row in range(1, 40):
        rows += [
            f"| `t{row}` | `max(t{row - 1}, w{row - 1})` |",
            f"| `w{row}` | `min(t{row - 1}, w{row - 1})` |",
        ]
    table = "\n".join(["", "## Terms {#terms}", "", "| Term | Rule |", "|---|---|", *rows, ""])
    found = problems_of(text_of(grant("t39 > 3")) + table)
    assert found
    assert all("comes down to" in problem or "t39" in problem for problem in found)
