"""The facts kept with requests are read by PostgreSQL as `Policy.values` reads them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.db import connection

from makegood.policy import FactError, Kind, Outcome, Policy
from makegood.policy.bulk.engines.postgresql import PostgreSql
from makegood.policy.bulk.errors import BulkError
from makegood.policy.bulk.inputs import lost_column
from makegood.policy.bulk.weighing_rows import decided_rows
from makegood.refund_requests import kept_facts
from makegood.refund_requests.models import Assessment

KINDS = {
    "agreed": "yes/no",
    "times": "number",
    "paid": "money",
    "shots": "pictures",
    "bought_on": "date",
    "bought_at": "moment",
    "colour": "choice: red, blue",
    "currency": "currency",
    "words": "text",
    "days_off": "list of dates",
    "notes": "list of texts",
    "payments": "list: paid_on date, amount money, why text",
}
TOLD: list[object] = [
    *(True, False, None, 0, 7, -7, 1.5, 79.0, 12 * 10**11, 10**12, [], {}, "", "  ", "\t\n"),
    *("yes", " No ", "TRUE", "false", "maybe", "1", "7", " 7 ", "-7", "+7", "7.", ".5", "1.50", "79.00"),
    *(
        "1e3",
        "1E-9",
        "1e-10",
        "1e12",
        "1.123456789",
        "1.1234567890",
        "999999999999.9",
        "1,5",
        "0x1",
        "NaN",
        "Infinity",
    ),
    *("2026-11-23", " 2026-11-23 ", "2026-02-29", "2024-02-29", "2026-13-01", "0000-01-01", "0001-01-01"),
    *("9999-12-31", "2026-04-31", "23.11.2026", "2026-1-2", "today", "infinity"),
    *("2026-11-23T23:30:00+00:00", "2026-11-23 23:30:00+02:00", "2026-11-23T23:30Z", "2026-11-23T23:30:00"),
    *(
        "2026-11-23T23:30:00.123456-05:00",
        "2026-11-23T24:00:00Z",
        "2026-02-30T10:00:00Z",
        "2026-11-23T23:30+0530",
    ),
    *(["2026-11-23"], ["2026-11-23", None, " "], ["soon"], ["2026-02-29"], [None], [7], [["2026-11-23"]]),
    *(
        [{}],
        [{"paid_on": "2026-11-23", "amount": "5.00", "why": None}],
        [{"amont": "5.00"}],
        [{"amount": 5.5}],
    ),
    *([{"amount": "much"}], [{"amount": "5.00"}, {"why": 7}], [{"why": "it's"}], ["x"] * 1000, ["x"] * 1001),
    *("red", " blue ", "green", "Red", "EUR", "eur", "EURO", "ÄÖÜ", "it's 50% off", "cannot be established"),
]


def policy_asking(kind: str, *, zone: str = "Europe/Kyiv", version: str = "1") -> Policy:
    """A policy with one fact of this kind."""
    text = f"""---
policy: trial
version: "{version}"
in_force_from: 2026-01-01
calendar: {zone}
---
# Refunds

## 1. Told {{#told}}

We refund `9` when **all** of these hold:

- it was told. `told(fact)`

## What we need to know {{#facts}}

| Fact | Kind | Who tells us | What we ask | If missing |
|---|---|---|---|---|
| `fact` | {kind} | order | What is it? | unknown |
"""
    return Policy.parse(text.replace("calendar:", "currency: EUR\ncalendar:"))


def read(policy: Policy, told: object, monkeypatch: pytest.MonkeyPatch) -> dict[str, object] | None:
    """The row of a request of which this was told; None where it is left out, and counted so."""
    facts = json.dumps({"fact": told, "of another version": 1}).replace("'", "''")
    monkeypatch.setattr(kept_facts, "NEWEST", f"SELECT CAST('{facts}' AS jsonb) AS facts")
    with connection.cursor() as cursor:
        cursor.execute(kept_facts.unread(policy), None)
        left_out = cursor.fetchall() == [("fact", 1)]
        cursor.execute(kept_facts.rows(policy), None)
        rows = cursor.fetchall()
        names = [each.name for each in cursor.description or ()]
    assert len(rows) == (0 if left_out else 1)
    return dict(zip(names, rows[0], strict=True)) if rows else None


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_each_value_is_read_as_its_kind_or_the_row_is_left_out(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = policy_asking(kind)
    for told in TOLD:
        row = read(policy, told, monkeypatch)
        try:
            expected = policy.values({"fact": json.loads(json.dumps(told))})["fact"]
        except FactError:
            assert row is None, f"{told!r} was read as {row}"
            continue
        assert row is not None, f"{told!r} was left out"
        assert row[lost_column("fact")] is (told == "cannot be established")
        if policy.facts["fact"].kind is Kind.LIST:
            assert json.loads(str(row["fact"] or "null")) == (None if expected is None else told)
            continue
        found = row["fact"].strip() or None if isinstance(row["fact"], str) else row["fact"]
        found = found.astimezone(UTC) if isinstance(found, datetime) else found
        assert found == expected, f"{told!r} was read as {found!r}"


@pytest.mark.django_db
def test_a_list_is_weighed_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    text = policy_asking(KINDS["payments"]).text
    policy = Policy.parse(text.replace("told(fact)", "any(fact, each.amount > 5)"))
    ends = []
    for amount in ("5.00", "5.01"):
        facts = json.dumps({"fact": [{"amount": amount, "paid_on": "2026-11-23"}]})
        monkeypatch.setattr(kept_facts, "NEWEST", f"SELECT CAST('{facts}' AS jsonb) AS facts")
        with connection.cursor() as cursor:
            engine = PostgreSql(cursor.connection, kept_facts.rows(policy))
            ends += [row.outcome for row in decided_rows(policy, engine)]
    assert ends == [Outcome.INELIGIBLE, Outcome.ELIGIBLE]


def test_every_kind_of_fact_is_among_them() -> None:
    assert {policy_asking(kind).facts["fact"].kind for kind in KINDS.values()} == set(Kind)


@pytest.mark.django_db
def test_a_moment_is_the_day_of_a_policy_and_of_no_two(monkeypatch: pytest.MonkeyPatch) -> None:
    told = "2026-11-23T23:30:00+00:00"
    kyiv, lima = policy_asking("date"), policy_asking("date", zone="America/Lima")
    days = [str((read(each, told, monkeypatch) or {})["fact"]) for each in (kyiv, lima)]
    assert days == ["2026-11-24", "2026-11-23"]
    with connection.cursor() as cursor:
        cursor.execute(kept_facts.unread(kyiv, lima), None)
        assert cursor.fetchall() == [("fact", 1)]


def test_kinds_that_no_one_column_holds_are_refused_by_name() -> None:
    with pytest.raises(BulkError, match="`fact` is number in one version and yes/no in the other"):
        kept_facts.rows(policy_asking("number"), policy_asking("yes/no", version="2"))
    kept_facts.rows(policy_asking("number"), policy_asking("money", version="2"))


def test_the_table_is_the_one_of_the_assessments() -> None:
    columns = {field.column for field in Assessment._meta.local_concrete_fields}
    assert Assessment._meta.db_table == kept_facts.TABLE
    assert {"refund_request_id", "order_id", "id", "facts"} <= columns
