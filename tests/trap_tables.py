"""What traps are made of: invented people, and files written from them."""

import io
from collections.abc import Iterable, Mapping, Sequence

import openpyxl

from tests.trap_files import Trap

HANDLES = ("anna.bloom", "ben_cole", "carla99", "dan.d", "eva_e", "finn.f", "gus_g", "hana.h")
NAMES = (
    "Anna Böhm",
    "Ben Cole",
    "Carla Díaz",
    "Dan O'Neil",
    "Eva Ö",
    "Finn F.",
    "Gus",
    "花子 Hana",
)
FOLLOWERS = (12_500, 1_204_000, 87_300, 4_100, 56_789, 230_000, 9_870, 45_600)
RATES = (0.031, 0.012, 0.0455, 0.081, 0.025, 0.0075, 0.05, 0.02)
LIKES = tuple(float(round(f * r)) for f, r in zip(FOLLOWERS, RATES, strict=True))


def table(columns: Mapping[str, Sequence[object]], delimiter: str = ",", end: str = "\n") -> str:
    """Columns as text, quoted where needed."""
    lines = [list(columns), *zip(*columns.values(), strict=True)]
    return "".join(
        delimiter.join(_quoted(str(cell), delimiter) for cell in line) + end for line in lines
    )


def _quoted(cell: str, delimiter: str) -> str:
    if any(mark in cell for mark in (delimiter, '"', "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def truth(**fields: Sequence[object]) -> dict[str, dict[str, object]]:
    """What is true of each of `HANDLES`."""
    return {
        handle: {name: values[place] for name, values in fields.items()}
        for place, handle in enumerate(HANDLES)
        if place < min(map(len, fields.values()))
    }


def workbook(**sheets: Iterable[Sequence[object]]) -> openpyxl.Workbook:
    """A workbook of rows."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    """A workbook's bytes."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def text_trap(
    name: str,
    text: str,
    facts: dict[str, dict[str, object]],
    *told: str,
    encoding: str = "utf-8",
    file_name: str = "ig_list.csv",
    **more: object,
) -> Trap:
    """A trap in a text file."""
    return Trap(name, file_name, text.encode(encoding), facts, told, **more)  # type: ignore[arg-type]


def short(value: int) -> str:
    """A number as tools shorten it: "1.2M", "87.3K"."""
    return f"{value / 1_000_000:g}M" if value >= 1_000_000 else f"{value / 1_000:g}K"


def grouped(mark: str) -> list[str]:
    """The followers with a mark between thousands."""
    return [f"{value:,}".replace(",", mark) for value in FOLLOWERS]


def percents(decimal: str = ".", sign: str = "%") -> list[str]:
    """The rates in percent."""
    return [f"{rate * 100:g}{sign}".replace(".", decimal) for rate in RATES]


KNOWN = truth(display_name=NAMES, followers=FOLLOWERS)
