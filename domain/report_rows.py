"""A report as rows of a file: figures as numbers, a column for each currency."""

from collections.abc import Iterable, Mapping

from domain.creator import Money
from domain.exporting import Cell, Row, plain
from domain.money import minor_digits, sums
from domain.report import PartnerRow, Report

TOGETHER = "All together"


def summary(report: Report) -> list[Row]:
    """The sentence, then target, forecast and outcome, each with what it means."""
    rows: list[Row] = [_line("Report", report.title, report.sentence, report.when)]
    for part, figures in (
        ("Target", report.target),
        ("Forecast", report.forecast),
        ("Outcome", report.outcome),
    ):
        rows += [_line(part, one.name, one.value, one.meaning, one.unknown) for one in figures]
    rows += [_line("Note", "", note) for note in report.notes]
    return [*rows, _line("Note", "Figures as of", report.as_of.isoformat())]


def partnerships(report: Report) -> list[Row]:
    """A row for all together, so that its columns come first, and one a partnership."""
    if not report.partners:
        return []
    return [_cells(one, report) for one in (_together(report.partners), *report.partners)]


def _line(part: str, name: str, value: str, meaning: str = "", unknown: str = "") -> Row:
    return {
        "Part": part,
        "Figure": name or None,
        "Value": value,
        "What it means": meaning or None,
        "Unknown": unknown or None,
    }


def _cells(one: PartnerRow, report: Report) -> Row:
    row: dict[str, Cell] = {"Creator": one.name, "Brief": one.brief or None}
    row["Stage"] = one.stage or None
    row |= _amounts("Cost", one.spent)
    row |= {
        "Reach": one.reach,
        "Engagements": one.engagements,
        "Clicks": one.clicks,
        report.sales.capitalize(): one.conversions,
    }
    row |= _amounts("Revenue", one.revenues)
    each = one.cost_per_engagement
    if each is not None:
        row[f"Cost per engagement ({each.currency})"] = round(float(each.amount), 6)
    if one.expected:
        row["Expected"] = one.expected
    row["Figures of"] = one.as_of.isoformat() if one.as_of else None
    return row


def _amounts(what: str, amounts: Iterable[Money]) -> Mapping[str, Cell]:
    return {
        f"{what} ({one.currency})": plain(round(float(one.amount), minor_digits(one.currency)))
        for one in amounts
    }


def _together(rows: Iterable[PartnerRow]) -> PartnerRow:
    each = list(rows)
    return PartnerRow(
        name=TOGETHER,
        spent=sums(money for one in each for money in one.spent),
        reach=_sum(one.reach for one in each),
        engagements=_sum(one.engagements for one in each),
        clicks=_sum(one.clicks for one in each),
        conversions=_sum(one.conversions for one in each),
        revenues=sums(money for one in each for money in one.revenues),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
