"""Which products count as the same: a small CSV file that the vendor writes."""

from __future__ import annotations

from pathlib import Path

from makegood.orders.duplicates.files.refusals import FileRefused
from makegood.orders.importing import cells
from makegood.orders.importing.lines import lines_of
from makegood.orders.importing.problems import ImportRefused, Problems
from makegood.orders.importing.sheets import Column, Sheet, Unsettled, Values, rows


def read_equivalents(path: Path) -> dict[str, str]:
    """The group of each product named in the CSV file at `path`, by its code. Raises FileRefused and OSError.

    Each line names a `product` and what it is `equivalent_to`; what is equivalent to one thing is equivalent
    to each other, over however many lines.
    """
    problems = Problems()
    groups: dict[str, str] = {}
    with path.open("rb") as file:
        try:
            for _, values, sound in rows(_SHEET, lines_of(file, problems), problems):
                if sound:
                    _join(groups, values["product"], values["equivalent_to"])
        except ImportRefused as refusal:
            raise FileRefused.of_import(refusal) from None
    if problems.count:
        raise FileRefused.because(problems)
    return {product: _leader(groups, product) for product in groups}


def _settle(values: Values) -> None:
    if values["product"] == values["equivalent_to"]:
        raise Unsettled("equivalent_to", "It is the product itself.")


_SHEET = Sheet(
    [
        Column("product", cells.code(60), needed=True),
        Column("equivalent_to", cells.code(60), needed=True),
    ],
    _settle,
)


def _join(groups: dict[str, str], one: str, other: str) -> None:
    for product in (one, other):
        groups.setdefault(product, product)
    first, second = sorted((_leader(groups, one), _leader(groups, other)))
    groups[second] = first


def _leader(groups: dict[str, str], product: str) -> str:
    while groups[product] != product:
        groups[product] = product = groups[groups[product]]
    return product
