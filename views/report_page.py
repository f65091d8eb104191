"""A report as a page to print: one sheet of A4, readable on a phone."""

from domain.money import format_money, format_unit_cost
from domain.report import PartnerRow, Report
from domain.wording import counted, listed
from views import elements, pages
from views.report import again_line

MOST_ROWS = 22
"""So many rows leave room for the figures on one sheet; the rest is in the files."""
NAME = 60


def page(report: Report, made_by: str) -> str:
    """The page as HTML. made_by: who had it made, "" for nobody to be named."""
    rows = report.partners[:MOST_ROWS]
    rest = len(report.partners) - len(rows)
    return pages.render(
        "report",
        report=report,
        title=elements.clean(report.title, 100),
        as_of=elements.day(report.as_of),
        columns=[heading for heading, shown in _columns(report) if shown],
        rows=[_cells(row, report) for row in rows],
        rest=f"{counted(rest, 'more partnership')}: see the Excel or CSV file." if rest else "",
        again=[again_line(one) for one in report.rebook],
        made_by=elements.clean(made_by, NAME),
    )


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
        elements.clean(row.brief, NAME),
        row.stage,
        listed([format_money(money) for money in row.spent]),
        _count(row.reach),
        _count(row.engagements),
        _count(row.clicks),
        _count(row.conversions),
        listed([format_money(money) for money in row.revenues]),
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
    return "" if value is None else f"{value:,}"
