"""`makegood policy backtest NEW --live` weighs the requests of the desk as a rehearsal at the desk does."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from makegood.cli.policy.frame import policy
from makegood.money import Money
from makegood.policy import Policy
from makegood.refund_requests import findings
from makegood.refund_requests.proposals.rehearsing import rehearse
from tests.cases import POLICY, a_form, a_request, approved, found_to_be_a_defect, taken
from tests.people import NOON, ago, an_order, marta, olena, usd

desk = pytest.mark.django_db(transaction=True)
TEXT = POLICY.read_text("utf-8")
SHORTER = TEXT.replace("within 30 days", "within 14 days").replace("purchased_on, 30", "purchased_on, 14")
PRESUMED = (
    TEXT.replace("If missing | In words |", "If missing | In words | If it cannot be established |")
    .replace("we could not reproduce the bug |", "we could not reproduce the bug | yes |")
    .replace("it cannot be fixed |", "it cannot be fixed | no |")
    .replace("\n|---|---|---|---|---|---|---|\n", "\n|---|---|---|---|---|---|---|---|\n")
)


@pytest.fixture(autouse=True)
def database(monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the tests' own database, as a command finds it."""
    where = connection.settings_dict
    told = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    address = make_conninfo("", **{name: where[key] for name, key in told.items() if where[key]})
    monkeypatch.setenv("DATABASE_URL", address)
    return address


def written(folder: Path, text: str, version: str = "2026-12") -> Path:
    """The document as a file, without its examples, which are of the text as it was."""
    file = folder / f"{version}.md"
    file.write_text(text.partition("## Examples")[0].replace('"2026-11"', f'"{version}"'), encoding="utf-8")
    return file


def weighed(file: Path, capsys: pytest.CaptureFixture[str], *more: object) -> dict[str, Any]:
    """What `backtest --live` tells of the document."""
    capsys.readouterr()
    assert policy(["backtest", str(file), "--live", "--json", *map(str, more)]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def requests() -> None:
    """Requests of every kind: decided, late, being examined, looked at in vain, and a form never sent."""
    approved()
    a_request(an_order(olena(), purchased_at=ago(days=5), amount=usd("10.50")))
    a_request(an_order(olena(), purchased_at=ago(days=21), amount=usd("450.00")))
    a_request(an_order(olena(), purchased_at=ago(days=4), amount=Money.of("30.00", "EUR")))
    found_to_be_a_defect(taken(a_request(an_order(olena(), purchased_at=ago(days=3)))), fixable=True)
    vain = taken(a_request(an_order(olena(), purchased_at=ago(days=2), amount=usd("7.00"))))
    findings.record_finding(vain, fact="bug_confirmed", value=None, note="No trace.", by=marta(), at=NOON)
    a_form(an_order(olena(), purchased_at=ago(days=1), amount=usd("1000.00")))


@desk
@pytest.mark.parametrize("text", [TEXT, SHORTER, PRESUMED], ids=["the same", "shorter", "presumed"])
def test_counts_and_money_are_those_of_the_rehearsal(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    requests()
    file = written(tmp_path, text)
    told = weighed(file, capsys, "--against", written(tmp_path, TEXT, "2026-11"))
    found = rehearse(Policy.parse(file.read_text("utf-8")))
    assert (told["rows"], told["left_out"]) == (found.looked_at, {}) == (6, {})
    outcomes: Counter[str] = Counter()
    for (_, outcome), rows in found.outcomes.items():
        outcomes[outcome] += rows
    assert rows_by_outcome(told) == outcomes
    assert money(told, "refunded") == {
        currency: (amount(found.after.certain, currency), amount(found.after.at_most, currency))
        for currency in ("EUR", "USD")
    }
    assert money(told, "before") == {
        currency: (amount(found.before.certain, currency), amount(found.before.at_most, currency))
        for currency in ("EUR", "USD")
    }


@desk
def test_what_cannot_be_established_is_what_each_version_presumes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vain = taken(a_request())
    for fact in ("bug_confirmed", "fixable"):
        findings.record_finding(vain, fact=fact, value=None, note="", by=marta(), at=NOON)
    told = weighed(written(tmp_path, PRESUMED), capsys, "--against", written(tmp_path, TEXT, "2026-11"))
    assert rows_by_outcome(told) == {"eligible": 1}
    assert money(told, "refunded") == {"USD": (Decimal("79.00"), Decimal("79.00"))}
    assert money(told, "before") == {"USD": (Decimal(0), Decimal("79.00"))}


@desk
def test_what_is_of_another_kind_is_left_out_and_counted_as_unread(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_request()
    file = written(tmp_path, TEXT.replace("| `steps` | text |", "| `steps` | pictures |"))
    assert weighed(file, capsys)["left_out"] == {"steps": rehearse(Policy.parse(file.read_text())).unread}
    assert policy(["backtest", str(file), "--live"]) == 0
    said = "1 row is left out: what was told of `steps` is not of the kind this text asks for."
    assert said in capsys.readouterr().out


@desk
def test_a_desk_without_requests_has_nothing_to_weigh(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_form(an_order(olena(), purchased_at=ago(days=1)))
    assert policy(["backtest", str(written(tmp_path, TEXT)), "--live"]) == 2
    assert "No refund request has been submitted yet" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("there", "arguments", "said"),
    [
        (None, ["--live"], "DATABASE_URL does not say where the database is."),
        ({"dbname": "postgres"}, ["--live"], "or `makegood migrate` has not been run."),
        ({"dbname": "none_of_this_name"}, ["--live"], "The database cannot be reached: "),
        ({"dbname": "postgres"}, ["--live", "none"], "The database has no table or view none."),
        ({"dbname": "postgres"}, ["--live", "a.b.c.d"], "The database refused: "),
    ],
)
def test_what_is_not_there_is_one_sentence(
    there: dict[str, str] | None,
    arguments: list[str],
    said: str,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", "" if there is None else make_conninfo(database, **there))
    assert policy(["backtest", str(POLICY), *arguments]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def rows_by_outcome(told: dict[str, Any]) -> Counter[str]:
    """How many rows end how."""
    return Counter({each["outcome"]: each["rows"] for each in told["outcomes"]})


def money(told: dict[str, Any], what: str) -> dict[str, tuple[Decimal, Decimal]]:
    """At least and at most, by currency."""
    return {
        total["currency"]: (Decimal(total[what]["at_least"]), Decimal(total[what]["at_most"]))
        for total in told["totals"]
    }


def amount(sums: dict[str, Money], currency: str) -> Decimal:
    """The sum in a currency, 0 where there is none."""
    return sums.get(currency, Money(0, currency)).decimal
