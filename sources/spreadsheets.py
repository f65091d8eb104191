"""Tables in workbooks (XLSX)."""

import copy
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from sources.grids import MAX_COLUMNS, Grid, UnreadableFile

MAX_UNPACKED = 1 << 30
"""Bytes that a workbook or archive may unpack to."""

MAX_RATIO = 200
"""Times its packed size that a large file may unpack to: real tables stay far below."""

DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError)
"""What reading a damaged archive raises."""

_SMALL = 50 << 20
_MAX_CELLS = 30_000_000
_CHUNK = 1 << 20
_PLACE = re.compile(rb' r="([A-Z]{1,3})(\d{1,7})"')
_LONGEST_PLACE = 256
_FORMULA_WITHOUT_RESULT = re.compile(
    rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|</c>)"  # "" as a result is <v></v>
)

_HIDDEN_ROW = re.compile(rb"<row [^>]*hidden=\"(?:1|true)\"")
_HIDDEN_COLUMN = re.compile(rb"<col [^>]*hidden=\"(?:1|true)\"")
_ODD = (
    (
        _FORMULA_WITHOUT_RESULT,
        "Some cells hold formulas without results, which are read as empty: "
        "open the file in a spreadsheet program and save it once.",
    ),
    (_HIDDEN_ROW, "Some rows are hidden in the sheet, by a filter or by hand; they were read too."),
    (_HIDDEN_COLUMN, "Some columns are hidden in the sheet; they were read too."),
)

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def read_workbook(data: bytes, file_name: str) -> tuple[list[Grid], list[str]]:
    """The visible sheets of a workbook, and what a person should know about it.

    Raises:
        UnreadableFile: protected by a password, with macros, another kind of file, damaged,
            or larger than is safe to unpack.
    """
    notes = _inspect(data, file_name)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        sheets = [workbook.get_sheet_by_name(name) for name in shown]
    except Exception as error:  # the parser raises its own kinds for every kind of damage
        raise UnreadableFile(
            f"“{file_name}” is damaged: {error}. Open it, save it as XLSX again and send that."
        ) from error
    hidden = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible != SheetVisibleEnum.Visible
    ]
    if hidden:
        names = ", ".join(f"“{name}”" for name in hidden[:3])
        notes.append(f"Hidden sheets were not read: {names}.")
    return [_grid(sheet) for sheet in sheets if sheet.height], notes


def _grid(sheet: CalamineSheet) -> Grid:
    fills = _fills(sheet)

    def rows() -> Iterator[Sequence[str]]:
        for place, row in enumerate(sheet.iter_rows()):
            cells = [_text(value) for value in row]
            for column, source in fills.get(place, ()):
                cells[column] = source
            yield cells

    return Grid(rows, name=sheet.name)


def _fills(sheet: CalamineSheet) -> dict[int, list[tuple[int, str]]]:
    """Cells that a merge over several rows of one column covers, with the text to show there."""
    left = sheet.start[1] if sheet.start else 0
    ranges = {
        (first[0], first[1] - left): last[0]
        for first, last in sheet.merged_cell_ranges or ()
        if first[1] == last[1] and first[1] >= left
    }
    fills: dict[int, list[tuple[int, str]]] = {}
    if not ranges or sheet.end is None:
        return fills
    bottom = sheet.end[0]
    for place, row in enumerate(sheet.iter_rows()):
        for column, value in enumerate(row):
            last = ranges.get((place, column), place)
            for covered in range(place + 1, min(last, bottom) + 1):
                fills.setdefault(covered, []).append((column, _text(value)))
    return fills


def _text(value: Value) -> str:
    """A cell as a text file would hold it."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ") if value.time() != dt.time() else value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _inspect(data: bytes, file_name: str) -> list[str]:
    """Refuse what is unsafe or no plain workbook; say which formulas have no results."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            _refuse_kinds(names, file_name)
            check_sizes(archive.infolist(), file_name)
            notes: dict[str, None] = {}
            for info in archive.infolist():
                notes |= dict.fromkeys(_unpack(archive, info, file_name))
            return list(notes)
    except DAMAGED as error:
        raise UnreadableFile(
            f"“{file_name}” is damaged ({error}). Save it as XLSX again and send that."
        ) from error


def _refuse_kinds(names: set[str], file_name: str) -> None:
    lower = [name.lower() for name in names]
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in lower):
        raise UnreadableFile(
            f"“{file_name}” holds macros. Save it as a workbook without macros (.xlsx)."
        )
    if any(name.endswith("workbook.bin") for name in names) or "content.xml" in names:
        raise UnreadableFile(
            f"“{file_name}” is a spreadsheet of another kind. Save it as XLSX or CSV."
        )
    if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
        raise UnreadableFile(
            f"“{file_name}” holds an archive in an archive. Unpack it and send the list itself."
        )
    if "xl/workbook.xml" not in names:
        raise UnreadableFile(f"“{file_name}” is not a workbook. Save the list as XLSX or CSV.")


def check_sizes(infos: Sequence[zipfile.ZipInfo], file_name: str) -> None:
    """Refuse an archive that says it unpacks to more than is safe, or needs a password.

    Raises:
        UnreadableFile: it does.
    """
    if any(info.flag_bits & 1 for info in infos):
        raise UnreadableFile(
            f"“{file_name}” is protected by a password. Remove the protection and send it again."
        )
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if unpacked > MAX_UNPACKED or (unpacked > _SMALL and unpacked > packed * MAX_RATIO):
        raise _too_large(file_name)


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file_name: str) -> list[str]:
    """Measure what a part really unpacks to, whatever it claims; say what is odd in a sheet."""
    measured = copy.copy(info)
    measured.file_size = max(info.file_size, _SMALL) * 2
    sheet = info.filename.startswith("xl/worksheets/")
    size, rows, columns, tail = 0, 0, 0, b""
    odd: set[str] = set()
    with archive.open(measured) as part:
        while chunk := part.read(_CHUNK):
            size += len(chunk)
            if size > max(info.file_size, _SMALL):
                raise _too_large(file_name)
            if sheet:
                text = tail + chunk
                odd |= {said for pattern, said in _ODD if said not in odd and pattern.search(text)}
                rows, columns = _furthest(text, rows, columns)
                if columns > MAX_COLUMNS:
                    raise UnreadableFile(
                        f"A sheet of “{file_name}” has more than {MAX_COLUMNS:,} columns: the last "
                        f"is the {columns:,}th. Delete cells far from the table, or save it as CSV."
                    )
                tail = text[-_LONGEST_PLACE:]
    if rows * columns > _MAX_CELLS:
        raise UnreadableFile(
            f"A sheet of “{file_name}” spans {rows:,} rows and {columns:,} columns. Delete cells "
            "far from the table, or save it as CSV."
        )
    return [said for _, said in _ODD if said in odd]


def _furthest(text: bytes, rows: int, columns: int) -> tuple[int, int]:
    """The last row and column that cells in a part of a sheet name."""
    places = set(_PLACE.findall(text))
    letters = {column for column, _ in places}
    widest = max((_column_number(column) for column in letters), default=0)
    lowest = max((int(row) for _, row in places), default=0)
    return max(rows, lowest), max(columns, widest)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _too_large(file_name: str) -> UnreadableFile:
    return UnreadableFile(
        f"“{file_name}” unpacks to far more than a list of creators needs, so it was not opened. "
        "Save the list as CSV and send that."
    )
