"""Creator files (CSV, XLSX, or a ZIP with one of them) as tables and as profiles."""

import datetime as dt
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from domain.columns import is_known_header
from domain.conversion import Converter, Skipped
from domain.conversion_remarks import Contradiction
from domain.creator import ProfileSnapshot
from domain.fields import Field
from domain.handle import profile_key
from domain.mapping import Mapping
from domain.measures import Spread, add_measures
from domain.merging import merge
from domain.proposal import SAMPLE_ROWS, propose
from sources.grids import MAX_ROWS, UnreadableFile
from sources.opening import read_table
from sources.tables import Table

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

_PROGRESS_EVERY = 1_000
_FEW_ROWS = 40


def propose_mapping(table: Table) -> Mapping:
    """What each column of a table feeds, for a person to confirm.

    Raises:
        UnreadableFile: no column could be a handle, link or name of a creator.
    """
    mapping = propose(
        table.headers, table.sample(SAMPLE_ROWS), table.hint or table.file_name, table.title
    )
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
        return self._converter.remarks.contradictions + len(self._merge_contradictions)

    @property
    def contradiction_examples(self) -> list[Contradiction]:
        """The first contradictions, those between columns in front."""
        return [*self._converter.remarks.contradiction_examples, *self._merge_contradictions[:20]]

    @property
    def problems(self) -> dict[str, tuple[int, str]]:
        """Per header: how many cells could not be read, and the first with the reason."""
        examples = self._converter.remarks.problem_examples
        return {
            header: (count, examples[header])
            for header, count in self._converter.remarks.problems.most_common()
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
    place = handles[0].index
    cells = [row[place] for row in table.sample(_FEW_ROWS) if place < len(row)]
    return sum(map(is_known_header, cells)) > len(cells) / 2


def _key(found: ProfileSnapshot) -> tuple[str, str]:
    return profile_key(found.platform, found.handle)


def _repeats(hashes: "array[int]") -> tuple[frozenset[int], int]:
    """Which hashes are there more than once, and how many different ones there are."""
    ordered = sorted(hashes)
    repeated = frozenset(one for one, next_one in pairwise(ordered) if one == next_one)
    different = 1 + sum(one != next_one for one, next_one in pairwise(ordered)) if ordered else 0
    return repeated, different
