"""Files whose rows name several accounts of one person: what belongs to which."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from domain.account import link_platform
from domain.columns import Header
from domain.creator import Platform
from domain.fields import NUMBERS, RATIOS, Field
from domain.mapped_column import Column, decided
from domain.rates import usual_definition
from domain.values import is_blank
from domain.wording import PLATFORM_NAMES

_ENOUGH = 0.5
_LOOKED_AT = 50


class Draft(Protocol):
    """A column with what its header says and its cells."""

    @property
    def column(self) -> Column:
        """The column."""

    @property
    def header(self) -> Header:
        """What its header says."""

    @property
    def cells(self) -> Sequence[str]:
        """Its cells."""


def with_accounts(
    drafts: Sequence[Draft], columns: Sequence[Column], platform: Platform | None
) -> list[Column]:
    """Columns of handles or links on several platforms become accounts of the row's person.

    One column a platform feeds an account, the list's own platform first, and figures whose
    header names one of these platforms are that account's. Files with one platform stay as
    they are.

    Args:
        drafts: the columns as they were looked at, in the file's order.
        columns: what they feed as far as was decided.
        platform: of the list, None where it names none.
    """
    found: dict[Platform, Draft] = {}
    for draft in drafts:
        where = _platform_of(draft, columns[draft.column.index])
        if where is not None:
            found.setdefault(where, draft)
    if len(found) < 2:
        return list(columns)
    order = sorted(found, key=lambda one: (one is not platform, found[one].column.index))
    result = [_account(column, found, order) for column in columns]
    return [_figure(draft, column, found) for draft, column in zip(drafts, result, strict=True)]


def _platform_of(draft: Draft, column: Column) -> Platform | None:
    """The platform whose accounts a column names; None for a column that names no accounts."""
    if column.field not in (Field.HANDLE, Field.URL):
        return None
    filled = [cell for cell in draft.cells[:_LOOKED_AT] if not is_blank(cell)]
    linked = Counter(one for cell in filled if (one := link_platform(cell)) is not None)
    if linked:
        likely, count = linked.most_common(1)[0]
        if count >= _ENOUGH * len(filled):
            return likely
    if column.field is Field.HANDLE and draft.column.content.handles >= _ENOUGH:
        return draft.header.platform
    return None


def _account(column: Column, found: dict[Platform, Draft], order: Sequence[Platform]) -> Column:
    for rank, platform in enumerate(order):
        if found[platform].column.index == column.index:
            name = PLATFORM_NAMES[platform]
            reason = f"Each row's account on {name}"
            reason += "." if rank == 0 else ": a further profile of the same person."
            confidence = max(column.confidence, 0.8)
            return decided(column, Field.HANDLE, confidence, reason, rank=rank, platform=platform)
    if column.field is Field.HANDLE:
        return column.model_copy(update={"rank": len(order) + column.rank})
    return column


def _figure(draft: Draft, column: Column, found: dict[Platform, Draft]) -> Column:
    """A figure of another account than the list's own was kept apart; here it has its place."""
    platform = draft.header.platform
    fields = [field for field in draft.header.fields if field in NUMBERS | RATIOS]
    if column.field is not Field.KEEP or platform not in found or not fields:
        return column
    if draft.column.content.numeric < _ENOUGH:
        return column
    reason = f"A figure of each row's account on {PLATFORM_NAMES[platform]}."
    definition = usual_definition(platform) if fields[0] is Field.ENGAGEMENT_RATE else None
    return decided(column, fields[0], 0.7, reason, rank=1, definition=definition)
