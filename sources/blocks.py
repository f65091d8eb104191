"""Tables in a grid: where one ends and another begins, where its headers are, what sums it up."""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from domain.columns import is_known_header, read_header
from domain.fields import Field
from domain.header_groups import with_groups
from domain.totals import is_total
from domain.values import is_missing, number
from sources.grids import MAX_ROWS, Grid, UnreadableFile, too_many_rows

_SEARCHED_ROWS = 10
_SAMPLED_ROWS = 200
_SEARCHED_FOR_TABLES = 10_000
_LONGEST_CELL = 32_767
_TAIL = 5
_FEWEST_HEADERS = 2
_WITH_DIGIT = re.compile(r"\d|^@")
NAMES = frozenset({Field.HANDLE, Field.DISPLAY_NAME, Field.URL})


class Block(NamedTuple):
    """Rows without a blank row before a new header: one table, perhaps of several.

    title: what stands above the header.
    """

    header_row: int | None
    header: tuple[str, ...]
    first: int
    last: int
    row_count: int
    sample: list[Sequence[str]]
    tail: list[tuple[int, Sequence[str]]]
    score: tuple[bool, int, int]
    title: str = ""


@dataclass
class _Survey:
    """What one pass over a grid collects."""

    blocks: list[Block] = field(default_factory=list)
    head: list[tuple[int, Sequence[str]]] = field(default_factory=list)
    tail: deque[tuple[int, Sequence[str]]] = field(default_factory=lambda: deque(maxlen=_TAIL))
    count: int = 0
    last: int = 0


def blocks_of(grid: Grid) -> list[Block]:
    """The tables of a grid, from its top.

    Raises:
        UnreadableFile: it has more than `MAX_ROWS` rows, or a cell that never ends.
    """
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


def without_totals(block: Block) -> tuple[Block, list[str]]:
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


def _check(row: Sequence[str], row_number: int) -> None:
    if row_number > MAX_ROWS:
        raise too_many_rows(MAX_ROWS)
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


def _close(survey: _Survey) -> Block:
    place = _header_place([row for _, row in survey.head])
    header_row, header, title = None, tuple[str, ...](), ""
    first = survey.head[0][0]
    count = survey.count
    if place is not None:
        header_row, cells = survey.head[place]
        above = [row for _, row in survey.head[:place]]
        title = " ".join(cell.strip() for row in above for cell in row if cell.strip())
        header = with_groups([" ".join(cell.split()) for cell in cells], above[-1:])
        first = header_row + 1
        count -= place + 1
    sample = [row for number, row in survey.head if number >= first]
    fields = {name for text in header if text for name in read_header(text).fields}
    named = bool(NAMES & fields) or (not header and bool(sample))
    score = (named, len(fields - {Field.IGNORE}), count)
    tail = [(number, row) for number, row in survey.tail if number >= first]
    return Block(header_row, header, first, survey.last, count, sample, tail, score, title)


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
