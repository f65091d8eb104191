"""Cells of a file, before anybody knows which of them are headers, and why one is refused."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

MAX_ROWS = 2_000_000
"""Longer files are refused; they are to be split."""

MAX_COLUMNS = 1_000
"""Wider tables are refused: no list of creators has so many facts."""


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


def too_many_rows(most: int) -> UnreadableFile:
    """Why a file with more rows than `most` is refused."""
    return UnreadableFile(f"The file has more than {most:,} rows. Split it and import the parts.")


def too_many_columns(file_name: str) -> UnreadableFile:
    """Why a table with more columns than `MAX_COLUMNS` is refused."""
    return UnreadableFile(
        f"“{file_name}” has more than {MAX_COLUMNS:,} columns. Keep those about creators and send "
        "it again."
    )
