"""Slack's limits on tables, charts, cards and containers."""

import math
from typing import Any

from playground.report import EITHER, PLAIN, Json, Report, kind_of
from playground.validation_elements import check_element, check_image

_BUTTON = frozenset({"button"})
_CHART_LABEL = 20
_CELLS = {"table": ("raw_text", "rich_text"), "data_table": ("raw_text", "raw_number", "rich_text")}


def table(report: Report, block: Json, where: str) -> None:
    """A table: at most 100 rows of at most 20 cells."""
    report.keys(block, {"type", "block_id", "rows", "column_settings"}, where)
    report.required(block, ("rows",), where)
    for n, row in enumerate(report.items(block.get("rows"), f"{where}/rows", 1, 100)):
        _row(report, row, f"{where}/rows/{n}", _CELLS["table"])
    settings = report.items(block.get("column_settings"), f"{where}/column_settings", 0, 20)
    for n, setting in enumerate(settings):
        if setting is not None:
            place = f"{where}/column_settings/{n}"
            chosen = report.thing(setting, place) or {}
            report.keys(chosen, {"align", "is_wrapped"}, place)
            report.choice(chosen.get("align"), f"{place}/align", ("left", "center", "right"))
            report.boolean(chosen, ("is_wrapped",), place)


def data_table(report: Report, block: Json, where: str) -> None:
    """A data table: a caption, a header row, 1-100 rows of the same width."""
    keys = {"type", "block_id", "rows", "caption", "page_size", "row_header_column_index"}
    report.keys(block, keys, where)
    report.required(block, ("rows", "caption"), where)
    report.string(block.get("caption"), f"{where}/caption", 3000)
    report.number(block.get("page_size"), f"{where}/page_size", 1, 100)
    report.number(block.get("row_header_column_index"), f"{where}/row_header_column_index", 0, 19)
    rows = report.items(block.get("rows"), f"{where}/rows", 2, 101)
    for n, row in enumerate(rows):
        kinds = _CELLS["data_table"] if n else ("raw_text", "raw_number")
        _row(report, row, f"{where}/rows/{n}", kinds)
    if len({len(row) for row in rows if isinstance(row, list)}) > 1:
        report.error("all rows must have the same number of cells", f"{where}/rows")


def _row(report: Report, row: object, where: str, kinds: tuple[str, ...]) -> None:
    for n, value in enumerate(report.items(row, where, 1, 20)):
        place = f"{where}/{n}"
        cell = report.thing(value, place)
        if cell is None or kind_of(cell) not in kinds:
            report.error(f"unsupported type: {kind_of(cell)}", f"{place}/type")
        elif cell["type"] == "raw_text":
            report.required(cell, ("text",), place)
            report.string(cell.get("text"), f"{place}/text", 10_000)
        elif cell["type"] == "raw_number":
            report.required(cell, ("value",), place)
            _finite(report, cell.get("value"), f"{place}/value")


def cell_characters(blocks: list[Any]) -> int:
    """Characters in all cells of all tables of a message."""
    return sum(
        _characters(cell)
        for block in blocks
        if kind_of(block) in ("table", "data_table")
        for row in _lists(block.get("rows"))
        for cell in _lists(row)
    )


