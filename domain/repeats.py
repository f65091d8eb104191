"""Columns of one file that say the same, and columns that are too large for what they say."""

from collections.abc import Sequence

from domain.columns import read_header
from domain.creator import Platform
from domain.fields import AVERAGES, NUMBERS, RATIOS, Field
from domain.mapped_column import SCALES, Column, column_letter, decided
from domain.values import Problem

Rows = Sequence[Sequence[str]]

_SAME = 0.1  # rounding "1.1M" loses up to a tenth
_AGREEING = 0.8
_MOSTLY = 0.5
_TOTALS = 20
_TOO_LARGE_FOR_AVERAGES = 2


def without_totals(columns: Sequence[Column]) -> list[Column]:
    """Tell totals from averages by their size beside the followers."""
    followers = next((c for c in columns if c.field is Field.FOLLOWERS), None)
    if followers is None or not followers.content.middle:
        return list(columns)
    return [_beside(followers, column) for column in columns]


def _beside(followers: Column, column: Column) -> Column:
    times = column.content.middle / followers.content.middle
    if {Field.TOTAL_VIEWS, Field.AVERAGE_VIEWS} <= set(read_header(column.header).fields):
        field = Field.TOTAL_VIEWS if times > _TOTALS else Field.AVERAGE_VIEWS
        reason = f"The median is {times:.1f} times the followers, as {field.label.lower()} are."
        return decided(column, field, 0.5, reason, guess=True)
    per_post = column.field in AVERAGES - {Field.AVERAGE_VIEWS}
    if per_post and times > _TOO_LARGE_FOR_AVERAGES and not followers.content.fractions:
        warning = "Too large beside the followers for averages per post; kept."
        return decided(column, Field.KEEP, 0.5, warning, warning=warning)
    return column


def with_repeats(
    columns: Sequence[Column], rows: Rows, platform: Platform | None = None
) -> list[Column]:
    """Order columns of one figure, the exact one first; one that disagrees is kept apart.

    Figures of different platforms are not the same one. platform: of those that name none.
    """
    result = list(columns)
    groups: dict[tuple[Field, Platform | None], list[Column]] = {}
    for column in columns:
        if column.field in NUMBERS | RATIOS:
            where = column.platform or platform
            groups.setdefault((column.field, where), []).append(column)
    for same in groups.values():
        same.sort(key=lambda column: (column.content.suffixed > 0.1, column.index))
        same[:1] = [_with_unit_of(column, same[1:], rows) for column in same[:1]]
        for rank, column in enumerate(same[1:], 1):
            result[column.index] = _repeat(same[0], column, rank, rows)
        if len(same) > 1:
            reason = f"{same[0].reason} Exact numbers, so it is read first."
            result[same[0].index] = same[0].model_copy(update={"reason": reason})
    return result


def _repeat(first: Column, column: Column, rank: int, rows: Rows) -> Column:
    agreeing = _agreement(first, column, rows)
    if agreeing is None or agreeing >= _AGREEING:
        reason = f"The same figure as column {column_letter(first.index)}; fills its gaps."
        return column.model_copy(update={"rank": rank, "reason": reason})
    warning = (
        f"Differs from column {column_letter(first.index)}, which has the same header or "
        f"meaning, in {1 - agreeing:.0%} of the rows; kept under its own header."
    )
    return decided(column, Field.KEEP, 0.5, warning, warning=warning, guess=True)


def _with_unit_of(exact: Column, others: Sequence[Column], rows: Rows) -> Column:
    """Bare numbers in the unit that another column of the same name gives away: "1.2M" for 1200."""
    if exact.scale != 1 or exact.field not in NUMBERS or exact.content.suffixed > 0:
        return exact
    for other in others:
        if other.content.suffixed < _MOSTLY or _agrees(exact, other, rows):
            continue
        for scale in (1_000, 1_000_000):
            scaled = exact.model_copy(update={"scale": scale})
            if _agrees(scaled, other, rows):
                reason = f"Read in {SCALES[scale]}, as column {column_letter(other.index)} tells."
                return scaled.model_copy(update={"reason": reason})
    return exact


def _agrees(first: Column, second: Column, rows: Rows) -> bool:
    agreeing = _agreement(first, second, rows)
    return agreeing is None or agreeing >= _AGREEING


def _agreement(first: Column, second: Column, rows: Rows) -> float | None:
    """Part of the rows in which two columns say the same, rounding forgiven."""
    read_first, read_second = first.reader(), second.reader()
    pairs = [
        (read_first(row[first.index]), read_second(row[second.index]))
        for row in rows
        if max(first.index, second.index) < len(row)
    ]
    both = [(a, b) for a, b in pairs if not isinstance(a or 0, Problem) and a and b]
    both = [(a, b) for a, b in both if not isinstance(b, Problem)]
    return sum(agree(a, b) for a, b in both) / len(both) if both else None


def agree(exact: float, rounded: float) -> bool:
    """Whether two figures are the same but for rounding ("1.1M" beside 1,149,000)."""
    return abs(exact - rounded) <= _SAME * max(exact, rounded)
