"""Units that a file lost: followers "475.8" that are millions, rates in percent or not."""

import math
from collections.abc import Callable, Sequence
from statistics import median

from domain.columns import read_header
from domain.content import PERCENT_SIGNS, look_at
from domain.creator import Platform, RateDefinition
from domain.fields import AVERAGES, COUNTS, NUMBERS, RATIOS, Field
from domain.mapped_column import SCALES, Column
from domain.rates import usual_definition

Rows = Sequence[Sequence[str]]

_LOST_BELOW = 10_000
_LOST_FRACTIONS = 0.3
_ROWS_TO_JUDGE = 10
_RANKING_WORDS = ("top", "most", "largest", "biggest", "best", "rank")
_SMALL_ENOUGH_TO_ASK = 1_000
_LIKES = (Field.AVERAGE_LIKES, Field.AVERAGE_COMMENTS)


def with_units(
    columns: Sequence[Column], rows: Rows, platform: Platform | None, file_name: str
) -> list[Column]:
    """Columns with their scales, percentages and rate definitions; guesses are marked so."""
    result = [_with_mixed_signs(_stated(column), rows) for column in columns]
    result = [_with_lost_unit(column, result, file_name) for column in result]
    result = [_beside_followers(column, result, rows) for column in result]
    return [
        _with_definition(column, result, rows, column.platform or platform) for column in result
    ]


def _stated(column: Column) -> Column:
    scale = read_header(column.header).scale
    if scale == 1 or column.field not in NUMBERS or column.content.suffixed > 0.5:
        return column
    reason = f"The header says {SCALES.get(scale, f'times {scale:,}')}."
    return column.model_copy(update={"scale": scale, "reason": reason})


def _with_mixed_signs(column: Column, rows: Rows) -> Column:
    """Rates with a sign beside bare ones: the bare ones are judged by themselves, and asked about.

    The examples become one of each kind.
    """
    if column.field not in RATIOS or not column.content.is_mixed:
        return column
    cells = [row[column.index].strip() for row in rows if column.index < len(row)]
    signed = [cell for cell in cells if cell.endswith(PERCENT_SIGNS)]
    bare = [cell for cell in cells if cell[-1:].isdecimal() and cell.strip("0.,")]
    if not signed or not bare:
        return column
    warning = (
        "Some cells have a % sign and others have none. "
        "Say whether the bare ones are percent or fractions."
    )
    return column.model_copy(
        update={
            "percent": look_at(bare).is_percent,
            "examples": tuple(dict.fromkeys([signed[0], *bare]))[:3],
            "guess": True,
            "confidence": 0.6,
            "warning": warning,
        }
    )


def _with_lost_unit(column: Column, columns: Sequence[Column], file_name: str) -> Column:
    """Counts can't have fractions: "475.8" followers are thousands or millions."""
    if column.field not in COUNTS or column.scale != 1 or column.rank:
        return column
    content = column.content
    largest = content.largest or 0
    if content.suffixed == 0 and content.fractions >= _LOST_FRACTIONS and largest < _LOST_BELOW:
        scale, because = _guessed_scale(column, columns, file_name)
        reason = (
            f"Counts have no fractions, so the unit was lost; read in {SCALES[scale]}{because} "
            f"(the largest, {largest:g}, as {largest * scale:,.0f}). Please confirm."
        )
        return column.model_copy(
            update={"scale": scale, "guess": True, "confidence": 0.5, "reason": reason}
        )
    few = column.field is Field.FOLLOWERS and content.filled >= 20 and not content.suffixed
    if few and 0 < largest < _SMALL_ENOUGH_TO_ASK:
        warning = f"The largest is {largest:g}. If these are thousands or millions, say so."
        return column.model_copy(update={"guess": True, "confidence": 0.6, "warning": warning})
    return column


def _guessed_scale(column: Column, columns: Sequence[Column], file_name: str) -> tuple[int, str]:
    if column.field is not Field.FOLLOWERS:
        return 1_000, ""
    words = [file_name.lower(), *(other.header.lower() for other in columns)]
    if any(word in text for text in words for word in _RANKING_WORDS):
        return 1_000_000, " because it is a ranking"
    return 1_000, ""


def _beside_followers(column: Column, columns: Sequence[Column], rows: Rows) -> Column:
    """The unit of averages where the followers' was lost or stated: by the rate, or the same."""
    followers = _first(columns, Field.FOLLOWERS)
    if column.field not in AVERAGES or column.scale != 1 or followers is None:
        return column
    lost = column.content.suffixed == 0 and column.content.fractions >= _LOST_FRACTIONS
    if followers.scale == 1 or not lost or (column.content.largest or 0) >= _LOST_BELOW:
        return column
    expected = _expected_rate(columns)
    ratio = _ratio(column, followers, rows)
    if ratio is None:
        return column
    scale = min(SCALES, key=lambda scale: abs(math.log(ratio * scale / expected)))
    because = "the followers and the rate" if _rates(columns) else "the followers"
    reason = f"Read in {SCALES[scale]}, which fits {because}. Please confirm."
    return column.model_copy(
        update={"scale": scale, "guess": True, "confidence": 0.5, "reason": reason}
    )


