"""What the columns of a file of results hold, proposed from headers and cells."""

import re
from collections.abc import Sequence

from domain import content as look
from domain.account import LINK_TO_A_POST, link_platform, read_account
from domain.columns import platform_in_name, read_header
from domain.content import Content
from domain.fields import Field as CreatorField
from domain.result_columns import (
    COUNTED,
    MEASURES,
    ResultColumn,
    ResultField,
    ResultMapping,
    cell_of,
)
from domain.result_headers import codes_of, currency_of, spelt
from domain.result_money import only_currency, with_sales
from domain.result_order import PER_DAY, how_counted, how_periods_count
from domain.result_rows import POST_PATH
from domain.result_vendor import ResultVendor, recognised_results
from domain.totals import is_total
from domain.values import is_missing
from domain.written_dates import date_in_name, either_date

_SHORTCODE = re.compile(r"[\w-]{5,20}")
_SHOWN_SAMPLES = 3
_MOST = 0.5
_LIKELY = 4
_LAST = 1_000
_SHARES = {
    ResultField.SPEND: look.share_of_amounts,
    ResultField.REVENUE: look.share_of_amounts,
    ResultField.AS_OF: look.share_of_dates,
    ResultField.PLATFORM: look.share_of_platforms,
    ResultField.CURRENCY: look.share_of_currencies,
}
_NOT_HELD = {
    "published": "When a post went live, not when its figures were true.",
    "either_sales": "Other columns tell what was sold.",
    "period_start": "When the period began; its end counts.",
}
_OF_CREATORS = frozenset(
    {
        CreatorField.FOLLOWERS,
        CreatorField.BIO,
        CreatorField.EMAIL,
        CreatorField.ENGAGEMENT_RATE,
        CreatorField.COUNTRY,
        CreatorField.CATEGORIES,
        CreatorField.AUDIENCE_COUNTRY,
        CreatorField.VERIFIED,
    }
)


def propose_results(
    headers: Sequence[str], sample: Sequence[Sequence[str]], name: str = ""
) -> ResultMapping:
    """What the columns hold if the file is one of results. name: of the file, for its date."""
    sample = [row for row in sample if not is_total(row)]
    cells = [[row[i] if i < len(row) else "" for row in sample] for i in range(len(headers))]
    vendor = recognised_results(headers)
    columns = [_column(i, header, cells[i], vendor) for i, header in enumerate(headers)]
    columns = with_sales(_once_each(columns, vendor), cells)
    mapping = ResultMapping(
        columns=tuple(columns),
        platform=(vendor.platform if vendor else None) or platform_in_name(name),
        spend_kind="fee" if any(_is_fee(column) for column in columns) else "boost",
        currency=only_currency(columns),
        vendor=vendor.name if vendor else "",
        day_first=next(
            (one.content.day_first for one in columns if one.field is ResultField.AS_OF), None
        ),
    )
    suggested = date_in_name(name)
    if suggested is not None and suggested.precision == "day":
        said = f"The file's name says {suggested.words}."
        mapping = mapping.model_copy(update={"as_of": suggested.day, "as_of_reason": said})
    per_day, why = _per_day(mapping, sample, vendor)
    return mapping.model_copy(
        update={
            "per_day": per_day,
            "per_day_reason": why,
            "likely": vendor is not None or _is_likely(mapping, headers),
        }
    )


def _per_day(
    mapping: ResultMapping, sample: Sequence[Sequence[str]], vendor: ResultVendor | None
) -> tuple[bool, str]:
    """Whether figures are those of each day alone, and why in a sentence."""
    headers = [column.header for column in mapping.columns]
    if vendor is not None and vendor.is_daily(headers):
        return True, f"“{vendor.daily}” says so in {vendor.name}."
    starts = next((c for c in mapping.columns if spelt(c.header) == "period_start"), None)
    ends = mapping.feeding(ResultField.AS_OF)
    if starts is not None and ends is not None:
        return how_periods_count(
            [(cell_of(row, starts), cell_of(row, ends)) for row in sample], mapping.day_first
        )
    counted, why = how_counted(mapping_rows(mapping, sample))
    return counted == PER_DAY, why


def _is_fee(column: ResultColumn) -> bool:
    return spelt(column.header) == "fee" and column.field is ResultField.SPEND


def mapping_rows(
    mapping: ResultMapping, sample: Sequence[Sequence[str]]
) -> list[tuple[str, str, bool | None, tuple[str, ...]]]:
    """Of each row whom it is about, its date, the order of dates, and its counts, as written."""
    about = [one for name in (ResultField.POST_LINK, ResultField.HANDLE, ResultField.CAMPAIGN)
             if (one := mapping.feeding(name))]  # fmt: skip
    dates = mapping.feeding(ResultField.AS_OF)
    counts = [column for column in mapping.columns if column.field in COUNTED]
    if dates is None:
        return []
    return [
        (
            "|".join(cell_of(row, column).casefold() for column in about),
            cell_of(row, dates),
            mapping.day_first,
            tuple(cell_of(row, column) for column in counts),
        )
        for row in sample
    ]


