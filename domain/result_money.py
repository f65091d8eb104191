"""Amounts in a file of results: which columns of sales are money, and in which currency."""

from collections.abc import Sequence

from domain import content as look
from domain.result_columns import AMOUNTS, ResultColumn, ResultField
from domain.result_headers import spelt
from domain.values import is_missing

_MOST = 0.5
_DECIMALS = 0.1


def with_sales(
    columns: Sequence[ResultColumn], cells: Sequence[Sequence[str]]
) -> list[ResultColumn]:
    """Columns headed "Sales" as how many were sold or for how much: their cells and others tell.

    Args:
        columns: as they were decided, where "Sales" holds nothing yet.
        cells: of each column.
    """
    result = list(columns)
    for column in columns:
        if column.field is not ResultField.IGNORE or spelt(column.header) != "either_sales":
            continue
        held = {one.field for one in result}
        field, reason = _sales(column, cells[column.index], held)
        result[column.index] = column.model_copy(update={"field": field, "reason": reason})
    return result


def _sales(
    column: ResultColumn, cells: Sequence[str], held: set[ResultField]
) -> tuple[ResultField, str]:
    filled = [text for cell in cells if not is_missing(text := cell.strip())]
    if not filled or look.share_of_amounts(filled) < _MOST:
        return ResultField.IGNORE, "The header says sales, the cells do not."
    in_money = column.currency or column.content.currency
    if in_money or column.content.fractions >= _DECIMALS:
        field, reason = ResultField.REVENUE, "Its cells are amounts of money."
    elif ResultField.CONVERSIONS in held:
        field, reason = ResultField.REVENUE, "Another column holds conversions: these are amounts."
    else:
        field = ResultField.CONVERSIONS
        reason = "Whole numbers, taken as how many were sold. If they are money, choose revenue."
    if field in held:
        return ResultField.IGNORE, f"Another column holds {field.label.lower()}."
    return field, reason


def only_currency(columns: Sequence[ResultColumn]) -> str | None:
    """The one currency that headers name, where amounts beside them name none."""
    named = {column.currency for column in columns if column.currency}
    amounts = any(column.field in AMOUNTS for column in columns)
    return named.pop() if amounts and len(named) == 1 else None
