"""Turn rows of a file into profiles, by a mapping."""

import datetime as dt
from collections import Counter
from functools import lru_cache
from typing import Any, NamedTuple

from domain.account import NAMED_BY_TITLE, Account
from domain.cells import Reader
from domain.conversion_remarks import Remarks
from domain.creator import Figures, Platform, ProfileSnapshot, RateDefinition
from domain.exporting import as_meant
from domain.fields import NUMBERS, RATIOS, Field
from domain.handle import target_of
from domain.mapping import Mapping
from domain.rates import rate_from, usual_definition
from domain.repeats import agree
from domain.row_accounts import IS_A_REMARK, Row, RowAccounts
from domain.told_posts import posts_in
from domain.values import Problem, is_blank
from domain.written_money import money

_PROFILE_FIELDS = frozenset(
    {
        Field.DISPLAY_NAME,
        Field.URL,
        Field.BIO,
        Field.COUNTRY,
        Field.LANGUAGE,
        Field.AUDIENCE_COUNTRY,
        Field.AUDIENCE_LANGUAGE,
        Field.VERIFIED,
        Field.EMAIL,
        Field.NOTE,
    }
)
_EPOCH = ("1970", "1970-01-01", "1 January 1970", "01/01/1970")


class Skipped(NamedTuple):
    """A row that gave no profile, and why, as a phrase: "has no handle"."""

    row_number: int
    reason: str


class _Cell(NamedTuple):
    """A column made ready: where it is, what it feeds, how it is read."""

    place: int
    name: str
    read: Reader
    header: str


