"""What an export's cells hold: nothing that a spreadsheet would run."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

SIGNS = "=+-@＝＋－＠"
"""The wide ones are as good to some spreadsheets."""
RISKY = (*SIGNS, "\t", "\r", "\n")
"""A cell that begins so is a formula to a spreadsheet; an apostrophe makes it text."""

_MADE_TEXT = tuple(f"'{sign}" for sign in RISKY)
_ELSEWHERE = re.compile(rf"([;\t\r\n]\"*)(?=[{re.escape(SIGNS)}])")
"""Where a cell begins for a spreadsheet whose language separates them by semicolons, for which our
quotes are none."""
_MADE_TEXT_ELSEWHERE = re.compile(rf"([;\t\r\n]\"*)'(?=[{re.escape(SIGNS)}])")

DATE = "Date of figures"
RATE_BY = "Engagement rate by"
OWN_RECORDS = ("Source", "Owner", "Fees for brands", "Lists")
"""Headers of what the bot recorded about a creator; files are recognised as ours by them."""

Cell = str | int | float | bool | None
Row = Mapping[str, Cell]


def safe(value: Any) -> Cell:
    """A cell's value; text that a spreadsheet would run gets an apostrophe before it."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = _ELSEWHERE.sub(r"\1'", str(value))
    return f"'{text}" if text.startswith(RISKY) else text


def as_meant(text: str) -> str:
    """A cell's text without the apostrophe that made a text of a formula; undoes `safe`."""
    if "'" not in text:
        return text
    begun = text[1:] if text.startswith(_MADE_TEXT) else text
    return _MADE_TEXT_ELSEWHERE.sub(r"\1", begun)


def headers_of(rows: Iterable[Row]) -> list[str]:
    """Every header of the rows, in the order in which they first come."""
    return list(dict.fromkeys(header for row in rows for header in row))


def beside(row: Row, extra: Mapping[str, str]) -> dict[str, Cell]:
    """A row with a file's other columns, told apart from its own where a header is the same."""
    other = {
        f"{header} (from a file)" if header in row else header: value
        for header, value in extra.items()
    }
    return {**row, **other}


def plain(number: float | None) -> float | int | None:
    """A number as people write it: 323700 and not 323700.0."""
    return int(number) if number is not None and number == int(number) else number


def together(values: Iterable[str]) -> str | None:
    """Several values in one cell, or None when there are none."""
    return "; ".join(values) or None
