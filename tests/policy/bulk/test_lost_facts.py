"""A fact that cannot be established is what the policy presumes, and unknown where it presumes nothing."""

from __future__ import annotations

from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from makegood.policy import Policy, decide
from makegood.policy.bulk.engines.duckdb import DuckDb
from makegood.policy.bulk.errors import WrongColumn
from makegood.policy.bulk.inputs import lost_column
from makegood.policy.bulk.weighing_rows import decided_rows
from makegood.policy.facts import CANNOT_BE_ESTABLISHED
from tests.policy.bulk.engines import Case, every_engine
from tests.policy.bulk.test_deciding import assert_same
from tests.policy.documents import HEAD, PAID, grant

KINDS = {
    "yes/no": ("yes", "no", "found"),
    "number": ("3", "4.5", "found = 3"),
    "date": ("2026-11-23", "2026-11-24", "found = DATE '2026-11-23'"),
    "moment": ("2026-11-23T10:00:00+02:00", "2026-11-24T10:00:00+02:00", "day(found) = DATE '2026-11-23'"),
    "choice: x, y": ("x", "y", "found = 'x'"),
    "text": ("x", "y", "found = 'x'"),
}


def policy_presuming(kind: str, presumed: str, missing: str) -> Policy:
    """A policy that refunds when its one fact is the first value of its kind."""
    facts = f"""## Facts {{#facts}}

| Fact | Kind | Who tells us | What we ask | If missing | If it cannot be established |
|---|---|---|---|---|---|
| `found` | {kind} | engineer | What was found? | {missing} | {presumed} |
| `paid` | money | order | What was paid? | unknown | |
| `currency` | currency | order | In which currency? | unknown | |
"""
    return Policy.parse(f"{HEAD}\n## 1. One {{#one}}\n\n{grant(KINDS[kind][2])}\n{facts}")


def cases_of(kind: str) -> list[Case]:
    """One case for each thing that can be told."""
    return [PAID, *(PAID | {"found": value} for value in (*KINDS[kind][:2], CANNOT_BE_ESTABLISHED))]


@every_engine
@pytest.mark.parametrize("kind", KINDS)
def test_every_engine_presumes_what_the_policy_presumes(engine: str, kind: str, tmp_path: Path) -> None:
    one, other, _ = KINDS[kind]
    for presumed, missing in ((one, "unknown"), ("unknown", one), (one, other), ("unknown", "unknown")):
        assert_same(engine, policy_presuming(kind, presumed, missing), cases_of(kind), tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_values_in_words_says_it_in_words(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    rows = [f"{case.get('found', '')},{case['paid']},EUR" for case in cases_of(kind)]
    file.write_text("\n".join(["found,paid,currency", *rows]) + "\n", encoding="utf-8")
    one, other, _ = KINDS[kind]
    for presumed, missing in ((one, "unknown"), ("unknown", one), (one, other)):
        policy = policy_presuming(kind, presumed, missing)
        found = sorted(row.outcome for row in decided_rows(policy, DuckDb(file, policy)))
        assert found == sorted(decide(policy, case).outcome for case in cases_of(kind))


def test_a_column_that_says_it_otherwise_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "orders.parquet"
    parquet.write_table(pyarrow.table({"found": ["y"], lost_column("found"): ["perhaps"]}), file)
    policy = policy_presuming("text", "x", "unknown")
    with pytest.raises(WrongColumn, match="`found cannot be established` holds VARCHAR; it needs yes or no"):
        list(decided_rows(policy, DuckDb(file, policy)))
