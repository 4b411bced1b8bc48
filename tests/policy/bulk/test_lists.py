"""Functions over the items of a list come to the same in every engine as in the closures."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import combinations_with_replacement
from pathlib import Path
from random import Random

import psycopg
import pyarrow
import pytest
from pyarrow import parquet

from makegood.policy.bulk.engines.duckdb import DuckDb
from makegood.policy.bulk.engines.polars import Polars
from makegood.policy.bulk.engines.postgresql import PostgreSql
from makegood.policy.bulk.errors import BulkError, CannotReckon
from tests.policy.bulk.documents import HOSTILE_DAYS, OFF, OVER_LISTS, hostile_moments, policy_of_terms
from tests.policy.bulk.engines import KEY, Case, database, every_engine, put_to, terms_of
from tests.policy.bulk.test_terms import UNKNOWN, assert_same, cases_of

TRUTHS = (True, False, UNKNOWN)


def lists_of(*values: object) -> list[object]:
    """Return every list of up to two of the values, and one that is unknown."""
    return [
        UNKNOWN,
        *(list(each) for size in (0, 1, 2) for each in combinations_with_replacement(values, size)),
    ]


def random_cases(many: int) -> list[Case]:
    """Return cases with random lists, any part of which may be unknown."""
    random = Random(7)  # noqa: S311  # the same ones in every run
    domains = {
        "paid_on": HOSTILE_DAYS[:8],
        "amount": ("0", "79.99", "-1.005", "3"),
        "at": hostile_moments()[:6],
        "why": ("abc", " y ", "cannot be established"),
        "open": (True, False),
        "n": ("0", "1", "2.5", "-7"),
    }

    def record(names: tuple[str, ...]) -> dict[str, object]:
        return {name: random.choice((*domains[name], UNKNOWN)) for name in names}

    def some(*names: str) -> object:
        return random.choice((UNKNOWN, [record(names) for _ in range(random.randrange(5))]))

    return [
        {
            "payments": some(*domains),
            "fees": some("amount", "n"),
            "calls": random.choices((*hostile_moments(), UNKNOWN), k=random.randrange(4)),
            "n": random.choice((*domains["n"], UNKNOWN)),
            "x": random.choice((*domains["amount"], UNKNOWN)),
            "w": random.choice(("abc", "y", UNKNOWN)),
            "d": random.choice((*HOSTILE_DAYS[:8], UNKNOWN)),
            "s": random.choice((*hostile_moments()[:6], UNKNOWN)),
        }
        for _ in range(many)
    ]


@every_engine
def test_truth_tables_over_lists(engine: str, tmp_path: Path) -> None:
    cases = [
        *cases_of(flags=lists_of(*TRUTHS), p=TRUTHS),
        *cases_of(
            words=lists_of("abc", " y ", "cannot be established", " ", UNKNOWN), w=("abc", "y", UNKNOWN)
        ),
        *cases_of(
            counts=lists_of("0", "2.5", "-7", UNKNOWN), n=("0", "2.5", UNKNOWN), m=("3", UNKNOWN), p=TRUTHS
        ),
        *cases_of(offs=lists_of(*HOSTILE_DAYS[:4], UNKNOWN), d=(HOSTILE_DAYS[9], UNKNOWN), n=("1", UNKNOWN)),
    ]
    assert_same(engine, policy_of_terms(OVER_LISTS), cases, tmp_path)


@every_engine
def test_random_lists_of_records(engine: str, tmp_path: Path) -> None:
    assert_same(engine, policy_of_terms(OVER_LISTS), random_cases(400), tmp_path)


def test_lists_as_json_in_csv(tmp_path: Path) -> None:
    plain = cases_of(
        words=lists_of("abc", " y ", "cannot be established", UNKNOWN),
        counts=([], ["0.125", "-7", "999999999999"], ["1", UNKNOWN], UNKNOWN),
        offs=([*HOSTILE_DAYS[:2], UNKNOWN], [HOSTILE_DAYS[3]], UNKNOWN),
        d=(HOSTILE_DAYS[9],),
        w=("y",),
        n=("1",),
    )
    assert_same("csv", policy_of_terms(OVER_LISTS), [*plain, *random_cases(200)], tmp_path)


@every_engine
def test_a_list_that_the_orders_do_not_have(engine: str, tmp_path: Path) -> None:
    cases = cases_of(p=TRUTHS, n=("1", UNKNOWN), d=(HOSTILE_DAYS[0],), w=("y",))
    assert_same(engine, policy_of_terms((*OVER_LISTS, *OFF)), cases, tmp_path)


def refused(frame: pyarrow.Table, rule: str, folder: Path, engine: str) -> str:
    """Return the sentence with which an engine refuses orders like these."""
    file, policy = folder / "orders.parquet", policy_of_terms([rule])
    parquet.write_table(frame, file)
    with pytest.raises(BulkError) as found:
        terms_of(policy, DuckDb(file, policy) if engine == "duckdb" else Polars(file), ["t0"])
    return str(found.value)


RECORD = pyarrow.struct([("amount", pyarrow.decimal128(9, 2)), ("n", pyarrow.int32())])
WRONG_LISTS = [
    (pyarrow.int64(), [1], "count(fees)", r"The column `fees` holds \w+; its fact needs a list\."),
    (
        pyarrow.list_(pyarrow.int64()),
        [[1]],
        "count(fees)",
        r"The column `fees` holds .*; its fact needs a list of records of amount, n\.",
    ),
    (
        pyarrow.list_(RECORD),
        [[None]],
        "count(fees)",
        r"The column `fees` holds an item that is no record; each tells amount, n\.",
    ),
    (
        pyarrow.list_(RECORD),
        [[{"n": 1}] * 1001],
        "count(fees)",
        r"The column `fees` holds a list of more than 1000 items\.",
    ),
    (
        pyarrow.list_(pyarrow.struct([("amount", pyarrow.float64())])),
        [[{"amount": 1.5}]],
        "sum(fees, each.amount)",
        r"The column `fees\.amount` holds \w+; its fact needs exact numbers .*, never floats\.",
    ),
    (
        pyarrow.list_(pyarrow.struct([("amount", pyarrow.int64())])),
        [[], [{"amount": 1}, {"amount": 10**12}]],
        "sum(fees, each.amount)",
        r"The column `fees\.amount` holds a number of more than 12 digits\.",
    ),
]


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
@pytest.mark.parametrize(("held", "rows", "rule", "sentence"), WRONG_LISTS)
def test_a_wrong_list_is_refused_by_name(
    engine: str, held: pyarrow.DataType, rows: list[object], rule: str, sentence: str, tmp_path: Path
) -> None:
    schema = pyarrow.schema([(KEY, pyarrow.int64()), ("fees", held)])
    frame = pyarrow.Table.from_pydict({KEY: list(range(len(rows))), "fees": rows}, schema=schema)
    assert re.fullmatch(sentence, refused(frame, rule, tmp_path, engine))


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_a_field_that_no_record_has_is_unknown(engine: str, tmp_path: Path) -> None:
    file, policy = tmp_path / "orders.parquet", policy_of_terms(["sum(fees, each.n)", "count(fees)"])
    frame = pyarrow.table({KEY: [0], "fees": [[{"more": 1, "amount": 2}]]})
    parquet.write_table(frame, file)
    found = terms_of(policy, DuckDb(file, policy) if engine == "duckdb" else Polars(file), ["t0", "t1"])
    assert found == {0: {"t0": None, "t1": 1}}


JSON_LISTS = [
    ("fees jsonb", '{"n": 1}', "count(fees)", "The column `fees` holds what is no list."),
    (
        "fees json",
        "[3]",
        "count(fees)",
        "The column `fees` holds an item that is no record; each tells amount, n.",
    ),
    (
        "fees jsonb",
        '[{"n": true}]',
        "sum(fees, each.n)",
        "The column `fees.n` must hold a number such as 12 or 1.5",
    ),
    (
        "fees jsonb",
        '[{"n": 1e12}]',
        "sum(fees, each.n)",
        "The column `fees.n` must hold a number such as 12 or 1.5",
    ),
    ("offs jsonb", '["2024-02-30"]', "count(offs, each = d)", "The column `offs` must hold a date such as"),
    ("offs date[]", "{infinity}", "count(offs, each = d)", "The column `offs` must hold a date such as"),
    ("words jsonb", "[1]", "count(words, each = w)", "The column `words` must hold a text"),
    ("words float[]", "{1}", "count(words)", "The column `words` holds a type PostgreSQL numbers 1022"),
]


@pytest.mark.parametrize(("column", "told", "rule", "sentence"), JSON_LISTS)
def test_a_wrong_list_in_postgresql_is_refused_by_name(
    column: str, told: str, rule: str, sentence: str
) -> None:
    with pytest.raises(BulkError, match=re.escape(sentence)):
        told_by_postgresql(column, told, rule)


@pytest.mark.parametrize(
    ("column", "told", "rule", "expected"),
    [
        ("offs date[]", "{2024-01-02,NULL}", "count(offs)", 2),
        ("offs date[]", "{2024-01-02}", "any(offs, each = DATE '2024-01-02')", True),
        ("counts numeric[]", "{1.5,2}", "sum(counts, each)", Fraction(7, 2)),
        ("counts integer[]", "{}", "sum(counts, each)", 0),
        (
            "calls timestamptz[]",
            "{2024-01-01 23:30:00+00}",
            "any(calls, day(each) = DATE '2024-01-02')",
            True,
        ),
        ("flags boolean[]", "{t,NULL}", "all(flags, each)", None),
        (
            "counts jsonb",
            "[123456789012.123456789, 1]",
            "sum(counts, each)",
            Fraction("123456789013.123456789"),
        ),
        ("counts jsonb", "null", "count(counts)", None),
        ("counts jsonb", '"cannot be established"', "count(counts)", None),
    ],
)
def test_arrays_and_json_in_postgresql(column: str, told: str, rule: str, expected: object) -> None:
    assert told_by_postgresql(column, told, rule) == expected


def told_by_postgresql(column: str, told: str, rule: str) -> object:
    """Return what a rule comes to of one row with one column, written as PostgreSQL writes it."""
    name, _, kind = column.partition(" ")
    with psycopg.connect(database()) as connection:
        select = f"SELECT 0 AS {KEY}, CAST('{told}' AS {kind}) AS {name}"
        return terms_of(policy_of_terms([rule]), PostgreSql(connection, select), ["t0"])[0]["t0"]


@every_engine
@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("sum(fees, each.n / each.n)", "`sum` of quotients whose divisor differs from item to item"),
        (
            "any(fees, working_days(d, e, offs) > each.n)",
            "`working_days` with a list of days off, inside of another",
        ),
    ],
)
def test_what_cannot_be_reckoned_is_refused_by_name(
    engine: str, rule: str, sentence: str, tmp_path: Path
) -> None:
    policy = policy_of_terms([rule])
    case = {"fees": [{"n": "1"}], "offs": [HOSTILE_DAYS[0]]}
    with put_to(engine, policy, [case], tmp_path) as put, pytest.raises(CannotReckon, match=sentence):
        terms_of(policy, put, ["t0"])


@every_engine
def test_days_off_that_a_case_brings_along(engine: str, tmp_path: Path) -> None:
    random = Random(7)  # noqa: S311  # the same ones in every run
    march = [day for day in HOSTILE_DAYS if (day.year, day.month) in ((2024, 2), (2024, 3))]
    cases = cases_of(
        offs=[
            UNKNOWN,
            [],
            *([*random.choices((*march, *march, UNKNOWN), k=size)] for size in (1, 2, 3, 4, 6) * 3),
        ],
        d=(*march, UNKNOWN),
        e=(march[0], march[-1]),
        s=(hostile_moments()[0],),
        n=("5", UNKNOWN),
    )
    assert_same(engine, policy_of_terms(OFF, head="holidays: DE\n"), cases, tmp_path)
