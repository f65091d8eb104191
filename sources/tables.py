"""The table in a file: where its headers are, which rows belong to it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.columns import is_known_header, read_header
from domain.mapped_column import column_letter
from sources.blocks import NAMES, Block, blocks_of, without_totals
from sources.grids import MAX_COLUMNS, Grid, UnreadableFile, too_many_columns


@dataclass(frozen=True)
class Table:
    """One table of a file.

    headers: in the file's own spelling, trimmed; "Column A" and so on where it has none.
    header_row: its number in the file, None without headers. row_count: rows with cells.
    notes: how the file was read, sentences for a person. encoding, delimiter: of a text file.
    beside: other tables stand to the right, which are cut off. hint: all names that may
    give platform and date away. title: what stands above the headers.
    """

    file_name: str
    headers: tuple[str, ...]
    header_row: int | None
    row_count: int
    grid: Grid
    first: int
    last: int
    left: int = 0
    beside: bool = False
    notes: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    hint: str = ""
    title: str = ""

    @property
    def sheet(self) -> str | None:
        """The sheet's name in a workbook."""
        return self.grid.name or None

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Each row with its number in the file, blank ones left out; may be asked for again."""
        width = len(self.headers)
        for row_number, row in enumerate(self.grid.rows(), self.grid.first_row):
            if row_number > self.last:
                return
            if row_number < self.first:
                continue
            cells = row[self.left :] if self.left else row
            if len(cells) > width and (self.beside or not any(map(str.strip, cells[width:]))):
                cells = cells[:width]
            if any(cells) and any(map(str.strip, cells)):
                yield row_number, cells

    def sample(self, limit: int) -> list[Sequence[str]]:
        """The first rows, at most `limit`."""
        rows = []
        for _, row in self.rows():
            rows.append(row)
            if len(rows) == limit:
                break
        return rows


def find_table(grids: Sequence[Grid], file_name: str) -> Table:
    """The table that looks most like a list of creators, in whatever sheet it is.

    Raises:
        UnreadableFile: there are no rows, or more than `MAX_ROWS`.
    """
    found = [(grid, block) for grid in grids for block in blocks_of(grid)]
    if not found:
        raise UnreadableFile(
            f"“{file_name}” has no rows with cells in them. Check that it is the right file."
        )
    grid, block = max(found, key=lambda pair: pair[1].score)
    block, totals = without_totals(block)
    left, headers, beside = _columns(block)
    if len(headers) > MAX_COLUMNS:
        raise too_many_columns(file_name)
    others = [other for other in found if other[1].first != block.first or other[0] is not grid]
    if block.row_count == 0:
        raise UnreadableFile(
            f"“{file_name}” has a header and no rows below it. Add the creators and send it again."
        )
    return Table(
        file_name=file_name,
        headers=headers,
        header_row=block.header_row,
        row_count=block.row_count,
        grid=grid,
        first=block.first,
        last=block.last,
        left=left,
        title=block.title,
        beside=bool(beside),
        notes=(*_header_notes(block), *beside, *totals, *_left_out(grid, block, others)),
    )


def _columns(block: Block) -> tuple[int, tuple[str, ...], list[str]]:
    """Where the table starts, its headers, and what stands beside it and was left out."""
    filled = Counter(i for row in block.sample for i, cell in enumerate(row) if cell.strip())
    named = [bool(text) for text in block.header]
    enough = max(1, len(block.sample) / 5) if named else 1  # a few longer rows are damaged rows
    used = [
        (index < len(named) and (named[index] or filled[index] > 0)) or filled[index] >= enough
        for index in range(max([len(named), *(index + 1 for index in filled)]))
    ]
    width = max((index + 1 for index, in_use in enumerate(used) if in_use), default=0)
    headers = (*block.header, *[""] * width)[:width]
    spans = [span for span in _spans(used[:width]) if _names_somebody(headers[slice(*span)])]
    if not _are_tables([headers[slice(*span)] for span in spans]):
        spans = spans[:1]
    if len(spans) < 2 or not block.header:
        if not block.header:
            headers = tuple(f"Column {column_letter(index)}" for index in range(width))
        return 0, headers, []
    best = max(spans, key=lambda span: sum(map(is_known_header, headers[slice(*span)])))
    names = [
        f"{column_letter(start)}–{column_letter(end - 1)}"
        for start, end in spans
        if (start, end) != best
    ]
    note = f"Several tables stand side by side; columns {', '.join(names)} were left out."
    return best[0], headers[slice(*best)], [note]


def _spans(used: Sequence[bool]) -> list[tuple[int, int]]:
    """Runs of used columns, as (start, end)."""
    spans: list[tuple[int, int]] = []
    for index, filled in enumerate(used):
        if filled and spans and spans[-1][1] == index:
            spans[-1] = (spans[-1][0], index + 1)
        elif filled:
            spans.append((index, index + 1))
    return spans


def _are_tables(spans: Sequence[Sequence[str]]) -> bool:
    """Whether columns with gaps between them are tables of their own and not one with gaps.

    Each table has several headers, and a second one says again who a row is about.
    """
    return all(sum(map(is_known_header, span)) > 1 for span in spans)


def _names_somebody(headers: Sequence[str]) -> bool:
    return any(NAMES & set(read_header(text).fields) for text in headers if text)


def _header_notes(block: Block) -> list[str]:
    if block.header_row is None:
        return ["No header row was found, so the columns go by their letters."]
    return [] if block.header_row == 1 else [f"The headers are in row {block.header_row}."]


def _left_out(grid: Grid, block: Block, others: Sequence[tuple[Grid, Block]]) -> list[str]:
    if not others:
        return []
    here = f"sheet “{grid.name}”" if grid.name else "the table"
    rows = f"rows {block.first:,} to {block.last:,}"
    names = [
        f"sheet “{other.name}”" if other is not grid else f"rows {part.first:,} to {part.last:,}"
        for other, part in others
    ]
    return [f"Read: {here}, {rows}. Left out, less like a list of creators: {', '.join(names)}."]
