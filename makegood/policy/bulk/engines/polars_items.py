"""The items of lists in Polars: each batch of rows is taken apart into items and put together again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from makegood.policy.bulk import terms
from makegood.policy.bulk.stages import Layer, used_by

ROW, FOUND, NONE_UNKNOWN = "_row", "_found", "_none_unknown"


@dataclass(frozen=True, slots=True)
class PolarsItems:
    """Goes through the items of lists. `said`: an expression as Polars takes it.

    Expressions of Polars see one list alone; what is reckoned here also sees the other columns of the row.
    """

    pl: Any
    said: Callable[[exp.Expr], Any]

    def added_to(self, frame: Any, layer: Layer) -> tuple[Any, Layer]:
        """Return a lazy frame with the results of `layer` that look at items, and the rest of the layer."""
        over = {name: each for name, each in layer if each.name in terms.OVER}
        if not over:
            return frame, layer
        types = {name: self._type(each.name) for name, each in over.items()}
        schema = {**frame.collect_schema(), **types}
        found = frame.map_batches(lambda batch: self._batch(batch, over), schema=schema, streamable=True)
        return found, [(name, exp.column(name) if name in over else each) for name, each in layer]

    def _type(self, kind: str) -> Any:
        types = {terms.ADDED: self.pl.Int128, terms.LARGEST: self.pl.Int64}
        return types.get(kind, self.pl.List(self.pl.Int64))

    def _batch(self, batch: Any, over: Mapping[str, exp.Expr]) -> Any:
        return batch.with_columns(
            **{name: self._found(batch, each).cast(self._type(each.name)) for name, each in over.items()}
        )

    def _found(self, batch: Any, node: exp.Expr) -> Any:
        """What a value of the items comes to in each row."""
        pl = self.pl
        value = pl.col(FOUND)
        items = self._values(batch, node).group_by(ROW)
        if node.name == terms.IN_ORDER:
            adding = value.drop_nulls().unique().sort()
        else:
            adding = value.max() if node.name == terms.LARGEST else value.cast(pl.Int128).sum()
        none = pl.lit([] if node.name == terms.IN_ORDER else 0, dtype=self._type(node.name))
        found = items.agg(adding.alias(FOUND), (value.null_count() == 0).alias(NONE_UNKNOWN))
        rows = pl.DataFrame({ROW: pl.int_range(batch.height, dtype=pl.UInt32, eager=True)})
        told = pl.col(NONE_UNKNOWN) if node.name == terms.ADDED else pl.lit(value=True)
        return (
            rows.join(found, on=ROW, how="left", maintain_order="left")
            .select(pl.when(pl.col(NONE_UNKNOWN).is_null()).then(none).when(told).then(value).alias(FOUND))
            .to_series()
        )

    def _values(self, batch: Any, node: exp.Expr) -> Any:
        """The value of every item, beside the place of its row."""
        pl, listed, used = self.pl, node.expressions[0].name, used_by(node)
        place = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(ROW).alias(terms.PLACE)
        items = (
            batch.select(used)
            .with_row_index(ROW)
            .filter(pl.col(listed).list.len() > 0)
            .with_columns(pl.col(listed).alias(terms.WHOLE_ITEM))
            .explode(terms.WHOLE_ITEM)
            .with_columns(place)
        )
        for layer in terms.layers_of(node):
            items = items.select(ROW, *used, *(self.said(each).alias(name) for name, each in layer))
        return items.select(ROW, self.said(node.expressions[1]).alias(FOUND))
