"""A fact that is not told, or cannot be established, comes to what its row of the document says."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg

from makegood.policy import Policy
from makegood.policy.bulk.engines.duckdb import DuckDb
from makegood.policy.bulk.engines.postgresql import PostgreSql
from makegood.policy.facts import CANNOT_BE_ESTABLISHED
from tests.policy.bulk.engines import KEY, Case, database, every_engine, exact, put_to, terms_of
from tests.policy.documents import HEAD, grant

SAMPLES = {
    "yes/no": ("no", "yes", "yes"),
    "number": ("1.25", "7", "-3"),
    "money": ("0", "9.999", "12.5"),
    "currency": ("EUR", "USD", "JPY"),
    "date": ("2024-01-31", "2024-02-29", "2024-03-01"),
    "moment": ("2024-01-31T23:30:00+02:00", "2024-02-29T00:00:00Z", "2024-03-01T10:00:00-05:00"),
    "choice: x, y, z": ("x", "y", "z"),
    "text": ("abc", "def", " ghi "),
    "pictures": ("1", "2", "3"),
    "list of dates": ("none", "none", '["2024-03-01"]'),
}
"""For each kind what it means when missing, what is presumed, and what a case may tell."""
UNKNOWN = "unknown"


KINDS = [kind for kind in SAMPLES for _ in range(4)]


def a_policy() -> Policy:
    """Return a policy with four facts of every kind: with and without an *if missing*, and a presumption."""
    rows, terms = "", ""
    for place, (kind, (missing, presumed, _)) in enumerate(SAMPLES.items()):
        for number, (one, other) in enumerate(
            [(UNKNOWN, ""), (missing, ""), (UNKNOWN, presumed), (missing, presumed)]
        ):
            name = f"f{place}_{number}"
            rows += f"| `{name}` | {kind} | engineer | Which? | {one} | {other} |\n"
            rule = f"count({name})" if kind.startswith("list") else name
            terms += f"| `of_{name}` | `{rule}` |\n| `told_{name}` | `told({name})` |\n"
    heads = "| Fact | Kind | Who tells us | What we ask | If missing | If it cannot be established |\n"
    facts = f"## Facts {{#facts}}\n\n{heads}|---|---|---|---|---|---|\n{rows}"
    return Policy.parse(
        f"{HEAD}\n## 1. Only {{#only}}\n\n{grant('told(f0_0)', amount='f2_1')}\n{facts}"
        f"| `case_number` | number | order | Which? | unknown | |\n"
        f"\n## Terms {{#terms}}\n\n| Term | Rule |\n|---|---|\n{terms}"
    )


def wrong_in(
    found: Mapping[int, Mapping[str, object]], policy: Policy, cases: Sequence[Case]
) -> list[object]:
    """Return the terms that an engine found to be something else than the closures do."""
    wrong: list[object] = []
    for number, case in enumerate(cases):
        values = policy.values(case)
        for name, one in found[number].items():
            expected = exact(policy.compiled[policy.terms[name].rule](values))
            if one != expected:
                wrong.append((case, name, expected, one))
    return wrong


def test_in_csv(tmp_path: Path) -> None:
    policy, file = a_policy(), tmp_path / "orders.csv"
    names = [name for name in policy.facts if name != KEY]
    samples = [SAMPLES[kind][2] for kind in KINDS]
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow([KEY, *names])
        writer.writerow([0, *samples])
        for number, cell in enumerate(("", CANNOT_BE_ESTABLISHED, " "), 1):
            writer.writerow([number, *([cell] * len(names))])
    told = {
        name: ["2024-03-01"] if each.startswith("[") else each
        for name, each in zip(names, samples, strict=True)
    }
    cases: list[Case] = [told, {}, dict.fromkeys(names, CANNOT_BE_ESTABLISHED), {}]
    found = terms_of(policy, DuckDb(file, policy), list(policy.terms))
    assert wrong_in(found, policy, cases) == []


@every_engine
def test_in_columns(engine: str, tmp_path: Path) -> None:
    policy = a_policy()
    names = [name for name in policy.facts if name != KEY]
    texts = [name for name in names if name.startswith("f7")]
    told: Case = {
        name: ["2024-03-01"] if kind.startswith("list") else SAMPLES[kind][2]
        for kind, name in zip(KINDS, names, strict=True)
    }
    cases: list[Case] = [told, {}, dict.fromkeys(names, CANNOT_BE_ESTABLISHED), dict.fromkeys(texts, " ")]
    with put_to(engine, policy, cases, tmp_path) as put:
        assert wrong_in(terms_of(policy, put, list(policy.terms)), policy, cases) == []


def test_a_list_in_json(tmp_path: Path) -> None:
    policy = a_policy()
    names = [name for name in policy.facts if name.startswith("f9")]
    cells: list[object] = ['["2024-03-01"]', f'"{CANNOT_BE_ESTABLISHED}"', "null", '" "']
    cases: list[Case] = [
        {name: ["2024-03-01"] for name in names},
        dict.fromkeys(names, CANNOT_BE_ESTABLISHED),
        {},
        {},
    ]
    columns = ", ".join(f"CAST(told AS JSONB) AS {name}" for name in names)
    rows = ", ".join(f"({number}, '{cell}')" for number, cell in enumerate(cells))
    select = f"SELECT {KEY}, {columns} FROM (VALUES {rows}) AS orders({KEY}, told)"  # noqa: S608
    terms = [name for name in policy.terms if "f9" in name]
    with psycopg.connect(database()) as connection:
        found = terms_of(policy, PostgreSql(connection, select), terms)
    assert len(found) == len(cases)
    assert wrong_in(found, policy, cases) == []