class Converter:
    """A mapping made ready for many rows, which are to be given in the file's order.

    remarks: what could not be read, and what contradicted.
    """

    def __init__(self, mapping: Mapping, latest: dt.date | None = None) -> None:
        """Args: mapping; latest: today, after which no figures can be dated."""
        self.mapping = mapping
        self.remarks = Remarks()
        self._latest = latest
        self._source = f"import:{mapping.source}"
        self._width = len(mapping.columns)
        self._names = _names(mapping)
        self._rows = RowAccounts(mapping)
        self._has_names = bool(mapping.feeding(Field.DISPLAY_NAME))
        self._dates = self._cells(Field.AS_OF)
        self._currencies = self._cells(Field.CURRENCY)
        self._fees = self._cells(Field.FEE)
        self._definitions = self._cells(Field.RATE_DEFINITION)
        self._words = [*self._cells(Field.CATEGORIES), *self._cells(Field.TAGS)]
        self._texts = self._cells(*_PROFILE_FIELDS)
        self._parts_of_names = self._cells(Field.FIRST_NAME, Field.LAST_NAME)
        self._figures = [
            (cell, mapping.columns[cell.place].platform)
            for cell in self._cells(*sorted(NUMBERS | RATIOS))
        ]
        self._kept = [(c.index, self._names[c.index], c.start) for c in mapping.feeding(Field.KEEP)]
        self._posts = posts_in(mapping)
        stated = [column.definition for column in mapping.feeding(Field.ENGAGEMENT_RATE)]
        self._definition = next(filter(None, stated), RateDefinition.UNSTATED)

    def convert(self, row: Row, row_number: int) -> ProfileSnapshot | Skipped:
        """The profile in a row, or why there is none. `row_number` is the file's, from 1."""
        padded = self._rows.padded(row)
        if padded is None:
            reason = f"has {len(row)} cells where the header has {self._width}"
            return Skipped(row_number, reason)
        row = padded
        if nobody := self._rows.why_nobody(row):
            return Skipped(row_number, nobody)
        account, platform = found = self._rows.find(row)
        if platform is None or not isinstance(account, Account):
            return Skipped(row_number, self._rows.why_not(found, row))
        if self._rows.is_remark(account, row):
            return Skipped(row_number, IS_A_REMARK)
        others = self._rows.others(row, platform) if self._rows.several else []
        profile: dict[str, Any] = {
            "platform": platform,
            "handle": account.handle,
            "display_name": account.display_name,
            "url": account.url,
            "source": self._source,
        }
        if not self._has_names and account.url is None and platform in NAMED_BY_TITLE:
            profile["display_name"] = account.display_name or account.handle
        extra = self._extra(row)
        for place, cell in self._rows.kept_beside(row, account, [one for one, _ in others]).items():
            extra[self._names[place]] = cell
        figures = self._read_figures(row, account, extra, platform)
        self._read_texts(row, profile, extra)
        if self._parts_of_names and profile["display_name"] is None:
            parts = [cell.read(row[cell.place]) for cell in self._parts_of_names]
            profile["display_name"] = " ".join(filter(None, parts)) or None
        if self._fees:
            self._read_fee(row, figures, extra)
        profile["as_of"] = self._as_of(row, extra) if self._dates else self.mapping.as_of
        _add_rate(figures, platform, self._definition_in(row, extra))
        profile["figures"] = figures
        profile["extra"] = extra
        if self._posts is not None:
            profile["told_posts"] = self._posts.of(row, extra, self.remarks)
        if others:
            profile["same_as"] = tuple(target_of(*found) for _, found in others)
        return ProfileSnapshot(**profile)

    def further(self, row: Row, main: ProfileSnapshot) -> list[ProfileSnapshot]:
        """The other accounts of the person in a row whose first account gave `main`.

        Each has the name, the date and the figures whose header names its platform; all else of
        the row is said of the first one.
        """
        if not main.same_as:
            return []
        row = self._rows.padded(row) or row
        same_as = (target_of(main.platform, main.handle),)
        return [
            ProfileSnapshot(
                platform=platform,
                handle=handle,
                display_name=main.display_name,
                figures=self._figures_of(row, platform, handle),
                as_of=main.as_of,
                source=main.source,
                same_as=same_as,
            )
            for _, (platform, handle) in self._rows.others(row, main.platform)
        ]

    def keys(self, row: Row) -> list[tuple[str, str]]:
        """What all rows of one profile share, for each profile of a row; none for a row without."""
        return self._rows.keys(row)

    def _figures_of(self, row: Row, platform: Platform, handle: str) -> Figures:
        """Figures whose header names the platform."""
        figures = self._read_figures(row, Account(handle), {}, platform, named=True)
        if "engagement_rate" in figures:
            figures["rate_definition"] = usual_definition(platform)
        else:
            _add_rate(figures, platform, self._definition)
        return Figures(**figures)

    def _cells(self, *fields: Field) -> list[_Cell]:
        return [
            _Cell(column.index, field.value, column.reader(), self._names[column.index])
            for field in fields
            for column in self.mapping.feeding(field)
        ]

    def _read_figures(
        self,
        row: Row,
        account: Account,
        extra: dict[str, str],
        platform: Platform,
        *,
        named: bool = False,
    ) -> dict[str, Any]:
        """Figures of an account. named: only those whose header names its platform.

        A figure whose header names another platform is none of it; where the row has no account
        there, it is kept under its header.
        """
        figures: dict[str, Any] = {}
        for (index, name, read, header), where in self._figures:
            if where is not platform and (named or where is not None):
                if not (self._rows.several or is_blank(row[index])):
                    extra[header] = row[index].strip()
                continue
            value = read(row[index])
            if value is None:
                continue
            if type(value) is Problem:
                self.remarks.problem(header, row[index], value, extra)
            elif name not in figures:
                figures[name] = value
            elif value != figures[name] and not agree(figures[name], value):
                self.remarks.contradiction(account.handle, header, figures[name], row[index])
        return figures

    def _read_texts(self, row: Row, profile: dict[str, Any], extra: dict[str, str]) -> None:
        for index, name, read, header in self._texts:
            value = read(row[index])
            if type(value) is Problem:
                self.remarks.problem(header, row[index], value, extra)
            elif value is not None and (profile.get(name) is None):
                profile[name] = value
        for index, name, read, _ in self._words:
            if found := read(row[index]):
                profile[name] = _joined(profile[name], found) if name in profile else found

    def _read_fee(self, row: Row, figures: dict[str, Any], extra: dict[str, str]) -> None:
        stated = next(
            (
                code
                for cell in self._currencies
                if isinstance(code := cell.read(row[cell.place]), str)
            ),
            None,
        )
        for index, name, read, header in self._fees:
            column = self.mapping.columns[index]
            own = column.currency or self.mapping.currency or column.content.currency
            value = money(row[index], stated or own) if stated or own else read(row[index])
            if type(value) is Problem:
                self.remarks.problem(header, row[index], value, extra)
            elif value is not None:
                figures.setdefault(name, value)

    def _definition_in(self, row: Row, extra: dict[str, str]) -> RateDefinition:
        """What the row says that its rate was divided by, else what its column is."""
        for index, _, read, header in self._definitions:
            value = read(row[index])
            if type(value) is Problem:
                self.remarks.problem(header, row[index], value, extra)
            elif isinstance(value, RateDefinition):
                return value
        return self._definition

    def _as_of(self, row: Row, extra: dict[str, str]) -> dt.date | None:
        for index, _, read, header in self._dates:
            value = read(row[index])
            if isinstance(value, dt.date) and self._latest and value > self._latest:
                value = Problem("lies in the future")
            if type(value) is Problem:
                self.remarks.problem(header, row[index], value, extra)
            elif isinstance(value, dt.date):
                return value
        return self.mapping.as_of

    def _extra(self, row: Row) -> dict[str, str]:
        return {
            name: as_meant(cell)
            for index, name, start in self._kept
            if (cell := row[index].strip())
            and not is_blank(cell)
            and not (start and cell.startswith(_EPOCH))
        }


def convert(mapping: Mapping, row: Row, row_number: int) -> ProfileSnapshot | Skipped:
    """The profile in one row, or why there is none; for many rows make a `Converter`."""
    return Converter(mapping).convert(row, row_number)


def _names(mapping: Mapping) -> list[str]:
    """Headers, told apart where two columns share one: "Notes", "Notes (2)"."""
    seen: Counter[str] = Counter()
    names = []
    for column in mapping.columns:
        header = as_meant(column.header)
        seen[header] += 1
        names.append(header if seen[header] == 1 else f"{header} ({seen[header]})")
    return names


def _add_rate(figures: dict[str, Any], platform: Platform, definition: RateDefinition) -> None:
    """Say what a rate was divided by; derive one where none is known."""
    if "engagement_rate" in figures:
        figures["rate_definition"] = definition
    elif (derived := rate_from(figures, platform)) is not None:
        figures["engagement_rate"], figures["rate_definition"] = derived


@lru_cache(maxsize=4_096)
def _joined(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    known = {word.casefold() for word in first}
    return first + tuple(word for word in second if word.casefold() not in known)
