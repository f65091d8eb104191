"""What the columns of a file of results hold, proposed from headers and cells."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from domain import content as look
from domain.account import LINK_TO_A_POST, link_platform, read_account
from domain.columns import platform_in_name, read_header
from domain.content import Content
from domain.creator import Platform
from domain.fields import Field as CreatorField
from domain.result_columns import (
    COUNTED,
    MEASURES,
    ResultColumn,
    ResultField,
    ResultMapping,
    cell_of,
)
from domain.result_order import PER_DAY, how_counted
from domain.result_rows import POST_PATH
from domain.text import fold
from domain.values import is_missing
from domain.written_dates import date_in_name, either_date
from domain.written_money import currency_code

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")
_IN_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_SHORTCODE = re.compile(r"[\w-]{5,20}")
_SPELLINGS = tomllib.loads(
    Path(__file__).with_name("result_spellings.toml").read_text(encoding="utf-8")
)
SPELT: dict[str, str] = {word: name for name, of in _SPELLINGS["fields"].items() for word in of}
_FILLER = frozenset(_SPELLINGS["filler"])
_SHOWN_SAMPLES = 3
_MOST = 0.5
_LIKELY = 4
_SHARES = {
    ResultField.SPEND: look.share_of_amounts,
    ResultField.REVENUE: look.share_of_amounts,
    ResultField.AS_OF: look.share_of_dates,
    ResultField.PLATFORM: look.share_of_platforms,
    ResultField.CURRENCY: look.share_of_currencies,
}
_NOT_HELD = {
    "published": "When a post went live, not when its figures were true.",
    "either_sales": "“Sales” may be conversions or revenue: please choose.",
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
    cells = [[row[i] if i < len(row) else "" for row in sample] for i in range(len(headers))]
    columns = [_column(i, header, cells[i]) for i, header in enumerate(headers)]
    columns = _once_each(columns)
    kind = "fee" if any(_spelt(one.header) == "fee" and one.field is ResultField.SPEND
                        for one in columns) else "boost"  # fmt: skip
    mapping = ResultMapping(
        columns=tuple(columns),
        platform=platform_in_name(name),
        spend_kind=kind,
        day_first=next(
            (one.content.day_first for one in columns if one.field is ResultField.AS_OF), None
        ),
    )
    suggested = date_in_name(name)
    if suggested is not None and suggested.precision == "day":
        said = f"The file's name says {suggested.words}."
        mapping = mapping.model_copy(update={"as_of": suggested.day, "as_of_reason": said})
    counted, why = how_counted(mapping_rows(mapping, sample))
    return mapping.model_copy(
        update={
            "per_day": counted == PER_DAY,
            "per_day_reason": why,
            "likely": _is_likely(mapping, headers),
        }
    )


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


def _column(index: int, header: str, cells: Sequence[str]) -> ResultColumn:
    content = look.look_at(cells)
    field, reason = _field(header, content, cells)
    filled = [text for cell in cells if not is_missing(text := cell.strip())]
    codes = None
    if field is ResultField.POST_LINK and filled and not any("/" in text for text in filled[:50]):
        codes = _codes_of(header)
        if codes is None or not all(map(_SHORTCODE.fullmatch, filled[:50])):
            field, reason = ResultField.IGNORE, "These are no links."
    if field is ResultField.AS_OF:
        content = content.model_copy(update={"either_date": either_date(filled)})
    return ResultColumn(
        index=index,
        header=header,
        field=field,
        reason=reason,
        samples=tuple(dict.fromkeys(filled))[:_SHOWN_SAMPLES],
        content=content,
        currency=read_header(header).currency or _bracketed_currency(header),
        codes_of=codes,
    )


def _field(header: str, content: Content, cells: Sequence[str]) -> tuple[ResultField, str]:
    """What a column holds: its header proposes, its cells decide."""
    name = _spelt(header)
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


def _once_each(columns: Sequence[ResultColumn]) -> list[ResultColumn]:
    """Each thing is held by one column: the first one with an exact header, content deciding."""
    taken: set[ResultField] = set()
    found = []
    for column in columns:
        field, reason = column.field, column.reason
        if field is not ResultField.IGNORE and field in taken:
            field, reason = ResultField.IGNORE, "Another column holds that."
        taken.add(field)
        found.append(column.model_copy(update={"field": field, "reason": reason}))
    return found


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


def _spelt(header: str) -> str | None:
    """What a header's spelling stands for."""
    bare = _IN_BRACKETS.sub(" ", header)
    words = _WORD.findall(fold(_CAMEL.sub(" ", bare)))
    words = [word for word in words if word not in _FILLER] or words
    for rest in (words, [word for word in words if platform_in_name(word) is None],
                 words[:-1] if len(words) > 1 and currency_code(words[-1]) else []):  # fmt: skip
        if (found := SPELT.get("".join(rest))) is not None:
            return found
    return None


def _bracketed_currency(header: str) -> str | None:
    found = _IN_BRACKETS.findall(header)
    return next((code for one in found if (code := currency_code(one))), None)


def _codes_of(header: str) -> Platform | None:
    words = "".join(_WORD.findall(fold(header)))
    if words.endswith("shortcode"):
        return Platform.INSTAGRAM
    return Platform.YOUTUBE if words.endswith("videoid") else None


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
