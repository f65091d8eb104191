"""Which column of a file holds handles and which display names."""

from collections.abc import Sequence

from domain import content as look
from domain.account import NAMED_BY_TITLE
from domain.contradictions import are_written_as_handles, holds_profile_links, told
from domain.creator import Platform
from domain.drafts import Draft
from domain.fields import Field
from domain.mapped_column import Column, decided

_ENOUGH = 0.5


def with_names(
    drafts: Sequence[Draft], columns: Sequence[Column], platform: Platform | None
) -> list[Column]:
    """Tell handles from display names: "name" is either, so the cells decide."""
    result = list(columns)
    candidates = [draft for draft in drafts if Field.HANDLE in draft.header.fields]
    candidates = [draft for draft in candidates if draft.column.content.filled]
    swapped = next((d for d in drafts if result[d.column.index].field is Field.HANDLE), None)
    best = swapped or _best(drafts, candidates, columns, platform)
    if best is not None and best is not swapped:
        result[best.column.index] = _handle(best)
    for draft in drafts:
        if draft is best or not {Field.HANDLE, Field.DISPLAY_NAME} & set(draft.header.fields):
            continue
        if swapped is None or result[draft.column.index].field is Field.KEEP:
            result[draft.column.index] = _second_name(draft, best, result)
    return _names_under_another_header(candidates, result) if best is not None else result


def _best(
    drafts: Sequence[Draft],
    candidates: Sequence[Draft],
    columns: Sequence[Column],
    platform: Platform | None,
) -> Draft | None:
    """The column that most likely holds handles; one without a header for it only as a last way."""
    links = [
        draft
        for draft in drafts
        if columns[draft.column.index].field is Field.URL or holds_profile_links(draft)
    ]
    ranked = sorted(candidates, key=handle_score, reverse=True)
    best = next((draft for draft in ranked if _can_be_handle(draft, platform)), None)
    if best is None or Field.DISPLAY_NAME in best.header.fields:  # a link is surer than a name
        sure = (d for d in links if look.share_of_profile_links(d.cells) >= _ENOUGH)
        best = next(sure, best)
    if best is None or (platform is None and best.column.content.handles < _ENOUGH):
        names = [d for d in drafts if Field.DISPLAY_NAME in d.header.fields]
        unknown = [d for d in drafts if not d.header.fields]
        best = next((d for d in (*names, *unknown) if are_written_as_handles(d)), best)
    return best


def _handle(best: Draft) -> Column:
    handle = decided(best.column, Field.HANDLE, _confidence(best), _handle_reason(best))
    if not best.header.fields and best.column.content.links < _ENOUGH:
        return handle.model_copy(update={"guess": True})
    if best.header.fields and not {Field.HANDLE, Field.URL} & set(best.header.fields):
        return told(handle, "display name", "handles")
    return handle


def handle_score(draft: Draft) -> float:
    """How much a column looks like handles, to compare columns by."""
    content = draft.column.content
    plain = 0.2 if Field.DISPLAY_NAME not in draft.header.fields else 0.0
    ids = sum(cell.strip().isdecimal() for cell in draft.cells) / (len(draft.cells) or 1)
    return content.handles + content.distinct + plain - ids / 2


def _can_be_handle(draft: Draft, platform: Platform | None) -> bool:
    content = draft.column.content
    if content.numeric == 1 and content.suffixed > _ENOUGH:
        return False
    return content.handles >= _ENOUGH or platform in NAMED_BY_TITLE or platform is None


def _confidence(draft: Draft) -> float:
    return round(0.5 + 0.5 * draft.column.content.handles * draft.column.content.distinct, 2)


def _handle_reason(draft: Draft) -> str:
    content = draft.column.content
    if content.handles >= 0.9:
        return "Its cells are written as handles or links, and hardly any repeats."
    if content.handles >= _ENOUGH:
        return "Most cells are handles; of the others, the handle in brackets or the title counts."
    return "No column holds handles: the title stands for the handle and the name."


def _second_name(draft: Draft, best: Draft | None, columns: Sequence[Column]) -> Column:
    fields = draft.header.fields
    before = columns[draft.column.index]
    elsewhere = best is not None and draft.column.platform not in (None, best.column.platform)
    if Field.URL in fields and before.field is Field.URL and not elsewhere:
        return before
    if Field.DISPLAY_NAME in fields:
        reason = "Its cells are names: spaces, capitals, other scripts."
        if best is None:
            reason = "Its cells are names, not handles."
        return decided(draft.column, Field.DISPLAY_NAME, 0.8, reason)
    if best is not None and draft.column.content.handles >= _ENOUGH:
        rank = sum(column.field is Field.HANDLE for column in columns)
        reason = f"Handles too: read where “{best.column.header}” is empty."
        return decided(draft.column, Field.HANDLE, 0.6, reason, rank=rank)
    return decided(draft.column, Field.KEEP, 0.5, "Its cells are not handles; it is kept.")


def _names_under_another_header(
    candidates: Sequence[Draft], columns: Sequence[Column]
) -> list[Column]:
    """Where no column is headed as names, one headed as handles may hold them."""
    result = list(columns)
    if any(column.field in (Field.DISPLAY_NAME, Field.FIRST_NAME) for column in columns):
        return result
    for draft in candidates:
        content = draft.column.content
        kept = columns[draft.column.index].field is Field.KEEP
        if kept and max(content.handles, content.numeric) < _ENOUGH < content.distinct:
            reason = "Its cells are names, not handles."
            name = decided(draft.column, Field.DISPLAY_NAME, 0.6, reason)
            result[name.index] = told(name, "handle", "names")
            break
    return result
