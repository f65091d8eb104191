"""Columns while it is being decided what they feed: header, cells, and how well fields fit them."""

from collections.abc import Sequence
from typing import NamedTuple

from domain import content as look
from domain.columns import Header, is_platform_alone, read_header
from domain.content import Content
from domain.fields import NUMBERS, POST_COUNTS, Field
from domain.mapped_column import Column, column_letter
from domain.values import is_blank

_FITS = {
    Field.URL: look.share_of_links,
    Field.COUNTRY: look.share_of_countries,
    Field.AUDIENCE_COUNTRY: look.share_of_countries,
    Field.LANGUAGE: look.share_of_languages,
    Field.AUDIENCE_LANGUAGE: look.share_of_languages,
    Field.VERIFIED: look.share_of_booleans,
    Field.EMAIL: look.share_of_emails,
    Field.PLATFORM: look.share_of_platforms,
    Field.AS_OF: look.share_of_dates,
    Field.POSTED_ON: look.share_of_dates,
    Field.POST_LINK: look.share_of_links,
    Field.FEE: look.share_of_amounts,
    Field.CURRENCY: look.share_of_currencies,
    Field.ENGAGEMENT_RATE: look.share_of_rates,
    Field.RATE_DEFINITION: look.share_of_definitions,
    Field.FAKE_FOLLOWER_SHARE: look.share_of_rates,
    Field.CREDIBILITY: look.share_of_rates,
}
_ENOUGH = 0.5
_ALL = 0.9


class Draft(NamedTuple):
    """A column while it is being decided."""

    column: Column
    header: Header
    cells: Sequence[str]


def draft_of(index: int, text: str, rows: Sequence[Sequence[str]]) -> Draft:
    """A column as it was looked at, kept under its own header as long as nothing is decided."""
    cells = [row[index] for row in rows if index < len(row)]
    header = read_header(text)
    content = look.look_at(cells)
    if content.numeric >= _ALL and is_platform_alone(text):
        header = header._replace(fields=(Field.FOLLOWERS,))
    examples = tuple(dict.fromkeys(cell.strip() for cell in cells if not is_blank(cell)))[:3]
    column = Column(
        index=index,
        header=text or f"Column {column_letter(index)}",
        field=Field.KEEP,
        content=content,
        examples=examples,
        platform=header.platform,
        currency=header.currency,
        start=header.start,
    )
    return Draft(column, header, cells)


def fit(field: Field, content: Content, cells: Sequence[str]) -> float:
    """How well cells fit a field, 0-1; 1 for fields that hold any text."""
    if field in NUMBERS | POST_COUNTS:
        return content.numeric if content.percent < _ENOUGH else 0.0
    return _FITS[field](cells) if field in _FITS else 1.0
