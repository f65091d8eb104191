"""Writes rows as CSV, XLSX or JSON: safe to open in a spreadsheet."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import xlsxwriter

from domain.exporting import Row, headers_of, safe

FORMATS = ("csv", "xlsx", "json")
MOST_COLUMNS = 16_384
"""A worksheet has no more."""


def write(rows: Iterable[Row], kind: str) -> bytes:
    """The rows as a file of this kind. An export without rows is a file without rows.

    Raises:
        ValueError: the kind is none of `FORMATS`.
    """
    writers: dict[str, Callable[[list[Row]], bytes]] = {
        "csv": _csv,
        "xlsx": _xlsx,
        "json": _json,
    }
    if kind not in writers:
        raise ValueError(f"“{kind}” is not one of {', '.join(FORMATS)}")
    return writers[kind](list(rows))


def kind_of(path: Path) -> str | None:
    """The kind that a file's name asks for, or None."""
    suffix = path.suffix.lower().removeprefix(".")
    return suffix if suffix in FORMATS else None


def _csv(rows: list[Row]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    headers = headers_of(rows)
    writer.writerow(safe(header) for header in headers)
    for row in rows:
        cells = (row.get(header) for header in headers)
        writer.writerow(["" if value is None else safe(value) for value in cells])
    return out.getvalue().encode("utf-8-sig")


def book(sheets: Mapping[str, Iterable[Row]]) -> bytes:
    """Several tables as one XLSX file, each on a sheet of its name, at most 31 characters."""
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(out, options) as workbook:
        bold = workbook.add_format({"bold": True})
        for name, rows in sheets.items():
            _fill(workbook.add_worksheet(name), list(rows), bold)
    return out.getvalue()


def _xlsx(rows: list[Row]) -> bytes:
    return book({"Export": rows})


def _fill(sheet: Any, rows: list[Row], bold: Any) -> None:
    sheet.freeze_panes(1, 0)
    headers = headers_of(rows)[:MOST_COLUMNS]
    sheet.write_row(0, 0, [safe(header) for header in headers], bold)
    for number, row in enumerate(rows, start=1):
        for column, header in enumerate(headers):
            if (value := row.get(header)) is not None:
                sheet.write(number, column, safe(value))


def _json(rows: list[Row]) -> bytes:
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()
