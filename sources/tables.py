"""The table in a file: where its headers are, which rows belong to it."""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from domain.columns import is_known_header, read_header
from domain.fields import Field
from domain.mapping import column_letter
from domain.totals import is_total
from domain.values import is_missing, number

MAX_ROWS = 2_000_000
"""Longer files are refused; they are to be split."""

_SEARCHED_ROWS = 10
_SAMPLED_ROWS = 200
_SEARCHED_FOR_TABLES = 10_000
_LONGEST_CELL = 32_767
_TAIL = 5
_FEWEST_HEADERS = 2
_WITH_DIGIT = re.compile(r"\d|^@")
_NAMES = frozenset({Field.HANDLE, Field.DISPLAY_NAME, Field.URL})


class UnreadableFile(Exception):
    """A file that can't be understood; its text says what is wrong and what to do."""


@dataclass(frozen=True)
class Grid:
    """Cells as a file holds them, before anybody knows which of them are headers.

    rows: from the first row on, as often as asked; every row a sequence of texts. name: of the
    sheet, "" in a text file. first_row: number of the first row in the file.
    """

    rows: Callable[[], Iterator[Sequence[str]]]
    name: str = ""
    first_row: int = 1


@dataclass(frozen=True)
class Table:
    """One table of a file.

    headers: in the file's own spelling, trimmed; "Column A" and so on where it has none.
    header_row: its number in the file, None without headers. row_count: rows with cells.
    notes: how the file was read, sentences for a person. encoding, delimiter: of a text file.
    beside: other tables stand to the right, which are cut off. hint: all names that may
    give platform and date away.
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


class _Block(NamedTuple):
    """Rows without a blank row before a new header: one table, perhaps of several."""

    header_row: int | None
    header: tuple[str, ...]
    first: int
    last: int
    row_count: int
    sample: list[Sequence[str]]
    tail: list[tuple[int, Sequence[str]]]
    score: tuple[bool, int, int]


@dataclass
class _Survey:
    """What one pass over a grid collects."""

    blocks: list[_Block] = field(default_factory=list)
    head: list[tuple[int, Sequence[str]]] = field(default_factory=list)
    tail: deque[tuple[int, Sequence[str]]] = field(default_factory=lambda: deque(maxlen=_TAIL))
    count: int = 0
    last: int = 0


def too_many_rows() -> UnreadableFile:
    """Why a file with more than `MAX_ROWS` rows is refused."""
    return UnreadableFile(
        f"The file has more than {MAX_ROWS:,} rows. Split it and import the parts."
    )


def find_table(grids: Sequence[Grid], file_name: str) -> Table:
    """The table that looks most like a list of creators, in whatever sheet it is.

    Raises:
        UnreadableFile: there are no rows, or more than `MAX_ROWS`.
    """
    found = [(grid, block) for grid in grids for block in _blocks(grid)]
    if not found:
        raise UnreadableFile(
            f"“{file_name}” has no rows with cells in them. Check that it is the right file."
        )
    grid, block = max(found, key=lambda pair: pair[1].score)
    block, totals = _without_totals(block)
    left, headers, beside = _columns(block)
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
        beside=bool(beside),
        notes=(*_header_notes(block), *beside, *totals, *_left_out(grid, block, others)),
    )


def _blocks(grid: Grid) -> list[_Block]:
    survey = _Survey()
    after_blank = True
    for row_number, row in enumerate(grid.rows(), grid.first_row):
        if not any(row) or not any(map(str.strip, row)):
            after_blank = True
            continue
        if (
            after_blank
            and survey.head
            and row_number <= _SEARCHED_FOR_TABLES
            and _is_header(row, survey)
        ):
            survey.blocks.append(_close(survey))
            survey.head, survey.count = [], 0
            survey.tail.clear()
        after_blank = False
        survey.count += 1
        survey.last = row_number
        survey.tail.append((row_number, row))
        if len(survey.head) < _SAMPLED_ROWS:
            survey.head.append((row_number, row))
        _check(row, row_number)
    if survey.head:
        survey.blocks.append(_close(survey))
    return survey.blocks


def _check(row: Sequence[str], row_number: int) -> None:
    if row_number > MAX_ROWS:
        raise too_many_rows()
    if len(max(row, key=len)) > _LONGEST_CELL:
        raise UnreadableFile(
            f"Row {row_number:,} has a cell of more than {_LONGEST_CELL:,} characters. Probably a "
            "quotation mark before it is never closed; correct it and send the file again."
        )


def _is_header(row: Sequence[str], survey: _Survey) -> bool:
    """Whether a row after a blank one starts another table: mostly known headers, and new ones."""
    if any(list(row) == list(seen) for _, seen in survey.head[:_SEARCHED_ROWS]):
        return False
    filled = [cell for cell in row if cell.strip()]
    known = sum(map(is_known_header, filled))
    return (known >= 2 and known >= len(filled) / 2) or _turns_to_words(row, survey)


def _turns_to_words(row: Sequence[str], survey: _Survey) -> bool:
    """Whether a row holds only words, also where all rows before it held numbers."""
    filled = [cell for cell in row if cell.strip()]
    if len(filled) < _FEWEST_HEADERS or any(_WITH_DIGIT.search(cell) for cell in filled):
        return False
    before = [earlier for _, earlier in survey.head[1:]]
    for place, cell in enumerate(row):
        cells = [one[place] for one in before if place < len(one) and one[place].strip()]
        numbers = sum(map(_is_number, cells))
        if cell.strip() and not is_missing(cell) and numbers >= max(2, 0.9 * len(cells)):
            return True
    return False


def _close(survey: _Survey) -> _Block:
    place = _header_place([row for _, row in survey.head])
    header_row, header = None, tuple[str, ...]()
    first = survey.head[0][0]
    count = survey.count
    if place is not None:
        header_row, cells = survey.head[place]
        header = tuple(" ".join(cell.split()) for cell in cells)
        first = header_row + 1
        count -= place + 1
    sample = [row for number, row in survey.head if number >= first]
    fields = {name for text in header if text for name in read_header(text).fields}
    named = bool(_NAMES & fields) or (not header and bool(sample))
    score = (named, len(fields - {Field.IGNORE}), count)
    tail = [(number, row) for number, row in survey.tail if number >= first]
    return _Block(header_row, header, first, survey.last, count, sample, tail, score)


def _without_totals(block: _Block) -> tuple[_Block, list[str]]:
    """The table without rows at its end that sum it up and remarks below them."""
    places = [place for place, (_, row) in enumerate(block.tail) if is_total(row)]
    if not places:
        return block, []
    start = places[0]
    if any(_filled(row) > 1 and not is_total(row) for _, row in block.tail[start:]):
        return block, []
    left_out = block.tail[start:]
    sample = block.sample[: max(0, block.row_count - len(left_out))]
    rest = block._replace(
        last=left_out[0][0] - 1, row_count=block.row_count - len(left_out), sample=sample
    )
    name = f"Row {left_out[0][0]:,} sums up"
    if len(left_out) > 1:
        name = f"Rows {left_out[0][0]:,} to {left_out[-1][0]:,} sum up"
    return rest, [f"{name} the others and {'were' if len(left_out) > 1 else 'was'} left out."]


def _header_place(rows: Sequence[Sequence[str]]) -> int | None:
    """Which of the first rows is the header: most known headers, else text above numbers."""
    best, most = None, 0
    for place, row in enumerate(rows[:_SEARCHED_ROWS]):
        filled = [cell for cell in row if cell.strip()]
        known = sum(map(is_known_header, filled))
        enough = known >= 2 or (known == 1 and len(filled) == 1 and _width(rows) == 1)
        if known > most and (enough or known >= len(filled) / 2 > 0.5):
            best, most = place, known
    return best if best is not None else _text_above_numbers(rows)


def _width(rows: Sequence[Sequence[str]]) -> int:
    return max(sum(1 for cell in row if cell.strip()) for row in rows)


def _text_above_numbers(rows: Sequence[Sequence[str]]) -> int | None:
    """The first full row, where it is all words and a column below it is all numbers."""
    full = [place for place, row in enumerate(rows[:_SEARCHED_ROWS]) if _filled(row) > 1]
    place = full[0] if full else 0
    header, below = rows[place], rows[place + 1 :]
    if not below or any(_is_number(cell) or cell.startswith("@") for cell in header):
        return None
    for index, cell in enumerate(header):
        cells = [row[index] for row in below if index < len(row) and not is_missing(row[index])]
        if cell.strip() and cells and sum(map(_is_number, cells)) >= 0.7 * len(cells):
            return place
    return None


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _is_number(cell: str) -> bool:
    return isinstance(number(cell.strip().rstrip("%")), int | float)


def _columns(block: _Block) -> tuple[int, tuple[str, ...], list[str]]:
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
    return any(_NAMES & set(read_header(text).fields) for text in headers if text)


def _header_notes(block: _Block) -> list[str]:
    if block.header_row is None:
        return ["No header row was found, so the columns go by their letters."]
    return [] if block.header_row == 1 else [f"The headers are in row {block.header_row}."]


def _left_out(grid: Grid, block: _Block, others: Sequence[tuple[Grid, _Block]]) -> list[str]:
    if not others:
        return []
    here = f"sheet “{grid.name}”" if grid.name else "the table"
    rows = f"rows {block.first:,} to {block.last:,}"
    names = [
        f"sheet “{other.name}”" if other is not grid else f"rows {part.first:,} to {part.last:,}"
        for other, part in others
    ]
    return [f"Read: {here}, {rows}. Left out, less like a list of creators: {', '.join(names)}."]
