"""The facts kept with each request as the rows of a back-test: one SELECT, its columns typed as policies ask.

No models here: a back-test needs the address of a database, and none of the settings of an installation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from makegood.policy import Fact, Kind, Policy
from makegood.policy.bulk.engines.csv_files import NUMBER
from makegood.policy.bulk.engines.jsonb import WHITE
from makegood.policy.bulk.errors import BulkError
from makegood.policy.bulk.inputs import lost_column
from makegood.policy.facts import CANNOT_BE_ESTABLISHED, LONGEST_LIST, MOST_DIGITS, MOST_PLACES, TEXTUAL

TABLE = "refund_requests_assessment"
NEWEST = f"""SELECT DISTINCT ON (refund_request_id, order_id) facts
FROM {TABLE} ORDER BY refund_request_id, order_id, id DESC"""  # noqa: S608  # our own name
UNREAD = '"unread fact"'  # no fact's name has a space in it
NUMBERS = frozenset({Kind.NUMBER, Kind.MONEY})
DAY = "(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?"
ZONE = "(Z|[+-](0[0-9]|1[0-5]):?[0-5][0-9])"  # PostgreSQL knows none further from Greenwich
DECIMAL = r"[+-]?([0-9]{1,60}\.?[0-9]{0,60}|\.[0-9]{1,60})([eE][+-]?[0-9]{1,2})?"


def rows(*policies: Policy) -> str:
    """Return the SELECT of one row for each order asked about: the facts of its newest assessment.

    Each is read as `Policy.values` reads it, and beside it stands whether it cannot be established. A row of
    which one of the policies cannot read a fact is left out: `unread` counts these. Raises BulkError where
    the policies give a fact kinds that no one column can hold.
    """
    columns = [column for column, _ in _columns(policies)]
    return f"SELECT {', '.join(columns)} FROM ({_read(policies)}) AS kept WHERE {UNREAD} IS NULL"  # noqa: S608


def unread(*policies: Policy) -> str:
    """Return the SELECT of (fact, rows): how many rows are left out because of it; NULL: how many are not."""
    return f"SELECT {UNREAD}, count(*) FROM ({_read(policies)}) AS kept GROUP BY 1 ORDER BY 1"  # noqa: S608


def _read(policies: Sequence[Policy]) -> str:
    columns = [f"{value} AS {column}" for column, value in _columns(policies)]
    wrong = " ".join(f"WHEN {condition} THEN {_text(name)}" for name, condition in _unfit(policies))
    columns.append(f"{_case(wrong, '')} AS {UNREAD}")
    # OFFSET 0 keeps PostgreSQL from reading a fact anew wherever it is used.
    return f"SELECT {', '.join(columns)} FROM ({NEWEST}) AS newest OFFSET 0"  # noqa: S608  # all quoted


def _columns(policies: Sequence[Policy]) -> Iterator[tuple[str, str]]:
    """The columns, quoted, and what each is read from."""
    for name in dict.fromkeys(name for policy in policies for name in policy.facts):
        facts = [policy.facts[name] for policy in policies if name in policy.facts]
        _require_one_type(facts)
        # Of a choice every text is taken here, and every list: what it can read of them, each policy says.
        taken = _value(name) if facts[0].kind in TEXTUAL else _taken(facts[0], policies, _json(name))
        if facts[0].kind is Kind.LIST:
            taken = _case(f"jsonb_typeof({_json(name)}) = 'array'", _json(name))
        yield f'"{name}"', _case(_told(name), taken)
        lost = f"coalesce({_value(name)} = {_text(CANNOT_BE_ESTABLISHED)}, FALSE)"
        yield f'"{lost_column(name)}"', lost


def _require_one_type(facts: Sequence[Fact]) -> None:
    kinds = list(dict.fromkeys(fact.kind for fact in facts))
    if len(kinds) > 1 and not any(alike.issuperset(kinds) for alike in (NUMBERS, TEXTUAL)):
        raise BulkError(
            f"`{facts[0].name}` is {kinds[0]} in one version and {kinds[1]} in the other, so no request can "
            "be weighed by both; weigh them one at a time."
        )


def _unfit(policies: Sequence[Policy]) -> Iterator[tuple[str, str]]:
    """Each fact, with the condition that something was told of it which a policy cannot read."""
    for policy in policies:
        for name, fact in policy.facts.items():
            yield name, f"{_told(name)} AND ({_taken(fact, policies, _json(name))}) IS NULL"


def _told(name: str) -> str:
    """Whether a value was told: neither null nor blank, nor that it cannot be established."""
    return f"({_trimmed(_json(name))} <> '' AND {_value(name)} <> {_text(CANNOT_BE_ESTABLISHED)})"


def _taken(fact: Fact, policies: Sequence[Policy], json: str) -> str:
    """A told value as its kind, NULL where it is not of it: what `facts.coerce` says, in SQL."""
    value, typed = _trimmed(json), f"jsonb_typeof({json})"
    if fact.kind is Kind.LIST:
        wrong = " OR ".join(_unfit_items(fact, policies))
        items = f"SELECT FROM jsonb_array_elements({json}) AS listed(item) WHERE {wrong}"
        fits = f"jsonb_array_length({json}) <= {LONGEST_LIST} AND NOT EXISTS ({items})"
        return _case(f"{typed} = 'array'", _case(fits, json))
    if fact.kind is Kind.YES_NO:
        yes, no = (f"lower({value}) IN ({words})" for words in ("'yes', 'true'", "'no', 'false'"))
        said = f"CASE WHEN {yes} THEN TRUE WHEN {no} THEN FALSE END"
        return _case(f"{typed} IN ('boolean', 'string')", said)
    if fact.kind in TEXTUAL:
        return _case(f"{typed} = 'string'{_textual(fact, value)}", value)
    if fact.kind in (Kind.DATE, Kind.MOMENT):
        return _case(f"{typed} = 'string'", _time(fact.kind, value, policies))
    return _number(fact.kind, value, typed)


def _unfit_items(fact: Fact, policies: Sequence[Policy]) -> Iterator[str]:
    """What must hold of no item of a list: that it, or a field of it, cannot be read."""
    if "" not in fact.fields:
        known = ", ".join(map(_text, fact.fields))
        more = f"SELECT FROM jsonb_object_keys(item) AS field WHERE field NOT IN ({known})"
        yield f"CASE WHEN jsonb_typeof(item) = 'object' THEN EXISTS ({more}) ELSE TRUE END"
    for name, kind in fact.fields.items():
        json = f"(item->{_text(name)})" if name else "item"
        taken = f"({_taken(replace(fact, kind=kind, fields={}), policies, json)}) IS NOT NULL"
        if kind in NUMBERS:  # which are read in lists as people write them, without exponents
            taken = f"({taken} AND {_trimmed(json)} ~ '^{NUMBER}$')"
        yield f"({_trimmed(json)} <> '' AND NOT {taken})"


def _textual(fact: Fact, value: str) -> str:
    if fact.kind is Kind.CHOICE:
        return f" AND {value} IN ({', '.join(map(_text, fact.choices))})"
    return f" AND {value} COLLATE \"C\" ~ '^[A-Z]{{3}}$'" if fact.kind is Kind.CURRENCY else ""


def _number(kind: Kind, value: str, typed: str) -> str:
    number = f"CAST({value} AS numeric)"
    # A JSON number with a point is a float to Python, which is no exact amount and counts no pictures.
    exact = "" if kind is Kind.NUMBER else f" AND NOT ({typed} = 'number' AND {value} LIKE '%.%')"
    fits = f"abs({number}) < 1e{MOST_DIGITS} AND scale({number}) <= {MOST_PLACES}"
    if kind is Kind.FILES:
        fits += f" AND {number} >= 0 AND {number} = trunc({number})"
        number = f"CAST({number} AS bigint)"
    written = f"{typed} IN ('string', 'number') AND {value} ~ '^{DECIMAL}$'{exact}"
    return _case(written, _case(fits, number))


def _time(kind: Kind, value: str, policies: Sequence[Policy]) -> str:
    moment = f"CAST({value} AS timestamptz)"
    if kind is Kind.MOMENT:
        return _in_calendar(value, f"^{DAY}[T ]{CLOCK}{ZONE}$", moment)
    day = _in_calendar(value, f"^{DAY}$", f"CAST({value} AS date)")
    zones = {str(policy.zone) for policy in policies}
    if len(zones) > 1:  # then one moment is two days, and no one column holds them
        return day
    there = f"CAST({moment} AT TIME ZONE {_text(zones.pop())} AS date)"
    return f"coalesce({day}, {_in_calendar(value, f'^{DAY}[T ]{CLOCK}{ZONE}$', there)})"


def _in_calendar(value: str, pattern: str, read: str) -> str:
    """`read` where the value looks like it and its month has such a day."""
    year, month, day = (
        f"CAST(substr({value}, {at}, {long}) AS integer)" for at, long in ((1, 4), (6, 2), (9, 2))
    )
    last = f"EXTRACT(DAY FROM make_date({year}, {month}, 1) + INTERVAL '1 month -1 day')"
    return _case(f"{value} ~ '{pattern}'", _case(f"{day} <= {last}", read))


def _case(condition: str, value: str) -> str:
    """`value` where the condition holds; nested, because only CASE keeps the order things are looked at."""
    if not value:
        return f"CASE {condition} END" if condition else "CAST(NULL AS text)"
    return f"CASE WHEN {condition} THEN {value} END"


def _trimmed(json: str) -> str:
    return f"btrim({json} #>> '{{}}', {WHITE})"


def _value(name: str) -> str:
    return f"(facts->>{_text(name)})"


def _json(name: str) -> str:
    return f"(facts->{_text(name)})"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
