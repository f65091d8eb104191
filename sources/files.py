"""Creator files (CSV, XLSX, or a ZIP with one of them) as tables and as profiles."""

import datetime as dt
import zipfile
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, cast

from domain.columns import is_known_header
from domain.conversion import Contradiction, Converter, Skipped
from domain.creator import ProfileSnapshot
from domain.fields import Field
from domain.handle import profile_key
from domain.mapping import Mapping
from domain.measures import Spread, add_measures
from domain.merging import merge
from domain.proposal import SAMPLE_ROWS, propose
from sources.grids import MAX_ROWS, UnreadableFile
from sources.spreadsheets import check_sizes, read_workbook
from sources.tables import Table, find_table
from sources.text_tables import delimiter_name, read_text

__all__ = [
    "MAX_ROWS",
    "ReadResult",
    "Table",
    "UnreadableFile",
    "propose_mapping",
    "read_creators",
    "read_table",
]

Progress = Callable[[int, int], None]
"""Told now and then how many rows are done, of how many."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0"
_PROGRESS_EVERY = 1_000
_MAX_WORKBOOK = 200 << 20
_FEW_ROWS = 40
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
        raise UnreadableFile(_why_not_ole(path, name))
    if head.startswith(_ZIP):
        return _from_zip(path, name)
    return _from_text(lambda: path.open("rb"), name)


def propose_mapping(table: Table) -> Mapping:
    """What each column of a table feeds, for a person to confirm.

    Raises:
        UnreadableFile: no column could be a handle, link or name of a creator.
    """
    mapping = propose(table.headers, table.sample(SAMPLE_ROWS), table.hint or table.file_name)
    texts = [column for column in mapping.columns if column.content.numeric < 0.5]
    if not mapping.feeding(Field.HANDLE) and not any(c.content.filled for c in texts):
        raise UnreadableFile(
            f"“{table.file_name}” has no column with handles, links or names of creators. "
            "Add one, headed for example “handle”, and send it again."
        )
    if _stands_on_its_side(table, mapping):
        raise UnreadableFile(
            f"“{table.file_name}” has one row for each field and not for each creator. Turn the "
            "table (in a spreadsheet program: paste it transposed) and send it again."
        )
    return mapping.model_copy(update={"source": table.file_name})


def read_creators(
    path: Path,
    mapping: Mapping | None = None,
    *,
    name: str | None = None,
    as_of: dt.date | None = None,
    today: dt.date | None = None,
    progress: Progress | None = None,
) -> "ReadResult":
    """The profiles in a file, read row by row as they are asked for.

    Args:
        path: the file.
        mapping: as a person confirmed it; without one, as it is proposed.
        name: what the person calls the file.
        as_of: date of the figures, where the mapping has none.
        today: dates of rows may not lie after it.
        progress: told about every 1,000 rows.

    Raises:
        UnreadableFile: the file can't be understood, or nothing says who or on which platform.
    """
    table = read_table(path, name)
    mapping = mapping or propose_mapping(table)
    if len(mapping.columns) != len(table.headers):
        raise UnreadableFile(
            f"“{table.file_name}” has {len(table.headers)} columns and not the "
            f"{len(mapping.columns)} that were confirmed. Review the columns again."
        )
    if as_of is not None:
        mapping = mapping.with_as_of(as_of)
    if mapping.missing:
        raise UnreadableFile(f"“{table.file_name}”: {' '.join(mapping.missing)}")
    return ReadResult(table, mapping, today, progress)


class ReadResult:
    """Profiles and skipped rows of a file; after one round the counts are complete.

    rows: read so far. profiles: given out. merged: rows that went into another row's profile.
    skipped: rows without a profile. contradictions: cells and rows that differ from what was
    kept; contradiction_examples: the first of them.
    """

    def __init__(
        self, table: Table, mapping: Mapping, today: dt.date | None, progress: Progress | None
    ) -> None:
        self.table = table
        self.mapping = mapping
        self._today = today
        self._repeated: frozenset[int] | None = None
        self._start()
        self._progress = progress or (lambda done, total: None)

    def _start(self) -> None:
        self.rows = self.profiles = self.merged = self.skipped = 0
        self._merge_contradictions: list[Contradiction] = []
        self._converter = Converter(self.mapping, latest=self._today)

    def survey(self, step: int) -> tuple[Spread, int]:
        """Look through the rows before they are given out.

        Args:
            step: every how many-th row is sampled.

        Returns:
            How measures are spread over the sample, and how many profiles there are.
        """
        self._start()
        self._repeated, profiles, spread = self._look_through(step)
        return spread, profiles

    def __iter__(self) -> Iterator[ProfileSnapshot | Skipped]:
        self._start()
        if self._repeated is None:
            self._repeated, _, _ = self._look_through(0)
        repeated = self._repeated
        held: dict[object, list[ProfileSnapshot]] = {}
        convert, further = self._converter.convert, self._converter.further
        for row_number, row in self.table.rows():
            found = convert(row, row_number)
            self.rows += 1
            if self.rows % _PROGRESS_EVERY == 0:
                self._progress(self.rows, self.table.row_count)
            if isinstance(found, Skipped):
                self.skipped += 1
                yield found
                continue
            person = (found, *further(row, found)) if found.same_as else (found,)
            if repeated and any(hash(_key(one)) in repeated for one in person):
                for one in person:  # a person's accounts stay together, the first one in front
                    held.setdefault(_key(one), []).append(one)
                continue
            self.profiles += len(person)
            yield found
            if found.same_as:
                yield from person[1:]
        yield from self._merged(held)
        self._progress(self.rows, self.table.row_count)

    @property
    def notes(self) -> tuple[str, ...]:
        """How the file was read, sentences for a person."""
        date = (self.mapping.as_of_reason,) if self.mapping.as_of_reason else ()
        return (*self.mapping.notes, *self.table.notes, *date)

    @property
    def contradictions(self) -> int:
        """Cells and merged rows that differ, beyond rounding, from what was kept."""
        return self._converter.contradictions + len(self._merge_contradictions)

    @property
    def contradiction_examples(self) -> list[Contradiction]:
        """The first contradictions, those between columns in front."""
        return [*self._converter.contradiction_examples, *self._merge_contradictions[:20]]

    @property
    def problems(self) -> dict[str, tuple[int, str]]:
        """Per header: how many cells could not be read, and the first with the reason."""
        examples = self._converter.problem_examples
        return {
            header: (count, examples[header])
            for header, count in self._converter.problems.most_common()
        }

    def _look_through(self, step: int) -> tuple[frozenset[int], int, Spread]:
        """Hashes of profiles that several rows are about, how many profiles, and the sample.

        Two million hashes take 16 MB; a set of them would take 200.
        """
        hashes = array("q")
        spread: Spread = defaultdict(list)
        converter = Converter(self.mapping, latest=self._today)
        for place, (row_number, row) in enumerate(self.table.rows()):
            keys = converter.keys(row)
            hashes.extend(map(hash, keys))
            if keys and step and place % step == 0:
                found = converter.convert(row, row_number)
                if not isinstance(found, Skipped):
                    add_measures(spread, found)
        repeated, profiles = _repeats(hashes)
        return repeated, profiles, dict(spread)

    def _merged(self, held: dict[object, list[ProfileSnapshot]]) -> Iterator[ProfileSnapshot]:
        for group in held.values():
            snapshot, contradictions = merge(group)
            self._merge_contradictions += contradictions
            self.merged += len(group) - 1
            self.profiles += 1
            yield snapshot


def _stands_on_its_side(table: Table, mapping: Mapping) -> bool:
    """Whether the column of handles holds what should be headers: "Name", "Followers"."""
    handles = mapping.feeding(Field.HANDLE)[:1]
    if not handles or table.row_count > _FEW_ROWS:
        return False
    if sum(map(is_known_header, table.headers)) > len(table.headers) / 2:
        return False  # the headers are where they should be; "@x_x" may be a handle
    cells = [row[handles[0].index] for row in table.sample(_FEW_ROWS) if any(row)]
    return sum(map(is_known_header, cells)) > len(cells) / 2


def _key(found: ProfileSnapshot) -> tuple[str, str]:
    return profile_key(found.platform, found.handle)


def _repeats(hashes: "array[int]") -> tuple[frozenset[int], int]:
    """Which hashes are there more than once, and how many different ones there are."""
    ordered = sorted(hashes)
    repeated = frozenset(one for one, next_one in pairwise(ordered) if one == next_one)
    different = 1 + sum(one != next_one for one, next_one in pairwise(ordered)) if ordered else 0
    return repeated, different


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
            raise UnreadableFile(
                f"“{info.filename}” is an old or protected workbook. Save it as XLSX or CSV."
            )
        if not head.startswith(_ZIP):
            return _from_text(opener, name, hint)
        with opener() as member:
            data = member.read(_MAX_WORKBOOK)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise UnreadableFile(f"“{name}” is damaged ({error}). Send it again.") from error
    return _from_workbook(data, name, hint)


def _holds(path: Path, wanted: bytes) -> bool:
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if wanted in tail + chunk:
                return True
            tail = chunk[-len(wanted) :]
    return False


def _is_litter(filename: str) -> bool:
    return filename.startswith(_OTHERS[:1]) or Path(filename).name in _OTHERS


def _why_not_ole(path: Path, name: str) -> str:
    """What an OLE file is: a protected workbook, or one of the old kind."""
    if _holds(path, "EncryptedPackage".encode("utf-16-le")):
        return f"“{name}” is protected by a password. Remove the password and send it again."
    return f"“{name}” is a workbook of the old kind (.xls). Save it as XLSX or CSV and send that."