def _lists(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _characters(cell: object) -> int:
    if isinstance(cell, list):
        return sum(_characters(part) for part in cell)
    if not isinstance(cell, dict):
        return 0
    own = cell.get("text", cell.get("value", ""))
    return (len(str(own)) if not isinstance(own, dict) else 0) + _characters(cell.get("elements"))


def data_visualization(report: Report, block: Json, where: str) -> None:
    """A chart: line, bar or area with 1-6 series, or a pie with 1-6 segments."""
    report.keys(block, {"type", "block_id", "title", "chart"}, where)
    if not report.required(block, ("title", "chart"), where):
        return
    report.string(block["title"], f"{where}/title", 50)
    place = f"{where}/chart"
    chart = report.thing(block["chart"], place)
    if chart is None:
        return
    if kind_of(chart) == "pie":
        _pie(report, chart, place)
    elif kind_of(chart) in ("line", "bar", "area"):
        _series_chart(report, chart, place)
    else:
        report.error(f"unsupported type: {kind_of(chart)}", f"{place}/type")


def _pie(report: Report, chart: Json, where: str) -> None:
    report.keys(chart, {"type", "segments"}, where)
    report.required(chart, ("segments",), where)
    for n, value in enumerate(report.items(chart.get("segments"), f"{where}/segments", 1, 6)):
        place = f"{where}/segments/{n}"
        segment = report.thing(value, place) or {}
        report.keys(segment, {"label", "value"}, place)
        report.required(segment, ("label", "value"), place)
        report.string(segment.get("label"), f"{place}/label", _CHART_LABEL)
        if _finite(report, segment.get("value"), f"{place}/value") and segment["value"] <= 0:
            report.error("must be greater than 0", f"{place}/value")


def _series_chart(report: Report, chart: Json, where: str) -> None:
    report.keys(chart, {"type", "series", "axis_config"}, where)
    if not report.required(chart, ("series", "axis_config"), where):
        return
    axis = report.thing(chart["axis_config"], f"{where}/axis_config") or {}
    report.keys(axis, {"categories", "x_label", "y_label"}, f"{where}/axis_config")
    report.required(axis, ("categories",), f"{where}/axis_config")
    place = f"{where}/axis_config/categories"
    categories = report.items(axis.get("categories"), place, 1, 20)
    for n, category in enumerate(categories):
        report.string(category, f"{place}/{n}", _CHART_LABEL)
    if len(set(map(str, categories))) < len(categories):
        report.error("must be unique", place)
    for key in ("x_label", "y_label"):
        report.string(axis.get(key), f"{where}/axis_config/{key}", 50)
    all_series = report.items(chart["series"], f"{where}/series", 1, 6)
    names = [series.get("name") for series in all_series if isinstance(series, dict)]
    if len(set(map(str, names))) < len(names):
        report.error("must have unique names", f"{where}/series")
    for n, value in enumerate(all_series):
        _series(report, value, f"{where}/series/{n}", categories)


def _series(report: Report, value: object, where: str, categories: list[Any]) -> None:
    series = report.thing(value, where) or {}
    report.keys(series, {"name", "data"}, where)
    report.required(series, ("name", "data"), where)
    report.string(series.get("name"), f"{where}/name", _CHART_LABEL)
    labels = []
    for n, given in enumerate(report.items(series.get("data"), f"{where}/data", 1, 20)):
        place = f"{where}/data/{n}"
        point = report.thing(given, place) or {}
        report.keys(point, {"label", "value"}, place)
        report.required(point, ("label", "value"), place)
        report.string(point.get("label"), f"{place}/label", _CHART_LABEL)
        _finite(report, point.get("value"), f"{place}/value")
        labels.append(str(point.get("label")))
    if sorted(labels) != sorted(map(str, categories)):
        report.error("must have one point for every category", f"{where}/data")


def _finite(report: Report, value: object, where: str) -> bool:
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if value is not None and not good:
        report.error("must be a finite number", where)
    return good


def card(report: Report, block: Json, where: str) -> None:
    """A card: pictures, three texts and at most three buttons."""
    keys = {"type", "block_id", "hero_image", "icon", "slack_icon", "title", "subtitle", "body"}
    report.keys(block, keys | {"actions", "subtext"}, where)
    if not any(block.get(key) for key in ("hero_image", "title", "actions", "body")):
        report.error("must define one of `hero_image`, `title`, `actions`, `body`", where)
    for key, longest in (("title", 150), ("subtitle", 150), ("body", 200), ("subtext", 200)):
        report.text(block.get(key), f"{where}/{key}", longest, EITHER)
    for key in ("hero_image", "icon"):
        image = report.thing(block.get(key), f"{where}/{key}")
        if image is not None:
            check_image(report, image, f"{where}/{key}")
    if block.get("icon") and block.get("slack_icon"):
        report.error("must define only one of `icon`, `slack_icon`", where)
    for n, button in enumerate(report.items(block.get("actions"), f"{where}/actions", 0, 3)):
        check_element(report, button, f"{where}/actions/{n}", _BUTTON)


def carousel(report: Report, block: Json, where: str) -> None:
    """1-10 cards side by side."""
    report.keys(block, {"type", "block_id", "elements"}, where)
    report.required(block, ("elements",), where)
    for n, value in enumerate(report.items(block.get("elements"), f"{where}/elements", 1, 10)):
        place = f"{where}/elements/{n}"
        inner = report.thing(value, place) or {}
        if inner.get("type") != "card":
            report.error(f"unsupported type: {inner.get('type')}", f"{place}/type")
        else:
            card(report, inner, place)


def container_frame(report: Report, block: Json, where: str) -> list[Any]:
    """A container without what stands in it, which is returned."""
    keys = {"type", "block_id", "title", "rich_text_title", "subtitle", "child_blocks", "width"}
    keys |= {"icon", "is_collapsible", "default_collapsed", "has_header_divider"}
    report.keys(block, keys, where)
    report.required(block, ("child_blocks",), where)
    if block.get("title") is None and block.get("rich_text_title") is None:
        report.error("missing required field: title", where)
    report.text(block.get("title"), f"{where}/title", 150, PLAIN)
    report.text(block.get("subtitle"), f"{where}/subtitle", 150)
    widths = ("narrow", "standard", "wide", "full")
    report.choice(block.get("width"), f"{where}/width", widths)
    return report.items(block.get("child_blocks"), f"{where}/child_blocks", 1, 10)
