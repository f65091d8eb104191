"""Files that are refused whole, before they cost much: time and memory are measured."""

import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from sources import text_tables
from sources.files import MAX_ROWS, UnreadableFile, read_table

HEADER = b"handle,followers\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _zipped(name: str, *pieces: tuple[bytes, int]) -> bytes:
    """An archive with one file, made of pieces that repeat."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w", force_zip64=True) as member,
    ):
        for piece, times in pieces:
            for _ in range(times):
                member.write(piece)
    return file.getvalue()


def _bomb() -> bytes:
    return _zipped("ig_list.csv", (HEADER, 1), (b"anna,1\n" * 150_000, 60))


def _sheet_bomb() -> bytes:
    """A workbook with a sheet of 60 MB of blanks."""
    book = openpyxl.Workbook()
    plain = io.BytesIO()
    book.save(plain)
    file = io.BytesIO()
    with (
        zipfile.ZipFile(plain) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in old.namelist():
            if name != "xl/worksheets/sheet1.xml":
                archive.writestr(name, old.read(name))
        with archive.open("xl/worksheets/sheet1.xml", "w") as member:
            member.write(b"<worksheet><sheetData>")
            for _ in range(60):
                member.write(b" " * (1 << 20))
            member.write(b"</sheetData></worksheet>")
    return file.getvalue()


def _workbook(**parts: bytes) -> bytes:
    """A workbook with further parts."""
    book = openpyxl.Workbook()
    plain = io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain, "a") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return plain.getvalue()


def _with_macros() -> bytes:
    return _workbook(**{"xl/vbaProject.bin": OLE})


def _with_old_macros() -> bytes:
    return _workbook(**{"xl/macrosheets/sheet2.xml": b"<xm:macrosheet/>"})


def _wide_sheet() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for _ in range(3):
        sheet.append(["handle"] * 16_384)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _wide_text() -> bytes:
    return (",".join(f"column {n}" for n in range(1_100)) + "\n").encode() + b"1," * 1_099 + b"1\n"


def _zip_of(name: str, data: bytes) -> bytes:
    return _zipped(name, (data, 1))


def _link() -> bytes:
    """An archive whose only file is a link to a file of the machine."""
    info = zipfile.ZipInfo("ig_list.csv")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return file.getvalue()


def _flipped() -> bytes:
    """A workbook with one byte in its middle turned, so that it can't be unpacked."""
    file = bytearray(_workbook(**{"xl/worksheets/sheet9.xml": b""}))
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    for place in range(info.header_offset + 60, info.header_offset + 100):
        file[place] ^= 0xFF
    return bytes(file)


def _with_password() -> bytes:
    return OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(4_096)


def _nul_at_the_end() -> bytes:
    return HEADER + b"anna,1\n" * 1_000_000 + b"\0\n"


@pytest.mark.parametrize(
    ("name", "make", "why", "seconds"),
    [
        ("bomb.zip", _bomb, "unpacks to far more", 0.2),
        ("bomb.xlsx", _sheet_bomb, "unpacks to far more", 0.2),
        ("macros.xlsx", _with_macros, "holds macros", 0.2),
        ("protected.xlsx", _with_password, "protected by a password", 0.2),
        ("damaged.csv", _nul_at_the_end, "NUL bytes", 0.5),
        ("old-macros.xlsx", _with_old_macros, "holds macros", 0.2),
        ("protected.zip", lambda: _zip_of("a.xlsx", _with_password()), "protected by a", 0.2),
        ("wide.xlsx", _wide_sheet, "more than 1,000 columns", 0.5),
        ("wide.csv", _wide_text, "more than 1,000 columns", 1),
        ("nested.zip", lambda: _zip_of("a.zip", _zip_of("a.csv", HEADER)), "in an archive", 0.2),
        ("link.zip", _link, "holds a link to a file", 0.2),
        ("flipped.xlsx", _flipped, "is damaged", 0.2),
    ],
)
def test_what_cannot_be_read_is_refused_fast_and_in_little_memory(
    name: str, make: Callable[[], bytes], why: str, seconds: float, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    began = time.process_time()
    with pytest.raises(UnreadableFile, match=why):
        read_table(path)
    assert time.process_time() - began < seconds
    tracemalloc.start()
    with pytest.raises(UnreadableFile, match=why):
        read_table(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 << 20


def test_more_than_two_million_rows_are_refused_with_the_number(tmp_path: Path) -> None:
    """They are counted before anything is read into cells."""
    path = tmp_path / "many.csv"
    with path.open("wb") as file:
        file.write(HEADER)
        for _ in range(20):
            file.write(b"a,1\n" * (MAX_ROWS // 20))
    began = time.process_time()
    with pytest.raises(UnreadableFile, match=f"more than {MAX_ROWS:,} rows"):
        read_table(path)
    assert time.process_time() - began < 1


def test_line_ends_in_quotes_are_no_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_tables, "MAX_ROWS", 5)
    path = tmp_path / "ig_list.csv"
    path.write_bytes(b'handle,bio,followers\nanna,"1\n2\n3\n4\n5\n6",12\n')
    assert read_table(path).row_count == 1
