"""Documents that want too much: they are decided all the same, or refused, in bounded time and memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from functools import partial
from unittest.mock import patch

import pytest
import sqlglot

from makegood.policy import Outcome, Policy, PolicyErrors, Why, decide
from makegood.policy.checks import check
from makegood.policy.checks.report import report
from makegood.policy.deciding.diagram import MOST_VARIABLES
from makegood.policy.documents import building
from makegood.policy.errors import MOST_COMPARED, MOST_TOLD
from makegood.policy.limits import (
    LARGEST,
    LONGEST_HEAD,
    LONGEST_PARAGRAPH,
    LONGEST_RULE,
    MOST_BARS,
    MOST_LINES,
    MOST_OF_RULES,
    MOST_PROVED,
    MOST_SECTIONS,
)
from makegood.policy.rules.compiling import Compiler
from makegood.policy.rules.scope import Scope
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
    policy = Policy.parse(text_of(grant("a")) + "\n## a" + "\t" * (LONGEST_PARAGRAPH - 100) + "b {#end}\n")
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


def test_rules_longer_than_the_limit_together_are_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Scope({}).left == MOST_OF_RULES
    monkeypatch.setattr(building, "Scope", partial(Scope, left=200))
    text = text_of(*[grant(*["a AND b AND n > 3"] * 10)] * 3)
    with pytest.raises(PolicyErrors) as errors:
        Policy.parse(text)
    (problem,) = errors.value.problems
    assert (
        problem.message == f"the rules of this document are longer than {MOST_OF_RULES:,} characters together"
    )
    assert text.splitlines()[problem.span.line - 1] == "- it holds. `a AND b AND n > 3`"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x" * (LONGEST_PARAGRAPH + 1), "this paragraph is longer than"),
        ("[" * (LONGEST_PARAGRAPH + 1), "this paragraph is longer than"),
        ("\n" * (MOST_LINES + 1), "this document has"),
        ("|" * (MOST_BARS + 1), "this document has"),
        ("x" * (LARGEST + 1), "this document has"),
    ],
    ids=["one line", "brackets", "lines", "cells", "characters"],
)
def test_more_than_people_read_is_one_error(text: str, message: str) -> None:
    (found,) = problems_of(text_of(grant("a")) + "\n## More\n\n" + text + "\n")
    assert found.startswith(message)


def test_many_mistakes_name_what_is_near_only_while_that_is_quick() -> None:
    names = yes_no_facts(*(f"fact_{number}" for number in range(6_000)))
    clauses = [grant(*(f"fakt_{row}" for row in range(start, start + 26))) for start in range(0, 130, 26)]
    with pytest.raises(PolicyErrors) as errors:
        Policy.parse(text_of(*clauses) + names)
    near = [problem.near for problem in errors.value.problems]
    assert len(near) == MOST_TOLD + 1
    assert near[:3] == ["`fact_0`", "`fact_1`", "`fact_2`"]
    assert len([each for each in near if each]) == 1 + MOST_COMPARED // 6_011 < MOST_TOLD


def test_of_many_choices_the_first_are_told() -> None:
    choices = [f"c{number}" for number in range(1_000)]
    text = text_of(grant("k = 'nothing'")).replace("choice: x, y, z", f"choice: {', '.join(choices)}")
    with pytest.raises(PolicyErrors) as errors:
        Policy.parse(text)
    (problem,) = errors.value.problems
    assert problem.expected.startswith("'c0', 'c1'")
    assert problem.expected.endswith("… (1,000 in all)")


def test_of_many_numbers_those_around_are_told() -> None:
    rules = [f"n <> {number}" for number in range(20)]
    text = text_of(grant(*rules), "We promise nothing after 100 days.")
    with pytest.raises(PolicyErrors) as errors:
        Policy.parse(text)
    (problem,) = errors.value.problems
    assert problem.expected == ", ".join(map(str, range(8, 20))) + ", …"


def test_a_table_that_every_rule_looks_up_is_held_once() -> None:
    rows = "".join(f"| {row} | {row} |\n" for row in range(1_000))
    table = f"\n## Shares\n\n| `n` | `share` |\n|---|---|\n{rows}"
    clauses = [grant(*(f"share > {row}" for row in range(26)), amount="paid - 1") for _ in range(10)]
    text = _in_euros(text_of(*clauses) + table)
    before, reached = _memory(lambda: Policy.parse(text))
    assert reached - before < 9_000_000


def _memory(run: Callable[[], object]) -> tuple[int, int]:
    """Return the bytes held before something ran, and the most that were held meanwhile."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        run()
        return before, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_closures_are_made_only_of_rules_that_are_asked() -> None:
    policy = Policy.parse(text_of(*(grant(*["a AND n > 3"] * 26) for _ in range(4))))
    with patch.object(Compiler, "compile", autospec=True, side_effect=Compiler.compile) as compiled:
        assert policy.compiled[policy.clauses[2].parts[0].conditions[5].rule]({"a": True, "n": 4}) is True
    roots = [call.args[1] for call in compiled.call_args_list if call.args[1].parent is None]
    assert len(roots) == 1