def _column(
    index: int, header: str, cells: Sequence[str], vendor: ResultVendor | None
) -> ResultColumn:
    content = look.look_at(cells)
    meaning = vendor.meaning(header) if vendor else None
    field, reason = _field(header, content, cells)
    codes = codes_of(header)
    if vendor is not None and meaning is not None:
        field, reason = _as_meant(meaning.field, vendor, content, cells)
        codes = meaning.codes
    filled = [text for cell in cells if not is_missing(text := cell.strip())]
    if field is not ResultField.POST_LINK or any("/" in text for text in filled[:50]):
        codes = None
    elif codes is None or not all(map(_SHORTCODE.fullmatch, filled[:50])):
        field, reason, codes = ResultField.IGNORE, "These are no links.", None
    if field is ResultField.AS_OF:
        content = content.model_copy(update={"either_date": either_date(filled)})
    return ResultColumn(
        index=index,
        header=header,
        field=field,
        reason=reason,
        samples=tuple(dict.fromkeys(filled))[:_SHOWN_SAMPLES],
        content=content,
        currency=read_header(header).currency or currency_of(header),
        codes_of=codes,
    )


def _as_meant(
    field: ResultField, vendor: ResultVendor, content: Content, cells: Sequence[str]
) -> tuple[ResultField, str]:
    """What a tool's column holds, unless its cells say otherwise."""
    if field is ResultField.IGNORE:
        return field, f"It is no figure that is kept in {vendor.name}."
    if content.filled == 0:
        return ResultField.IGNORE, "All cells are empty."
    if not _fits(field, content, cells):
        said = f"In {vendor.name} it is {field.label.lower()}, but the cells are not."
        return ResultField.IGNORE, said
    return field, f"So it is in {vendor.name}."


def _field(header: str, content: Content, cells: Sequence[str]) -> tuple[ResultField, str]:
    """What a column holds: its header proposes, its cells decide."""
    name = spelt(header)
    if content.filled == 0:
        return ResultField.IGNORE, "All cells are empty."
    if _share_of_post_links(cells) >= _MOST:
        return ResultField.POST_LINK, "The cells are links to posts."
    if name in (None, "post_link") and any(link_platform(cell.strip()) for cell in cells[:50]):
        return ResultField.HANDLE, "The cells are links to profiles."
    if name is None or name in _NOT_HELD:
        return ResultField.IGNORE, _NOT_HELD.get(name or "", "Not a figure that is kept.")
    field = ResultField.SPEND if name == "fee" else ResultField(name)
    if not _fits(field, content, cells):
        return ResultField.IGNORE, f"The header says {field.label.lower()}, the cells do not."
    return field, "By its header."


def _fits(field: ResultField, content: Content, cells: Sequence[str]) -> bool:
    if field in COUNTED:
        negative = sum(cell.strip()[:1] in "-−" for cell in cells if cell.strip())
        return content.numeric + negative / content.filled >= _MOST
    share = _SHARES.get(field)
    return share is None or share(cells) >= _MOST


def _once_each(columns: Sequence[ResultColumn], vendor: ResultVendor | None) -> list[ResultColumn]:
    """Each thing is held by one column: the one that its tool means, else the first one."""
    taken: set[ResultField] = set()
    found = []

    def rank(column: ResultColumn) -> int:
        meaning = vendor.meaning(column.header) if vendor else None
        return meaning.rank if meaning else _LAST

    for column in sorted(columns, key=rank):
        field, reason = column.field, column.reason
        if field is not ResultField.IGNORE and field in taken:
            field, reason = ResultField.IGNORE, "Another column holds that."
        taken.add(field)
        found.append(column.model_copy(update={"field": field, "reason": reason}))
    return sorted(found, key=lambda column: column.index)


def _is_likely(mapping: ResultMapping, headers: Sequence[str]) -> bool:
    """Whether a file looks like results of posts or campaigns rather than a list of creators."""
    held = {column.field for column in mapping.columns}
    measures = len(held & set(MEASURES))
    if not measures:
        return False
    telling = {ResultField.CLICKS, ResultField.CONVERSIONS, ResultField.SPEND,
               ResultField.REVENUE, ResultField.IMPRESSIONS, ResultField.SAVES}  # fmt: skip
    score = measures + len(held & telling)
    score += 3 * (ResultField.POST_LINK in held) + 2 * (ResultField.CAMPAIGN in held)
    score += 2 * (ResultField.AS_OF in held)
    said = {field for header in headers for field in read_header(header).fields}
    creatorish = said & _OF_CREATORS
    score -= len(creatorish) + 3 * (CreatorField.FOLLOWERS in creatorish)
    score += 3 * (not said & {CreatorField.HANDLE, CreatorField.URL, CreatorField.DISPLAY_NAME})
    subject = held & {ResultField.POST_LINK, ResultField.CAMPAIGN, ResultField.AS_OF}
    return bool(subject or held & telling) and score >= _LIKELY


def _share_of_post_links(cells: Sequence[str]) -> float:
    filled = [text for cell in cells[:200] if not is_missing(text := cell.strip())]
    links = [text for text in filled if is_post_link(text)]
    return len(links) / len(filled) if filled else 0.0


def is_post_link(text: str) -> bool:
    """Whether a cell is a link to a post of a platform."""
    if "/" not in text or " " in text.strip():
        return False
    if read_account(text) is LINK_TO_A_POST:
        return True
    return POST_PATH.search(text) is not None
