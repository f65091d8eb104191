"""Rows of a file of results as what they say: whose, of which day, which figures; or why not."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from domain.account import Account, read_account
from domain.columns import platform_named
from domain.creator import Money, Platform
from domain.post_link import LinkError, PostLink, read_link
from domain.result_columns import (
    AMOUNTS,
    COUNTED,
    ResultColumn,
    ResultField,
    ResultMapping,
    cell_of,
)
from domain.result_form import LARGEST_TOTAL, OLDEST_YEARS
from domain.results import Totals
from domain.totals import is_total
from domain.values import MINUS_ONE, NEGATIVE, Problem, is_blank, is_missing, number
from domain.written_dates import written_date, written_day
from domain.written_money import currency_code, money

_SHOWN = 40
_BY_CODE = {
    Platform.YOUTUBE: "https://youtube.com/watch?v={}",
    Platform.INSTAGRAM: "https://instagram.com/p/{}",
}
_COLUMN_NAMES = {ResultField.REACH: "accounts_reached"}


POST_PATH = re.compile(
    r"(?:tiktok\.com/@(?P<tiktok>[\w.]+)/(?:video|photo)/\d"
    r"|(?:twitter|x)\.com/(?P<x>\w+)/status/\d"
    r"|threads\.(?:net|com)/@(?P<threads>[\w.]+)/post/"
    r"|instagram\.com/(?P<instagram>[\w.]+)/(?:p|reel)/"
    r"|bsky\.app/profile/(?P<bluesky>[^/]+)/post/)",
    re.IGNORECASE,
)
"""Links to posts that name the account."""


class ResultRow(NamedTuple):
    """What one row says, in plain values. url: of a post, "" = none. handle, platform, campaign:
    "" = not said. day: ISO date. counts: by field of `Totals`. spend, revenue: amount, currency.
    """

    row: int
    url: str
    handle: str
    platform: str
    campaign: str
    day: str
    counts: dict[str, int]
    spend: tuple[str, str] | None = None
    revenue: tuple[str, str] | None = None

    @property
    def as_of(self) -> dt.date:
        """The day that the figures are of."""
        return dt.date.fromisoformat(self.day)

    @property
    def totals(self) -> Totals:
        """The figures."""
        amounts = {"spend": _money(self.spend), "revenue": _money(self.revenue)}
        return Totals.model_validate({**self.counts, **amounts})


class Refused(NamedTuple):
    """A row that can't be read. reason: a phrase, "has negative clicks (-5)"."""

    row: int
    reason: str


class _Wrong(Exception):
    """Why a row is refused."""


def read_row(
    mapping: ResultMapping, row_number: int, row: Sequence[str], today: dt.date
) -> ResultRow | Refused:
    """What a row says; refused as a whole when a figure in it can't be true.

    Args:
        mapping: as a person confirmed it.
        row_number: in the file.
        row: its cells.
        today: no figure is of a later day.
    """
    try:
        return _read(mapping, row_number, row, today)
    except _Wrong as wrong:
        return Refused(row_number, str(wrong))


def _read(mapping: ResultMapping, row_number: int, row: Sequence[str], today: dt.date) -> ResultRow:
    if is_total(row):
        raise _Wrong("sums up the others")
    platform = _platform(mapping, row)
    account = _account(mapping, row, platform)
    link = _link(mapping, row, platform)
    if link is not None and account is None:
        account = account_in(link.url)
    counts = {
        _COLUMN_NAMES.get(column.field, column.field.value): found
        for column in mapping.columns
        if column.field in COUNTED and (found := _count(column, cell_of(row, column))) is not None
    }
    currency = _currency(mapping, row)
    spend, revenue = (
        _amount(mapping.feeding(one), row, currency, mapping.currency) for one in AMOUNTS
    )
    if not counts and spend is None and revenue is None:
        raise _Wrong("has no figures")
    of = (account.platform if account else None) or (link.platform if link else None) or platform
    return ResultRow(
        row=row_number,
        url=link.url if link else "",
        handle=account.handle if account else "",
        platform=of.value if of else "",
        campaign=_words(cell_of(row, mapping.feeding(ResultField.CAMPAIGN))) or mapping.campaign,
        day=_day(mapping, row, today).isoformat(),
        counts=counts,
        spend=spend,
        revenue=revenue,
    )