def _expected_rate(columns: Sequence[Column]) -> float:
    """The median engagement rate of the file, else a usual one."""
    rates = _rates(columns)
    if not rates or not rates[0].content.middle:
        return 0.02
    middle = rates[0].content.middle
    percent = rates[0].percent or rates[0].content.percent > 0.5
    return middle / 100 if percent else middle


def _with_definition(
    column: Column, columns: Sequence[Column], rows: Rows, platform: Platform | None
) -> Column:
    """What a rate was divided by: as stated, as the other figures show, else as is usual."""
    if column.field is not Field.ENGAGEMENT_RATE:
        return column
    column = _with_checked_percent(column, columns, rows)
    if (stated := column.definition or read_header(column.header).definition) is not None:
        return column.model_copy(update={"definition": stated})
    for base, definition in (
        (Field.FOLLOWERS, RateDefinition.FOLLOWERS),
        (Field.AVERAGE_VIEWS, RateDefinition.VIEWS),
    ):
        times = _times_expected(column, columns, rows, base)
        if times is not None and 0.75 <= times <= 1.33:
            reason = f"{column.reason} It is the engagements divided by {definition.value}."
            return column.model_copy(update={"definition": definition, "reason": reason})
    usual = usual_definition(platform)
    if usual is RateDefinition.UNSTATED:
        reason = f"{column.reason} Nothing says what it was divided by."
    else:
        reason = f"{column.reason} Taken as divided by {usual.value}, as is usual there."
    return column.model_copy(update={"definition": usual, "reason": reason})


def _with_checked_percent(column: Column, columns: Sequence[Column], rows: Rows) -> Column:
    """Turn percent into ratios, or back, where the other figures show a factor of 100."""
    if column.content.percent > 0.5:
        return column
    for base in (Field.FOLLOWERS, Field.AVERAGE_VIEWS):
        times = _times_expected(column, columns, rows, base)
        if times is None:
            continue
        if column.percent and 0.0075 <= times <= 0.0133:
            return _flipped(column, False, "they fit the engagements as ratios")
        if not column.percent and 75 <= times <= 133:
            return _flipped(column, True, "they fit the engagements as percent")
    said_percent = read_header(column.header).percent
    if said_percent and not column.percent:
        warning = "The header says percent, but the numbers look like ratios (0.031 = 3.1 %)."
        return column.model_copy(update={"guess": True, "warning": warning})
    return column


def _flipped(column: Column, percent: bool, because: str) -> Column:
    reason = f"{column.reason} Read so because {because}."
    return column.model_copy(update={"percent": percent, "reason": reason})


def _times_expected(
    rate: Column, columns: Sequence[Column], rows: Rows, base: Field
) -> float | None:
    """The median of the rate, by what the file's engagements and `base` would give."""
    divisor = _first(columns, base)
    parts = [found for field in _LIKES if (found := _first(columns, field))]
    if not parts or _first(columns, Field.AVERAGE_LIKES) is None:
        whole = _first(columns, Field.AVERAGE_ENGAGEMENTS)
        parts = [whole] if whole else []
    if divisor is None or not parts:
        return None
    read_rate, read_base = _reading(rate), _reading(divisor)
    readers = [_reading(part) for part in parts]
    times = []
    for row in rows:
        value, under = read_rate(row), read_base(row)
        engagements = sum(read(row) or 0 for read in readers)
        if value and under and engagements:
            times.append(value * under / engagements)
    return median(times) if len(times) >= _ROWS_TO_JUDGE else None


def _ratio(column: Column, followers: Column, rows: Rows) -> float | None:
    over, under = _reading(column), _reading(followers)
    ratios = [a / b for row in rows if (a := over(row)) and (b := under(row))]
    return median(ratios) if ratios else None


def _reading(column: Column) -> Callable[[Sequence[str]], float | None]:
    read = column.reader()

    def value(row: Sequence[str]) -> float | None:
        cell = read(row[column.index]) if column.index < len(row) else None
        return cell if isinstance(cell, int | float) else None

    return value


def _first(columns: Sequence[Column], field: Field) -> Column | None:
    return next((c for c in columns if c.field is field and c.rank == 0), None)


def _rates(columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if column.field is Field.ENGAGEMENT_RATE]
