"""Values come in exact and typed, or are refused in a sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from makegood.policy import Fact, FactError, Kind, Policy, Source, decide
from tests.policy.documents import grant, policy_of, text_of

POLICY = policy_of(grant("a"))
LISTING = Policy.parse(
    text_of(grant("a")) + "| `refunds` | list: paid_on date, amount money | history | | unknown |\n"
)


@pytest.mark.parametrize(
    ("name", "told", "taken"),
    [
        ("a", "yes", True),
        ("a", False, False),
        ("n", 3, Decimal(3)),
        ("n", "1.5", Decimal("1.5")),
        ("paid", "79.00", Decimal("79.00")),
        ("bought_on", "2026-11-02", date(2026, 11, 2)),
        ("bought_on", date(2026, 11, 2), date(2026, 11, 2)),
        ("bought_on", datetime(2026, 11, 2, 22, 30, tzinfo=UTC), date(2026, 11, 3)),
        ("bought_on", "2026-11-02T21:59:59+00:00", date(2026, 11, 2)),
        ("bought_on", "2026-07-02T21:00:00Z", date(2026, 7, 3)),
        ("k", " x ", "x"),
        ("k", "  ", None),
        ("n", None, None),
    ],
)
def test_a_value_is_taken_as_its_kind(name: str, told: object, taken: object) -> None:
    assert POLICY.values({name: told})[name] == taken


@pytest.mark.parametrize(
    ("name", "told", "sentence"),
    [
        ("paid", 0.1, "`paid` must be an amount such as 79.00, not 0.1. A float is not exact"),
        ("n", True, "`n` must be a number"),
        ("n", "NaN", "It must be finite."),
        ("paid", "1000000000000", "It is too large."),
        ("n", "many", "`n` must be a number"),
        ("a", 1, "`a` must be yes or no, not 1."),
        ("k", "w", "It is one of x, y, z."),
        ("bought_on", datetime(2026, 11, 2, 22, 30), "A time needs its time zone."),
        ("bought_on", "tomorrow", "`bought_on` must be a date such as 2026-11-23"),
        ("currency", "euro", "three capital letters such as EUR (ISO 4217)"),
        ("n", "1_000", "`n` must be a number"),
        ("n", "١٢", "`n` must be a number"),
        ("bought_on", "2026-02-30", "There is no such day or time."),
        ("bought_on", "2026-W48-1", "A time needs its time zone."),
        ("bought_on", "2026-01-01T24:00:00Z", "There is no such day or time."),
        ("bought_on", "2026-01-01T00:00:00+99:99", "There is no such day or time."),
        ("bought_on", "0001-01-01T00:00:00+14:00", "There is no such day or time."),
    ],
)
def test_a_value_of_another_kind_is_refused_in_a_sentence(name: str, told: object, sentence: str) -> None:
    with pytest.raises(FactError) as refused:
        decide(POLICY, {name: told})
    assert sentence in str(refused.value)


def test_a_number_too_long_to_be_printed_is_refused_too() -> None:
    with pytest.raises(FactError, match="It is too large"):
        decide(POLICY, {"n": 10**5000})


def test_of_a_list_only_the_item_that_is_wrong_is_told() -> None:
    with pytest.raises(FactError) as refused:
        LISTING.values({"refunds": [{"amount": "5,00"}]})
    assert str(refused.value).startswith("`refunds.amount` must be an amount")
    assert "must be a list" not in str(refused.value)


def test_a_fact_the_policy_does_not_know_is_refused_with_what_was_meant() -> None:
    with pytest.raises(FactError, match="Did you mean `bought_on`"):
        decide(POLICY, {"bough_on": "2026-11-02"})


def test_of_a_name_as_long_as_a_book_the_beginning_is_told() -> None:
    with pytest.raises(FactError) as refused:
        decide(POLICY, {"bought_on" * 100_000: "2026-11-02"})
    assert len(str(refused.value)) < 200
    assert "Did you mean" not in str(refused.value)


def test_a_fact_nobody_told_has_its_presumption_or_stays_unknown() -> None:
    values = POLICY.values({})
    assert values["spam"] is False
    assert values["fee"] == 0
    assert values["a"] is None


def test_a_choice_is_labelled_by_its_words_and_else_by_itself() -> None:
    def question(words: str) -> Fact:
        kind, source = Kind.CHOICE, Source.CUSTOMER
        return Fact("paid_by", kind, source, "How?", choices=("card", "bank_transfer"), words=words)

    said = question("paid by card / paid by bank transfer")
    assert [said.label_of(each) for each in said.choices] == ["Paid by card", "Paid by bank transfer"]
    assert question("paid by {}").label_of("bank_transfer") == "Bank transfer"
    assert question("").label_of("card") == "Card"
    assert said.label_of("sea_shells") == "Sea shells"  # told when the document still had it
