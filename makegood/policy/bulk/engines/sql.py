"""What the engines of SQL share: a query of nested layers, and the vocabulary in the words of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp
from sqlglot.generator import Generator

from makegood.policy.bulk.errors import WrongColumn
from makegood.policy.bulk.stages import Layer, Stages
from makegood.policy.bulk.terms import case, whole

Word = str | Callable[..., str]
Outputs = Sequence[tuple[str, exp.Expr]]
WRONG = "_wrong"
ROWS = "_rows"


@dataclass(frozen=True)
class Wording:
    """How one engine says a query. `words`: the vocabulary, each with {0}, {1} for its arguments,
    or a function of them.

    `fence`: what keeps an engine from writing the layers into each other, which would double them.
    """

    dialect: str
    words: Mapping[str, Word]
    fence: str = ""

    def said(self, expression: exp.Expr) -> str:
        """Return an expression as the engine writes it."""
        generator = _generator(self.dialect)(self.words)
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
    """Return the place, from 1, of the first sentence that stops the run at a row; 0 where none does."""
    return case([(each, whole(place)) for place, (each, _) in enumerate(stages.refusals, 1)], whole(0))


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
        def __init__(self, words: Mapping[str, Word]) -> None:
            super().__init__(dialect=dialect)
            self._words = words

        def anonymous_sql(self, expression: exp.Anonymous) -> str:
            parts = [self.sql(each) for each in expression.expressions]
            word = self._words[expression.name]
            return word.format(*parts) if isinstance(word, str) else word(*parts)

    return Words
