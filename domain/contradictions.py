"""Columns whose cells contradict their header: the cells win, and a person is told."""

from collections.abc import Sequence

from domain import content as look
from domain.drafts import Draft, fit
from domain.fields import Field
from domain.mapped_column import Column, decided

_SURE = 0.9
_ENOUGH = 0.5
_SPECIAL = frozenset("._@0123456789")
_SOME = 0.3


def with_swaps(drafts: Sequence[Draft], columns: Sequence[Column]) -> list[Column]:
    """Two columns of which each holds what the other's header says change places."""
    result = list(columns)
    doubtful = [draft for draft in drafts if _is_kept(draft, result) or _is_numbers(draft)]
    for place, first in enumerate(doubtful):
        for second in doubtful[place + 1 :]:
            here, there = _best(second, first), _best(first, second)
            still = all(result[each.column.index].field is Field.KEEP for each in (first, second))
            if here and there and still:
                for draft, field, other in ((first, here, second), (second, there, first)):
                    warning = (
                        f"Its cells are what “{other.column.header}” should hold, so the two "
                        "headers are taken as swapped."
                    )
                    result[draft.column.index] = decided(
                        draft.column, field, 0.6, warning, warning=warning, guess=True
                    )
    return result


def _is_kept(draft: Draft, columns: Sequence[Column]) -> bool:
    column = columns[draft.column.index]
    return column.field is Field.KEEP and column.warning is not None


def _best(says: Draft, holds: Draft) -> Field | None:
    """The field that one header names and the other's cells fit."""
    content = holds.column.content
    if says.header.fields == (Field.HANDLE,):
        handles = content.handles >= _SURE and content.distinct >= _SURE > content.numeric
        return Field.HANDLE if handles else None
    fields = (field for field in says.header.fields if field is not Field.HANDLE)
    return next((field for field in fields if fit(field, content, holds.cells) >= _SURE), None)


def _is_numbers(draft: Draft) -> bool:
    """Whether a column headed as handles holds nothing but numbers."""
    return draft.header.fields == (Field.HANDLE,) and draft.column.content.numeric >= _SURE


def are_written_as_handles(draft: Draft) -> bool:
    """Whether cells can only be handles, whatever their header says: "anna.b", not "Anna"."""
    content = draft.column.content
    if content.handles < _SURE or content.distinct < _SURE or content.numeric > _ENOUGH:
        return False
    cells = [cell.strip() for cell in draft.cells if cell.strip()]
    special = sum(bool(_SPECIAL & set(cell)) for cell in cells)
    lower = sum(cell == cell.lower() for cell in cells)
    return special >= _SOME * len(cells) and lower >= _ENOUGH * len(cells)


def holds_profile_links(draft: Draft) -> bool:
    """Whether a column that nobody knows by its header holds links to profiles."""
    unknown = not draft.header.fields and not draft.column.start
    return unknown and look.share_of_profile_links(draft.cells) >= _ENOUGH


def told(column: Column, says: str, holds: str) -> Column:
    """The column with a warning that its header says otherwise."""
    example = column.examples[0] if column.examples else ""
    warning = f"The header says {says}, but cells such as “{example}” are {holds}."
    return column.model_copy(update={"warning": warning, "guess": True, "confidence": 0.6})