def test_each_rule_is_parsed_once() -> None:
    text = text_of(grant("a", "b OR n > 3"), grant("c"))
    with patch.object(sqlglot, "parse_one", side_effect=sqlglot.parse_one) as parse:
        policy = Policy.parse(text)
        decide(policy, PAID).to_json()
        policy.page_html()
    asked = [call.args[0] for call in parse.call_args_list]
    assert [asked.count(rule) for rule in ("b OR n > 3", "paid")] == [
        1,
        3,
    ]  # `paid`: as a name, and in two leads


def test_conditions_that_depend_on_too_much_are_told_and_the_others_checked() -> None:
    left, right = [f"p{n}" for n in range(PAIRS)], [f"q{n}" for n in range(PAIRS)]
    pairs = " OR ".join(f"{one} AND {other}" for one, other in zip(left, right, strict=True))
    text = text_of(grant(" OR ".join(left), pairs), grant("a AND NOT a", "b"))
    found = {each.message for each in check(Policy.parse(text + yes_no_facts(*left, *right)))}
    assert "not checked: the conditions of clause 1 depend on too many unknowns" in found
    assert "2(a) never holds" in found


def test_a_document_of_more_unknowns_than_one_diagram_holds_is_checked_clause_by_clause() -> None:
    names = [f"p{n}" for n in range(MOST_VARIABLES + 60)]
    clauses = [
        grant(*names[start : start + 26], amount=f"paid - {start}") for start in range(0, len(names), 26)
    ]
    text = text_of(*clauses, grant("b", "a AND NOT a")) + yes_no_facts(*names)
    found = [each.message for each in check(Policy.parse(_in_euros(text)))]
    assert f"{len(clauses) + 1}(b) never holds" in found
    assert "not checked: whether clauses overlap depends on too many unknowns" in found


def _in_euros(text: str) -> str:
    return text.replace("calendar: Europe/Kyiv", "calendar: Europe/Kyiv\ncurrency: EUR")


def test_what_is_too_large_to_be_proved_is_checked_without_a_solver() -> None:
    rows = "".join(f"| {row} | {row} |\n" for row in range(MOST_PROVED + 1))
    text = text_of(grant("share > 3", "b AND NOT b")) + f"\n## Shares\n\n| `n` | `share` |\n|---|---|\n{rows}"
    found = report(Policy.parse(text))
    assert "1(b) never holds" in {each.message for each in found.findings}
    assert found.missing.startswith("Nothing is proved of version 1")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["governs: [purchases, requests]"], "`governs` says several things"),
        (["governs: " + "x " * LONGEST_HEAD], "the head has"),
    ],
    ids=["several", "long"],
)
def test_a_head_that_asks_for_too_much_is_refused(lines: list[str], message: str) -> None:
    text = text_of(grant("a")).replace("calendar:", "\n".join([*lines, "calendar:"]))
    assert any(found.startswith(message) for found in problems_of(text))
