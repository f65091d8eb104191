"""A report as a page to print: one sheet of A4, readable on a phone."""

from collections.abc import Sequence

from domain.money import format_unit_cost
from domain.report import PartnerRow, Report
from domain.report_figures import Figure, amounts
from domain.wording import compact, counted
from views import elements, pages
from views.report import again_line, some

MOST_TARGETS = 6
NAME, BRIEF = 30, 26
_COMPACT_FROM = 1_000_000
_SHEET = 590
"""What a printed sheet has for figures and rows, in CSS pixels; the rest stands on every page."""
_TILES_A_ROW, _TILE_LETTERS, _VALUE_LETTERS = 6, 19, 11
_TILE, _LINE, _ROW, _LINE_LETTERS = 12, 11, 6, 150
"""A tile and a row without their lines, a line; letters that fit a tile's line, and a page's."""
_LONG_NAME, _LONG_BRIEF, _SHORT_TABLE = 20, 14, 8


def page(report: Report, made_by: str) -> str:
    """The page as HTML. made_by: who had it made, "" for nobody to be named."""
    targets = some(report.target, MOST_TARGETS - 1)
    columns = [heading for heading, shown in _columns(report) if shown]
    rows = _that_fit(report, targets, len(columns))
    rest = len(report.partners) - len(rows)
    return pages.render(
        "report",
        report=report,
        title=elements.clean(report.title, 100),
        as_of=elements.day(report.as_of),
        targets=targets,
        columns=columns,
        rows=[_cells(row, report) for row in rows],
        rest=f"{counted(rest, 'more partnership')}: see the Excel or CSV file." if rest else "",
        again=[again_line(one) for one in report.rebook],
        made_by=elements.clean(made_by, NAME),
    )


def _that_fit(report: Report, targets: Sequence[Figure], columns: int) -> list[PartnerRow]:
    """As many rows as leave all on one printed sheet; the others are in the files."""
    room = _SHEET - _tiles(report.outcome, with_meaning=False)
    room -= _tiles(targets, with_meaning=True) + _tiles(report.forecast, with_meaning=True)
    room -= _LINE * (sum(len(one.name + one.meaning) for one in report.outcome) // _LINE_LETTERS)
    fitting: list[PartnerRow] = []
    for row in report.partners:
        room -= _ROW + _LINE * _lines(row, columns)
        if room < 0 and fitting:
            break
        fitting.append(row)
    return fitting


def _tiles(figures: Sequence[Figure], *, with_meaning: bool) -> int:
    """How high these figures are in print: each row as its highest tile."""
    heights = [_tile(one, with_meaning=with_meaning) for one in figures]
    rows = (heights[start : start + _TILES_A_ROW] for start in range(0, len(heights), _TILES_A_ROW))
    return sum(map(max, rows))


def _tile(figure: Figure, *, with_meaning: bool) -> int:
    small = (figure.name, figure.lacking, figure.meaning if with_meaning else "")
    lines = sum(-(-len(text) // _TILE_LETTERS) for text in small)
    return _TILE + _LINE * (lines + -(-len(figure.value) // _VALUE_LETTERS))


def _lines(row: PartnerRow, columns: int) -> int:
    """How many lines a row takes in print; a narrow table breaks none."""
    if columns <= _SHORT_TABLE and len(row.spent) + len(row.revenues) <= 2:
        return 1
    long = len(row.name) > _LONG_NAME or len(row.brief) > _LONG_BRIEF
    several = len(row.spent) > 1 or len(row.revenues) > 1
    return 3 if several or row.expected else 2 if long else 1


def _columns(report: Report) -> list[tuple[str, bool]]:
    """Headings of the table, and whether any row has something under them."""
    rows = report.partners
    return [
        ("Brief", any(row.brief for row in rows)),
        ("Stage", any(row.stage for row in rows)),
        ("Cost", any(row.spent for row in rows)),
        ("Reach", any(row.reach is not None for row in rows)),
        ("Engagements", any(row.engagements is not None for row in rows)),
        ("Clicks", any(row.clicks is not None for row in rows)),
        (report.sales.capitalize(), any(row.conversions is not None for row in rows)),
        ("Revenue", any(row.revenues for row in rows)),
        ("Per engagement", any(row.cost_per_engagement for row in rows)),
        ("Expected", any(row.expected for row in rows)),
        ("Figures of", any(row.as_of for row in rows)),
    ]


def _cells(row: PartnerRow, report: Report) -> dict[str, object]:
    each = row.cost_per_engagement
    values = (
        elements.clean(row.brief, BRIEF),
        row.stage,
        amounts(row.spent),
        _count(row.reach),
        _count(row.engagements),
        _count(row.clicks),
        _count(row.conversions),
        amounts(row.revenues),
        format_unit_cost(each.amount, each.currency) if each else "",
        row.expected,
        f"{row.as_of.day} {row.as_of:%b %Y}" if row.as_of else "no results",
    )
    columns = _columns(report)
    shown = [
        (heading, value)
        for (heading, is_shown), value in zip(columns, values, strict=True)
        if is_shown
    ]
    return {"name": elements.clean(row.name, NAME), "cells": shown}


def _count(value: int | None) -> str:
    if value is None:
        return ""
    return f"{value:,}" if value < _COMPACT_FROM else compact(value)
