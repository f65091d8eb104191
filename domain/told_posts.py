"""Posts that the rows of a file are about, one each."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from domain.cells import Reader
from domain.conversion_remarks import Remarks
from domain.creator import ToldPost
from domain.fields import POST_COUNTS, Field
from domain.mapping import Mapping
from domain.row_accounts import Row
from domain.values import Problem

MOST_TOLD = 30
"""So many of the newest posts of a profile are kept."""
_NAMES = {
    Field.POSTED_ON: "posted_on",
    Field.POST_VIEWS: "views",
    Field.POST_LIKES: "likes",
    Field.POST_COMMENTS: "comments",
    Field.POST_SHARES: "shares",
}


@dataclass(frozen=True)
class _Cell:
    place: int
    header: str
    name: str
    read: Reader


@dataclass(frozen=True)
class PostCells:
    """Where a row has the link of its post, and its counts."""

    link: _Cell
    cells: tuple[_Cell, ...]

    def of(self, row: Row, extra: dict[str, str], remarks: Remarks) -> tuple[ToldPost, ...]:
        """The post of a row; none without its link or without any count."""
        url = self.link.read(row[self.link.place])
        if not isinstance(url, str):
            return ()
        found: dict[str, Any] = {}
        for cell in self.cells:
            value = cell.read(row[cell.place])
            if type(value) is Problem:
                remarks.problem(cell.header, row[cell.place], value, extra)
            elif value is not None:
                found[cell.name] = value
        known = {name for name in found if name != "posted_on"}
        return (ToldPost(url, **found),) if known else ()


def posts_in(mapping: Mapping) -> PostCells | None:
    """Where rows have their posts; None for a file that is not about single posts."""
    links = mapping.feeding(Field.POST_LINK)
    if not links or not any(mapping.feeding(each) for each in POST_COUNTS):
        return None
    cells = [
        _Cell(column.index, column.header, name, column.reader())
        for field, name in _NAMES.items()
        for column in mapping.feeding(field)[:1]
    ]
    link = _Cell(links[0].index, links[0].header, "url", links[0].reader())
    return PostCells(link, tuple(cells))


def newest_told(posts: Iterable[ToldPost]) -> tuple[ToldPost, ...]:
    """The newest thirty, each once, undated ones last."""
    by_url = {post.url: post for post in posts}
    ordered = sorted(by_url.values(), key=lambda one: one.posted_on or dt.date.min, reverse=True)
    return tuple(ordered[:MOST_TOLD])
