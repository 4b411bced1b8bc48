"""Columns of lists taken in as facts: what each item must hold, and the sentence when it does not."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlglot import exp

from makegood.policy.bulk import terms
from makegood.policy.bulk.errors import WrongColumn
from makegood.policy.bulk.inputs import ACCEPTED, DESCRIBED, LIMIT, Held, Holds, Inputs
from makegood.policy.bulk.terms import call, every, some, text, two, whole
from makegood.policy.bulk.values import Listed, Value
from makegood.policy.facts import CANNOT_BE_ESTABLISHED, LONGEST_LIST, MOST_PLACES, NUMERIC, Fact, Kind

# Of an engine that holds lists as JSON:
LIST_OF = "LIST_OF"  # (JSON): its items, unknown where none are told
NO_LIST = "NO_LIST"  # (JSON): whether it is told, and is no list
LOST = "LOST"  # (JSON): whether it says `cannot be established`
NO_RECORD = "NO_RECORD"  # (JSON): whether it has no fields
JSON_TOLD = "JSON_TOLD"  # (JSON): its text, unknown where it tells nothing
JSON_AS = "JSON_AS"  # (JSON, its text, kind, zone): a value of that kind, unknown where it is none


@dataclass(frozen=True, slots=True)
class ListInputs:
    """The facts that are lists, as columns of the orders."""

    inputs: Inputs

    def value(self, fact: Fact) -> Listed:
        """Return a list, unknown where there is no column. Raises WrongColumn."""
        stages, held = self.inputs.stages, self.inputs.columns.get(fact.name)
        empty = fact.if_missing is not None
        if held is None:
            return Listed(None, lambda name: self.inputs.untold_value(_item_of(fact, name)), empty)
        if held.holds not in (Holds.LIST, Holds.JSON):
            raise WrongColumn(f"The column `{fact.name}` holds {held.words}; its fact needs a list.")
        source: exp.Expr = stages.source(fact.name)
        lost = self.inputs.lost(fact)
        if held.holds is Holds.JSON:
            stages.refuse(
                stages.name(call(NO_LIST, source)), f"The column `{fact.name}` holds what is no list."
            )
            said = terms.is_true(call(LOST, source))
            lost = stages.name(said if lost is None else some((lost, said)))
            source = stages.name(call(LIST_OF, source))
        stages.refuse(
            stages.name(two(exp.GT, call(terms.HOW_MANY, source), whole(LONGEST_LIST))),
            f"The column `{fact.name}` holds a list of more than {LONGEST_LIST} items.",
        )
        item = terms.item(source.name, terms.WHOLE_ITEM)
        if "" not in fact.fields:
            self._only_records(fact, held, item)
        but = lost if (fact.presumed is not None) != empty else None
        return Listed(source, lambda name: self._field(fact, held, item, name), empty, but)

    def _only_records(self, fact: Fact, held: Held, item: exp.Expr) -> None:
        is_json, fields = held.holds is Holds.JSON, ", ".join(fact.fields)
        if not is_json and "" in held.parts and held.parts[""].holds is not Holds.RECORD:
            raise WrongColumn(
                f"The column `{fact.name}` holds {held.words}; its fact needs a list of records of {fields}."
            )
        no_record = call(NO_RECORD, item) if is_json else terms.is_unknown(item)
        sentence = f"The column `{fact.name}` holds an item that is no record; each tells {fields}."
        self.inputs.stages.refuse(self.inputs.stages.name(no_record), sentence)

    def _field(self, fact: Fact, held: Held, item: exp.Expr, name: str) -> Value:
        one = _item_of(fact, name)
        if held.holds is Holds.JSON:
            value = self.inputs.stages.name(call(terms.FIELD, item, text(name))) if name else item
            return self._from_json(one, value)
        if "" not in held.parts or (name and name not in held.parts[""].parts):
            return self.inputs.untold_value(one)
        if not name:
            return self.inputs.told(one, replace(held.parts[""], words=held.words), item)
        fields = held.parts[""].parts
        return self.inputs.told(
            one, fields[name], self.inputs.stages.name(call(terms.FIELD, item, text(name)))
        )

    def _from_json(self, one: Fact, value: exp.Expr) -> Value:
        name, wrong = self.inputs.stages.name, f"The column `{one.name}` must hold {DESCRIBED[one.kind]}"
        told = name(call(JSON_TOLD, value))
        found = name(call(JSON_AS, value, told, text(str(one.kind)), text(self.inputs.zone)))
        is_wrong = name(every((terms.known(told), terms.is_unknown(found))))
        self.inputs.stages.refuse(is_wrong, f"{wrong} in every item.")
        number = Held(Holds.DECIMAL, "JSON", most=LIMIT - 1, places=MOST_PLACES)
        held = number if one.kind in NUMERIC else Held(_held_as(one.kind), "JSON")
        return self.inputs.told(one, held, found)


def _held_as(kind: Kind) -> Holds:
    """What `JSON_AS` returns: dates as dates, though a moment may tell them."""
    return Holds.DATE if kind is Kind.DATE else next(iter(ACCEPTED[kind][0]))


def _item_of(fact: Fact, name: str) -> Fact:
    """A field of a list's records, or its plain items, as a fact; no words there mean a presumption."""
    return replace(
        fact,
        name=f"{fact.name}.{name}" if name else fact.name,
        kind=fact.fields[name],
        fields={},
        if_missing=None,
        presumed=CANNOT_BE_ESTABLISHED,
    )
