"""Tables and charts. Workspaces may refuse them, so each is said in words as well."""

from collections.abc import Sequence

import slackblocks as sb

from views import elements
from views.elements import Block

CHART_TITLE = 50
SERIES_NAME = 20
CELL = 200


def table(rows: Sequence[Sequence[str]]) -> Block:
    """A table of plain cells, the first row its header: at most four columns fit a phone.

    The first column is text; the others are numbers and stand to the right.
    """
    cells: list[list[sb.RawText | sb.RichTextObject]] = [
        [sb.RawText(elements.clean(cell, CELL) or "–") for cell in row] for row in rows
    ]
    settings = [sb.ColumnSettings(), *(sb.ColumnSettings(align="right") for _ in rows[0][1:])]
    return _without_id(sb.TableBlock(cells, settings))


def bar_chart(title: str, name: str, points: Sequence[tuple[str, int]]) -> Block:
    """One bar for each (label, value) pair. name: of what is counted."""
    series = sb.DataSeries(
        elements.cut(name, SERIES_NAME), [sb.DataPoint(label, value) for label, value in points]
    )
    axis = sb.AxisConfig([label for label, _ in points])
    chart = sb.BarChart([series], axis)
    return _without_id(sb.DataVisualizationBlock(elements.cut(title, CHART_TITLE), chart))


def _without_id(block: sb.Block) -> Block:
    """As a dict, without the random id that would make every drawing differ."""
    drawn: Block = block._resolve()
    drawn.pop("block_id", None)
    return drawn