def account_in(url: str) -> Account | None:
    """The account that the link to a post names; None where links of its platform name none."""
    found = POST_PATH.search(url)
    if found is None:
        return None
    (platform, handle), *_ = ((k, v) for k, v in found.groupdict().items() if v)
    return Account(handle, Platform(platform))


def _platform(mapping: ResultMapping, row: Sequence[str]) -> Platform | None:
    said = cell_of(row, mapping.feeding(ResultField.PLATFORM))
    return (platform_named(said) if said else None) or mapping.platform


def _account(
    mapping: ResultMapping, row: Sequence[str], platform: Platform | None
) -> Account | None:
    written = cell_of(row, mapping.feeding(ResultField.HANDLE))
    if is_blank(written):
        written = mapping.creator
    found = read_account(written, platform)
    if isinstance(found, Problem):
        raise _Wrong(f"names no creator: “{_cut(written)}” {found.reason}")
    return found


def _link(mapping: ResultMapping, row: Sequence[str], platform: Platform | None) -> PostLink | None:
    column = mapping.feeding(ResultField.POST_LINK)
    written = cell_of(row, column)
    if column is None or is_blank(written):
        return None
    of = column.codes_of
    if of is not None and "/" not in written:
        return PostLink(_BY_CODE[of].format(written), of)
    try:
        return read_link(written)
    except LinkError:
        raise _Wrong(f"has no link to a post: “{_cut(written)}”") from None


def _count(column: ResultColumn, written: str) -> int | None:
    name = column.field.label.lower()
    if MINUS_ONE.fullmatch(written):
        return None
    found = number(written, column.content.decimal)
    if written.strip().startswith(("-", "−", "(")) and any(c in "123456789" for c in written):
        raise _Wrong(f"has negative {name} ({_cut(written)})")
    if found is None:
        return None
    if found is NEGATIVE:
        raise _Wrong(f"has negative {name} ({_cut(written)})")
    if isinstance(found, Problem):
        raise _Wrong(f"has {name} that no one can read (“{_cut(written)}” {found.reason})")
    if found > LARGEST_TOTAL:
        raise _Wrong(f"has more {name} than any post ever had ({_cut(written)})")
    if found != int(found):
        raise _Wrong(f"has {name} that are no whole number ({_cut(written)})")
    return int(found)


def _currency(mapping: ResultMapping, row: Sequence[str]) -> str | None:
    said = cell_of(row, mapping.feeding(ResultField.CURRENCY))
    return currency_code(said) if said else None


def _amount(
    column: ResultColumn | None,
    row: Sequence[str],
    currency: str | None,
    mapping_currency: str | None,
) -> tuple[str, str] | None:
    written = cell_of(row, column)
    if column is None or is_missing(written) or MINUS_ONE.fullmatch(written):
        return None
    name = column.field.label.lower()
    negative = written.lstrip("€$£ ").startswith(("-", "−", "("))
    found = money(written, currency or column.currency or mapping_currency)
    if found is NEGATIVE or (negative and any(c in "123456789" for c in written)):
        raise _Wrong(f"has negative {name} ({_cut(written)})")
    if isinstance(found, Problem):
        raise _Wrong(f"has {name} that {found.reason} (“{_cut(written)}”)")
    return (str(found.amount), found.currency) if found else None


def _day(mapping: ResultMapping, row: Sequence[str], today: dt.date) -> dt.date:
    written = cell_of(row, mapping.feeding(ResultField.AS_OF))
    found = written_date(written, mapping.day_first) or mapping.as_of
    if found is None:
        raise _Wrong("has no date")
    if isinstance(found, Problem):
        raise _Wrong(f"has a date that can't be read (“{_cut(written)}”)")
    if found > today:
        raise _Wrong(f"is dated {written_day(found.isoformat(), True)}, which is still to come")
    if found.year < today.year - OLDEST_YEARS:
        raise _Wrong(f"is dated {found.year}, more than {OLDEST_YEARS} years ago")
    return found


def _words(written: str) -> str:
    return "" if is_blank(written) else " ".join(written.split())[:200]


def _money(said: tuple[str, str] | None) -> Money | None:
    return Money(amount=Decimal(said[0]), currency=said[1]) if said else None


def _cut(written: str) -> str:
    return written if len(written) <= _SHOWN else f"{written[: _SHOWN - 1]}…"
