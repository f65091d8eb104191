"""What an export's cells hold: nothing that a spreadsheet would run."""

from collections.abc import Iterable, Mapping
from typing import Any

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so is a formula to a spreadsheet; an apostrophe makes it text."""

Cell = str | int | float | bool | None
Row = Mapping[str, Cell]


def safe(value: Any) -> Cell:
    """A cell's value; text that a spreadsheet would run gets an apostrophe before it."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(RISKY) else text


def together(values: Iterable[str]) -> str | None:
    """Several values in one cell, or None when there are none."""
    return "; ".join(values) or None
