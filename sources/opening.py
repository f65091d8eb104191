"""Open a file, whatever it is: text, a workbook, or an archive with one of them."""

import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

from sources.grids import UnreadableFile
from sources.spreadsheets import DAMAGED, check_sizes, read_workbook
from sources.tables import Table, find_table
from sources.text_tables import delimiter_name, read_text

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0"
_MAX_WORKBOOK = 200 << 20
_CHUNK = 1 << 20
_OTHERS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def read_table(path: Path, name: str | None = None) -> Table:
    """The table in a file, found and described; rows stay on disk until they are asked for.

    Args:
        path: the file.
        name: what the person calls it, where `path` is a temporary one.

    Raises:
        UnreadableFile: the file can't be understood; the text says why and what to do.
    """
    name = name or path.name
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise UnreadableFile(f"“{name}” can't be opened: {error.strerror}.") from error
    if head.startswith(_OLE):
        raise UnreadableFile(_why_not_ole(lambda: path.open("rb"), name))
    if head.startswith(_ZIP):
        return _from_zip(path, name)
    return _from_text(lambda: path.open("rb"), name)


def _from_text(opener: Callable[[], BinaryIO], name: str, hint: str = "") -> Table:
    text = read_text(opener, name)
    table = find_table([text.grid], name)
    commas = (
        []
        if text.delimiter == ","
        else [f"Columns are separated by {delimiter_name(text.delimiter)}."]
    )
    return replace(
        table,
        encoding=text.encoding,
        delimiter=text.delimiter,
        hint=hint or name,
        notes=(*text.notes, *commas, *table.notes),
    )


def _from_workbook(data: bytes, name: str, hint: str = "") -> Table:
    grids, notes = read_workbook(data, name)
    table = find_table(grids, name)
    return replace(table, hint=hint or name, notes=(*notes, *table.notes))


def _from_zip(path: Path, name: str) -> Table:
    """A workbook, which is a ZIP itself, or an archive with one table in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise UnreadableFile(f"“{name}” is damaged ({error}). Send it again.") from error
    names = {info.filename for info in infos}
    if "[Content_Types].xml" in names or "mimetype" in names:
        if path.stat().st_size > _MAX_WORKBOOK:
            raise UnreadableFile(f"“{name}” is too large for a workbook. Save it as CSV.")
        return _from_workbook(path.read_bytes(), name)
    check_sizes(infos, name)
    members = [info for info in infos if not info.is_dir() and not _is_litter(info.filename)]
    if any(stat.S_ISLNK(info.external_attr >> 16) for info in members):
        raise UnreadableFile(f"“{name}” holds a link to a file and not the file. Send the file.")
    if len(members) != 1:
        found = ", ".join(info.filename for info in members[:5]) or "nothing"
        raise UnreadableFile(
            f"“{name}” should hold one CSV or XLSX file and holds {found}. Send one of them."
        )
    return _from_member(path, members[0], name)


def _from_member(path: Path, info: zipfile.ZipInfo, name: str) -> Table:
    hint = f"{Path(name).stem} {Path(info.filename).name}"

    def opener() -> BinaryIO:
        with zipfile.ZipFile(path) as archive:  # the member keeps its own hold of the file
            return cast(BinaryIO, archive.open(info))

    try:
        with opener() as member:
            head = member.read(8)
        if head.startswith(_OLE):
            raise UnreadableFile(_why_not_ole(opener, info.filename))
        if not head.startswith(_ZIP):
            return _from_text(opener, name, hint)
        with opener() as member:
            data = member.read(_MAX_WORKBOOK)
    except DAMAGED as error:
        raise UnreadableFile(f"“{name}” is damaged ({error}). Send it again.") from error
    return _from_workbook(data, name, hint)


def _holds(opener: Callable[[], BinaryIO], wanted: bytes) -> bool:
    tail = b""
    with opener() as file:
        while chunk := file.read(_CHUNK):
            if wanted in tail + chunk:
                return True
            tail = chunk[-len(wanted) :]
    return False


def _is_litter(filename: str) -> bool:
    return filename.startswith(_OTHERS[:1]) or Path(filename).name in _OTHERS


def _why_not_ole(opener: Callable[[], BinaryIO], name: str) -> str:
    """What an OLE file is: a protected workbook, or one of the old kind."""
    if _holds(opener, "EncryptedPackage".encode("utf-16-le")):
        return f"“{name}” is protected by a password. Remove the password and send it again."
    return f"“{name}” is a workbook of the old kind (.xls). Save it as XLSX or CSV and send that."
