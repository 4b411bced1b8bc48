"""What the engines of SQL share: a query of nested layers, and the vocabulary in the words of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp
from sqlglot.generator import Generator

from makegood.policy.bulk import terms
from makegood.policy.bulk.errors import WrongColumn
from makegood.policy.bulk.stages import Layer, Stages, column
from makegood.policy.bulk.terms import case, two, whole

Word = str | Callable[..., str]
Outputs = Sequence[tuple[str, exp.Expr]]
WRONG = "_wrong"
ROWS = "_rows"


@dataclass(frozen=True, slots=True)
class Items:
    """How an engine goes through the items of a list, to a list of what each comes to.

    `first`: {1} of every item of the list {0}, where the item is named terms.WHOLE_ITEM and its place, from
    1, terms.PLACE. `later`: {1} of every record that `first` or `later` returned, where it is named ITEM.
    `record`: a record of the results {0}, each one `part`, {1} named {0}. `result`: the last value, {0}.
    """

    first: str
    later: str
    record: str
    part: str
    result: str


ITEM = "_item"


@dataclass(frozen=True)
class Wording:
    """How one engine says a query. `words`: the vocabulary, each with {0}, {1} for its arguments,
    or a function of them.

    `fence`: what keeps an engine from writing the layers into each other, which would double them. `items`:
    None for an engine that holds no lists; the words of terms.OVER take what `items` says. `whole`: how a
    whole number from 0 is written out.
    """

    dialect: str
    words: Mapping[str, Word]
    fence: str = ""
    items: Items | None = None
    whole: Callable[[int], str] = str

    def said(self, expression: exp.Expr) -> str:
        """Return an expression as the engine writes it."""
        generator = _generator(self.dialect)(self)
        return str(generator.generate(expression))

    def query(self, stages: Stages, outputs: Outputs, source: str, group_by: int = 0) -> str:
        """Return one query for `outputs` over `source`; the first `group_by` of them make the groups."""
        query = source
        for layer in stages.layers([expression for _, expression in outputs]):
            query = f"SELECT {self._listed(layer)} FROM ({query}) AS l{self.fence}"  # noqa: S608  # names are quoted
        query = f"SELECT {self._listed(list(outputs))} FROM ({query}) AS l"  # noqa: S608  # likewise
        groups = ", ".join(str(place) for place in range(1, group_by + 1))
        return f"{query} GROUP BY {groups}" if group_by else query

    def _listed(self, layer: Layer) -> str:
        parts = [f"{self.said(each)} AS {self._quoted(name)}" for name, each in layer]
        return ", ".join(parts) if parts else "1 AS _none"

    def _quoted(self, name: str) -> str:
        return self.said(exp.to_identifier(name, quoted=True))


def refused(stages: Stages) -> exp.Expr:
    """Return the place, from 1, of a sentence that stops the run at a row; 0 where none does.

    A list is gone through once, whatever is asked of its items.
    """
    of_rows: list[tuple[exp.Expr, exp.Expr]] = []
    of_items: dict[str, list[tuple[exp.Expr, exp.Expr]]] = {}
    for place, (condition, _) in enumerate(stages.refusals, 1):
        listed = next(iter(terms.items_in(condition)), None)
        branches = of_rows if listed is None else of_items.setdefault(listed, [])
        branches.append((condition, whole(place)))
    for listed, branches in of_items.items():
        found = stages.over(terms.LARGEST, column(listed), case(branches, whole(0)))
        of_rows.append((two(exp.GT, found, whole(0)), found))
    return case(of_rows, whole(0))


def grouped(stages: Stages, keys: Outputs, sums: Outputs) -> list[tuple[str, exp.Expr]]:
    """Return the outputs of a query that counts rows (ROWS) and adds up `sums` for each of the `keys`."""
    wrong = exp.Max(this=refused(stages)) if stages.refusals else whole(0)
    return [
        *keys,
        (WRONG, wrong),
        (ROWS, exp.Count(this=exp.Star())),
        *((name, exp.Sum(this=each.copy())) for name, each in sums),
    ]


def checked(stages: Stages, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the rows. Raises WrongColumn at one that says what must not be."""
    for row in rows:
        if wrong := row.pop(WRONG):
            raise WrongColumn(stages.refusals[int(wrong) - 1][1])
        yield row


def _generator(dialect: str) -> Any:
    from sqlglot.dialects.dialect import Dialect

    base: type[Generator] = Dialect.get_or_raise(dialect).generator_class

    class Words(base):  # type: ignore[misc, valid-type]  # the class is the dialect's own
        def __init__(self, wording: Wording) -> None:
            super().__init__(dialect=dialect)
            self._wording = wording

        def anonymous_sql(self, expression: exp.Anonymous) -> str:
            if expression.name in terms.OVER:
                parts = [self._of_items(expression)]
            else:
                parts = [self.sql(each) for each in expression.expressions]
            word = self._wording.words[expression.name]
            return word.format(*parts) if isinstance(word, str) else word(*parts)

        def _of_items(self, expression: exp.Anonymous) -> str:
            items = self._wording.items
            assert items is not None  # noqa: S101  # an engine whose columns are lists says them
            said, through, is_first = self.sql(expression.expressions[0]), items.first, True
            for layer in terms.layers_of(expression):
                named = [(self._name(name), self.sql(_placed(each, is_first))) for name, each in layer]
                parts = ", ".join(items.part.format(*each) for each in named)
                said = through.format(said, items.record.format(parts))
                through, is_first = items.later, False
            result = self.sql(_placed(expression.expressions[1], is_first))
            return through.format(said, items.result.format(result))

        def _name(self, name: str) -> str:
            return str(self.sql(exp.to_identifier(name, quoted=True)))

        def literal_sql(self, expression: exp.Literal) -> str:
            if expression.is_string:
                return str(super().literal_sql(expression))
            return self._wording.whole(int(expression.name))

    return Words


def _placed(expression: exp.Expr, is_first: bool) -> exp.Expr:
    """An expression over the item at hand, which is named itself at first, and then a field of a record."""

    def placed(node: exp.Expr) -> exp.Expr:
        if not terms.is_item(node):
            return node
        name = node.expressions[1].name
        return exp.column(name, table=None if is_first else ITEM, quoted=True)

    return expression.copy().transform(placed)
