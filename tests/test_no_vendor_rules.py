"""No refund rule of the vendor stands anywhere but in the policy document.

The words and numbers searched for are read from that document, so a new version is searched for by itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from makegood.policy import Policy
from makegood.policy.documents.reading import Prose, Table

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "makegood"
POLICY = Policy.parse((PROJECT / "policies" / "refund-policy.md").read_text())

# Where rows become facts, by name; the one term that pages show; and the demo's invented vendor.
ROWS_TO_FACTS = PACKAGE / "refund_requests" / "facts.py"
SHOWN_TERM = PACKAGE / "refund_requests" / "deadlines.py"
DEMO = (PACKAGE / "cli" / "seeding", PACKAGE / "cli" / "demo")

WORDS = {"three": 3, "seven": 7, "ten": 10, "fourteen": 14, "thirty": 30, "sixty": 60, "ninety": 90}


def python_files() -> list[Path]:
    written = (path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
    return sorted(path for path in written if not set(DEMO) & set(path.parents))


def pages() -> list[Path]:
    return sorted(path for kind in ("html", "txt", "js") for path in PACKAGE.rglob(f"*.{kind}"))


def strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The string constants that are not docstrings."""
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


def days_of_the_policy() -> set[int]:
    """The numbers that its conditions and terms count days by."""
    text = " ".join(re.findall(r"`([^`]*)`", POLICY.text))
    return {
        int(n)
        for either in re.findall(r"add_days\([^)]*?(\d+)\)|days\([^)]*\)\s*[<>=]+\s*(\d+)", text)
        for n in either
        if n
    }


def mentions_of_days(text: str) -> set[int]:
    """The numbers of days that `text` speaks of, in digits or words."""
    said = re.findall(rf"\b(\d+|{'|'.join(WORDS)})[\s\u00a0-]+(?:calendar\s+)?days?\b", text, re.IGNORECASE)
    return {WORDS.get(number.lower()) or int(number) for number in said if number != "0"}


def days_counted(tree: ast.AST) -> Iterator[tuple[int, int]]:
    """Numbers that Python counts days by: `days=30`, `.days > 30`, `window_days = 30`."""
    for node in ast.walk(tree):
        number: ast.expr | None = None
        if (isinstance(node, ast.keyword) and node.arg and "day" in node.arg.lower()) or (
            isinstance(node, ast.Assign) and any("day" in ast.unparse(name).lower() for name in node.targets)
        ):
            number = node.value
        elif isinstance(node, ast.Compare) and "day" in ast.unparse(node.left).lower():
            number = node.comparators[0]
        if isinstance(number, ast.Constant) and isinstance(number.value, int):
            yield number.lineno, number.value


def _name_of(node: ast.keyword | ast.Assign) -> str:
    names = (
        [node.arg or ""] if isinstance(node, ast.keyword) else [ast.unparse(name) for name in node.targets]
    )
    return " ".join(names).lower()


def found_in(path: Path, line: int, what: object) -> str:
    return f"{path.relative_to(PROJECT)}:{line}: {what}"


def test_the_document_itself_is_understood_by_this_search() -> None:
    assert days_of_the_policy() == {30}
    assert mentions_of_days("within thirty days, or 14 calendar days") == {30, 14}


def test_python_counts_days_by_none_of_its_numbers() -> None:
    windows = days_of_the_policy()
    wrong = [
        found_in(path, line, number)
        for path in python_files()
        for line, number in days_counted(ast.parse(path.read_text()))
        if number in windows
    ]
    assert wrong == []


def test_no_page_letter_or_sentence_names_its_number_of_days() -> None:
    windows = days_of_the_policy()
    wrong = [found_in(path, 0, path.name) for path in pages() if mentions_of_days(path.read_text()) & windows]
    for path in python_files():
        for line, text in strings(ast.parse(path.read_text())):
            if mentions_of_days(text) & windows:
                wrong.append(found_in(path, line, text))
    assert wrong == []


def names_of_the_policy() -> set[str]:
    return {*POLICY.facts, *POLICY.columns, *POLICY.terms}


def test_python_does_not_know_the_names_that_only_this_policy_has() -> None:
    # `facts.py` says which facts our records can tell; `deadlines.py` which term a page may show.
    offered = {
        text for path in (ROWS_TO_FACTS, SHOWN_TERM) for _, text in strings(ast.parse(path.read_text()))
    }
    only_here = names_of_the_policy() - offered
    assert {"description", "steps", "uses_allowed", "to_refund"} <= only_here
    # What forms and errors are made of is called so everywhere.
    everyday = {"description", "steps"}
    wrong = [
        found_in(path, line, text)
        for path in python_files()
        for line, text in strings(ast.parse(path.read_text()))
        if text in only_here - everyday
    ]
    assert wrong == []


def test_python_compares_no_fact_with_anything() -> None:
    wrong = [
        found_in(path, node.lineno, ast.unparse(node))
        for path in python_files()
        if path != ROWS_TO_FACTS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Compare) and _facts_looked_up(node)
    ]
    assert wrong == []


def _facts_looked_up(node: ast.AST) -> set[str]:
    """The facts of the policy that stand in `facts["…"]` or `facts.get("…")` inside `node`."""
    looked_up = re.findall(r"""facts(?:\.get\(|\[)['"](\w+)['"]""", ast.unparse(node))
    return set(looked_up) & names_of_the_policy()


def test_python_and_pages_name_none_of_its_grounds() -> None:
    # “defect” is also the name of our own record of a bug.
    grounds = {ground.value for ground in POLICY.grounds} - {"defect"}
    assert grounds == {"duplicate", "automatic_charge"}
    wrong = [
        found_in(path, line, text)
        for path in python_files()
        for line, text in strings(ast.parse(path.read_text()))
        if text in grounds
    ]
    wrong += [
        found_in(path, 0, ground)
        for path in pages()
        for ground in grounds
        if re.search(rf"""["']{ground}["']""", path.read_text())
    ]
    assert wrong == []


def test_no_ground_is_compared_with_a_word() -> None:
    wrong = [
        found_in(path, node.lineno, ast.unparse(node))
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Compare)
        and ast.unparse(node.left).endswith("ground")
        and any(isinstance(side, ast.Constant) and side.value for side in node.comparators)
    ]
    wrong += [
        found_in(path, 0, hit)
        for path in pages()
        for hit in re.findall(r"""ground\s*==\s*["'][a-z_]+["']""", path.read_text())
    ]
    assert wrong == []


def test_python_and_pages_name_none_of_its_products() -> None:
    skus = {
        row.codes[0].text
        for section in POLICY.sections
        for table in section.tables()
        for row in _products(table)
    }
    assert skus == {"verifier-online", "sms-balance", "atomic-mail"}
    wrong = [
        found_in(path, 0, sku)
        for path in [*python_files(), *pages()]
        for sku in skus
        if sku in path.read_text()
    ]
    assert wrong == []


def _products(table: Table) -> list[Prose]:
    """The first cells of a table that is looked up by product."""
    by_product = any(code.text == "product" for code in table.header[0].codes)
    return [row[0] for row in table.rows] if by_product else []


@pytest.mark.parametrize("word", ["massmailsoftware", "atompark", "Kyiv"])
def test_python_and_pages_do_not_know_the_vendor(word: str) -> None:
    wrong = [
        found_in(path, line, text)
        for path in python_files()
        for line, text in strings(ast.parse(path.read_text()))
        if word in text and "such as" not in text
    ]
    wrong += [found_in(path, 0, word) for path in pages() if word in path.read_text()]
    assert wrong == []
