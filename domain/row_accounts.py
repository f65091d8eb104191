"""Whom a row of a file is about: its accounts, by their columns, links and headings above it."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.account import Account, read_account
from domain.columns import platform_named
from domain.creator import Platform
from domain.exporting import as_meant
from domain.fields import Field
from domain.handle import profile_key
from domain.mapped_column import Column
from domain.mapping import Mapping
from domain.totals import is_subtotal
from domain.values import Problem, is_blank

Row = Sequence[str]

IS_A_HEADING = "is a heading: the rows below it are of that platform"
IS_THE_HEADER = "is the header again"
IS_A_SUBTOTAL = "sums up other rows"
IS_A_REMARK = "is a remark, not a creator"
_REMARK_CELLS = 3


class Found(NamedTuple):
    """Whom a row is about: the account, or a problem with its cell, and where it is."""

    account: Account | Problem | None
    platform: Platform | None


class RowAccounts:
    """The accounts of rows, which are to be asked about in the file's order.

    A row that only names a platform is a heading: rows below it that name no platform
    themselves are of that one.

    several: columns of accounts, where a row may name several of one person; else none.
    """

    def __init__(self, mapping: Mapping) -> None:
        """Make a mapping ready."""
        self._mapping = mapping
        self._width = len(mapping.columns)
        self._headers = [column.header for column in mapping.columns]
        self._handles = mapping.feeding(Field.HANDLE)
        self._places = [(column.index, self._platform_of(column)) for column in self._handles]
        self._platforms = [(c.index, c.reader()) for c in mapping.feeding(Field.PLATFORM)]
        self._heading: Platform | None = None
        self.several = _several(self._handles)

    def padded(self, row: Row) -> Row | None:
        """The row with as many cells as there are columns; None where it has more."""
        if len(row) == self._width:
            return row
        if any(cell.strip() for cell in row[self._width :]):
            return None
        return [*row, *[""] * (self._width - len(row))]

    def why_nobody(self, row: Row) -> str | None:
        """Why a row is about nobody, before its account is read: a heading, the header again."""
        if row.count("") >= len(row) - 1 and (heading := heading_of(row)) is not None:
            self._heading = heading
            return IS_A_HEADING
        if is_subtotal(row, row[self._handles[0].index]):
            return IS_A_SUBTOTAL
        return IS_THE_HEADER if self._is_header(row) else None

    def find(self, row: Row) -> Found:
        """Whom the row is about; several handle columns are tried in turn."""
        stated = self._stated(row) if self._platforms else None
        account: Account | Problem | None = None
        for place, fallback in self._places:
            found = read_account(row[place], stated or fallback)
            if isinstance(found, Account):
                where = found.platform or stated or self._heading or fallback
                return Found(found, where)
            account = account or found
        return Found(account, stated or self._heading or self._mapping.platform)

    def why_not(self, found: Found, row: Row) -> str:
        """Why a row gives no profile, as a phrase: "has no handle"."""
        if isinstance(found.account, Problem):
            cell = next((row[c.index] for c in self._handles if not is_blank(row[c.index])), "")
            return f"“{cell.strip()[:60]}” {found.account.reason}"
        if found.account is None:
            return "is empty" if not any(cell.strip() for cell in row) else "has no handle"
        return "names no platform"

    def is_remark(self, account: Account, row: Row) -> bool:
        """Whether a handle with spaces stands alone in its row."""
        if " " not in account.handle or self._width < _REMARK_CELLS:
            return False
        return sum(1 for cell in row if cell.strip()) == 1

    def others(self, row: Row, main: Platform) -> list[tuple[Column, tuple[Platform, str]]]:
        """Accounts of a row on other platforms than its main one, with their columns."""
        found: list[tuple[Column, tuple[Platform, str]]] = []
        for column in self.several:
            account = read_account(row[column.index], column.platform)
            if not isinstance(account, Account):
                continue
            platform = account.platform or column.platform
            if platform and platform not in (main, *(one[0] for _, one in found)):
                found.append((column, (platform, account.handle)))
        return found

    def keys(self, row: Row) -> list[tuple[str, str]]:
        """What all rows of one profile share, for each profile of a row; none for a row without."""
        padded = self.padded(row) or row
        if self.why_nobody(padded):
            return []
        account, platform = self.find(padded)
        if platform is None or not isinstance(account, Account):
            return []
        found = [profile_key(platform, account.handle)]
        return found + [profile_key(*one) for _, one in self.others(padded, platform)]

    def kept_beside(self, row: Row, account: Account, used: Sequence[Column]) -> dict[int, str]:
        """Handles of the same person that give no profile, by the places of their columns."""
        kept = {}
        for column in self._handles if len(self._handles) > 1 else ():
            cell = row[column.index].strip()
            other = read_account(cell) if column not in used else None
            if isinstance(other, Account) and other.handle != account.handle:
                kept[column.index] = cell
        return kept

    def _stated(self, row: Row) -> Platform | None:
        for place, read in self._platforms:
            if found := read(row[place]):
                return Platform(found)
        return None

    def _platform_of(self, column: Column) -> Platform | None:
        if len(self._handles) > 1:
            return column.platform or self._mapping.platform
        return self._mapping.platform or column.platform

    def _is_header(self, row: Row) -> bool:
        place = self._handles[0].index
        if row[place].strip() != self._headers[place]:
            return False
        return [" ".join(cell.split()) for cell in row] == self._headers


def heading_of(row: Row) -> Platform | None:
    """The platform that is all a row says; None for any other row, and for one of one column."""
    filled = [cell for cell in row if cell.strip()]
    if len(filled) != 1 or len(row) < len(("heading", "nothing")):
        return None
    named = platform_named(as_meant(filled[0].strip().rstrip(":")))
    return None if named is Platform.OTHER else named


def _several(handles: Sequence[Column]) -> tuple[Column, ...]:
    named = tuple(column for column in handles if column.platform is not None)
    return named if len({column.platform for column in named}) > 1 else ()
