"""The modals of a file of results: what its columns hold, what attaches to which partnership."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from domain.creator import Platform
from domain.result_columns import (
    MEASURES,
    SPEND_KINDS,
    ResultColumn,
    ResultField,
    ResultMapping,
)
from domain.result_report import Attached, LeftRow, ResultsReport
from domain.wording import PLATFORM_NAMES, counted
from domain.written_dates import written_day
from views import elements
from views.message import Blocks

COLUMN, PLATFORM, AS_OF, DATES, CURRENCY, COUNTED_AS, SPEND, CREATOR, CAMPAIGN = (
    "held", "their_platform", "true_on", "date_order", "amounts_in", "counted", "spend", "creator",
    "campaign",
)  # fmt: skip
"""Blocks of the modal: other ones than in the review of creators, in whose place it is drawn."""
DAY_FIRST, MONTH_FIRST = "day", "month"
TO_DATE, PER_DAY = "to_date", "per_day"
MOST_COLUMNS = 60
SPEND_NAMES = {
    "boost": "Paid boost (ads on the post)",
    "fee": "The creator's fee",
    "product": "Product value",
    "shipping": "Shipping",
    "other": "Other cost",
}
_TITLE = "Import results"
_SHOWN = 12
_LONGEST_SAMPLE = 60


@dataclass(frozen=True)
class ResultReview:
    """What the modal with the columns shows. as_of: day of the figures, as chosen so far."""

    import_id: int
    file_name: str
    rows: int
    mapping: ResultMapping
    notes: tuple[str, ...] = ()


def review(shown: ResultReview) -> dict[str, Any]:
    """What each column holds, to be confirmed or corrected."""
    blocks = [elements.plain_section(_summary(shown)), _switch(shown.import_id)]
    blocks += _about_all(shown.mapping)
    places = _order(shown.mapping)
    blocks += [_column(shown.mapping.columns[place]) for place in places[:MOST_COLUMNS]]
    if len(places) > MOST_COLUMNS:
        more = len(places) - MOST_COLUMNS
        blocks.append(elements.context(f"{more:,} more columns are not used."))
    return elements.modal(
        _TITLE,
        "import_results",
        blocks,
        submit="See what attaches",
        private_metadata=str(shown.import_id),
        notify_on_close=True,
    )


def matching(import_id: int, file_name: str) -> dict[str, Any]:
    """While the file is read and its rows are looked up."""
    name = elements.clean(file_name, 100)
    return elements.modal(
        _TITLE,
        "import_matching",
        [
            elements.plain_section(f"Looking up which partnerships {name} is about…"),
            elements.context(
                "Nothing is stored yet. If you close this, a direct message brings you back; it "
                "stays good for 24 hours."
            ),
        ],
        close="Close",
        private_metadata=str(import_id),
        notify_on_close=True,
    )


def preview(import_id: int, file_name: str, report: ResultsReport) -> dict[str, Any]:
    """What attaches to which partnership, and which rows do not and why, before it is stored."""
    name = elements.escape(file_name, 100)
    lead = (
        f"*{name}*: {report.attached:,} of {counted(report.rows, 'row')} attach to "
        f"{counted(report.partnerships, 'partnership')}. Nothing is stored yet."
    )
    blocks: Blocks = [elements.section(lead)]
    blocks += [elements.section(text) for text in details(report) if text]
    back = elements.button("Back to the columns", f"import_back:{import_id}", str(import_id))
    blocks.append(elements.actions(back))
    if not report.attached:
        blocks.append(elements.context(
            "Log a partnership with `/influencer log @handle` and its post links, or go back and "
            "choose which column names the creator or the campaign."
        ))  # fmt: skip
    return elements.modal(
        _TITLE,
        "import_preview",
        blocks,
        submit="Store these results" if report.attached else None,
        private_metadata=str(import_id),
        notify_on_close=True,
    )


def started(file_name: str) -> dict[str, Any]:
    """The results are on their way."""
    text = f"The results in {elements.clean(file_name, 100)} are being stored."
    return elements.modal(
        _TITLE,
        "import_started",
        [
            elements.plain_section(text),
            elements.context("You can close this. I report in a direct message."),
        ],
        close="Close",
    )


def details(report: ResultsReport) -> list[str]:
    """What attaches, what is left out and why; texts of sections, "" where there is nothing."""
    return [
        _attached(report.to),
        _left("Not attached", report.left, report.left_rows),
        _left("Refused, for the figures can't be true or read", report.refused,
              report.refused_rows),
        _odd(report.odd),
        _kept_costs(report.kept_costs),
    ]  # fmt: skip


def switch_to_results(import_id: int) -> dict[str, Any]:
    """In the review of creators: the file may hold results."""
    button = elements.button(
        "It holds results of posts", f"import_as:results:{import_id}", f"results:{import_id}"
    )
    return elements.actions(button, block_id="kind")


def _summary(shown: ResultReview) -> str:
    name = elements.clean(shown.file_name, 100)
    notes = " ".join(elements.clean(note, 200) for note in shown.notes[:3])
    size = f"{shown.rows:,} rows, {len(shown.mapping.columns):,} columns."
    what = shown.mapping.vendor or "results of posts or campaigns, not creators"
    looks = f"This looks like {what}."
    return f"{name}: {size} {looks if shown.mapping.likely else ''} {notes}".strip()


def _switch(import_id: int) -> dict[str, Any]:
    button = elements.button(
        "It is a list of creators", f"import_as:creators:{import_id}", f"creators:{import_id}"
    )
    return elements.actions(button, block_id="kind")


def _about_all(mapping: ResultMapping) -> Blocks:
    """What holds for all rows."""
    dated = mapping.feeding(ResultField.AS_OF) is not None
    blocks: Blocks = []
    if dated:
        blocks.append(_counted_as(mapping))
        if mapping.either_date:
            blocks.append(_order_of_dates(mapping))
    blocks.append(elements.date_field(
        AS_OF,
        "Date of the figures, where a row has none" if dated else "Date of the figures",
        initial=mapping.as_of,
        optional=True,
        hint=mapping.as_of_reason or "The day on which the totals were true.",
    ))  # fmt: skip
    if mapping.feeding(ResultField.SPEND) is not None:
        options = [(kind, SPEND_NAMES[kind]) for kind in SPEND_KINDS]
        blocks.append(elements.choice_field(
            SPEND, "Spend is", options, initial=mapping.spend_kind,
            hint="It counts as this cost, unless somebody typed that cost in.",
        ))  # fmt: skip
    if mapping.asks_currency:
        blocks.append(elements.text_field(
            CURRENCY, "Currency of amounts that name none", initial=mapping.currency or "",
            optional=True, longest=20, hint="A code such as EUR.",
        ))  # fmt: skip
    blocks.append(elements.text_field(
        CREATOR, "Creator, where a row names none", initial=mapping.creator, optional=True,
        longest=200, placeholder="@anna, or a link to the profile",
    ))  # fmt: skip
    blocks.append(elements.text_field(
        CAMPAIGN, "Campaign, where a row names none", initial=mapping.campaign, optional=True,
        longest=200, placeholder="The name of a brief",
    ))  # fmt: skip
    blocks.append(elements.choice_field(
        PLATFORM, "Platform, where a row names none",
        [(one.value, PLATFORM_NAMES[one]) for one in Platform if one is not Platform.OTHER],
        initial=mapping.platform.value if mapping.platform else None, optional=True,
    ))  # fmt: skip
    return blocks


def _counted_as(mapping: ResultMapping) -> dict[str, Any]:
    return elements.choice_field(
        COUNTED_AS,
        "Figures are",
        [(TO_DATE, "Totals to date"), (PER_DAY, "Those of each day alone: add them up")],
        initial=PER_DAY if mapping.per_day else TO_DATE,
        hint=mapping.per_day_reason or None,
    )


def _order_of_dates(mapping: ResultMapping) -> dict[str, Any]:
    cell = mapping.either_date
    chosen = None
    if mapping.day_first is not None:
        chosen = DAY_FIRST if mapping.day_first else MONTH_FIRST
    return elements.choice_field(
        DATES,
        f"Dates such as {elements.clean(cell, 30)}",
        [
            (DAY_FIRST, f"Day first: {written_day(cell, True)}"),
            (MONTH_FIRST, f"Month first: {written_day(cell, False)}"),
        ],
        initial=chosen,
        hint="Nothing in the file tells which it is.",
    )


def _order(mapping: ResultMapping) -> list[int]:
    """Places of the columns as shown: those that hold something first."""
    used = [c.index for c in mapping.columns if c.field is not ResultField.IGNORE]
    return used + [c.index for c in mapping.columns if c.index not in set(used)]


def _column(column: ResultColumn) -> dict[str, Any]:
    samples = ", ".join(elements.clean(cell, _LONGEST_SAMPLE) for cell in column.samples)
    unit = f" · in {column.currency}" if column.currency and column.field in MEASURES else ""
    return elements.choice_field(
        f"{COLUMN}:{column.index}",
        elements.clean(column.header, 150) or f"Column {column.index + 1}",
        [(field.value, field.label) for field in ResultField],
        initial=column.field.value,
        hint=f"{samples or 'All cells are empty'} · {column.reason}{unit}",
    )


def _attached(to: Sequence[Attached]) -> str:
    if not to:
        return ""
    lines = []
    for _, of in groupby(to, key=lambda one: one.partnership_id):
        posts = list(of)
        lines.append(_partnership(posts[0]))
        lines += [_post(one) for one in posts]
    shown = lines[: _SHOWN * 2]
    more = f"\n… and {len(lines) - len(shown):,} more lines" if len(lines) > len(shown) else ""
    return "*What attaches:*\n" + "\n".join(shown) + more


def _partnership(one: Attached) -> str:
    brief = f" for {elements.escape(one.brief, 60)}" if one.brief else ""
    return f"*{elements.escape(one.creator, 60)}*{brief}"


def _post(one: Attached) -> str:
    what = elements.escape(one.post, 45) if one.post else "all posts together"
    days = f", {counted(one.days, 'day')}" if one.days > 1 else ""
    what += " (new post)" if one.new else ""
    return f"• {what}: {elements.escape(one.brought, 160)} ({counted(one.rows, 'row')}{days})"


def _left(title: str, count: int, rows: Sequence[LeftRow]) -> str:
    if not count:
        return ""
    shown = rows[:_SHOWN]
    lines = [f"• Row {one.row:,} {elements.escape(one.reason, 160)}" for one in shown]
    more = f"\n… and {count - len(shown):,} more" if count > len(shown) else ""
    return f"*{title}, {counted(count, 'row')}:*\n" + "\n".join(lines) + more


def _odd(odd: Sequence[str]) -> str:
    if not odd:
        return ""
    lines = [f"• {elements.escape(text, 120)}" for text in odd[:5]]
    return "*Please check these; they are kept as the file gives them:*\n" + "\n".join(lines)


def _kept_costs(names: Sequence[str]) -> str:
    if not names:
        return ""
    said = ", ".join(elements.escape(name, 40) for name in names[:10])
    return (
        f"*Costs that somebody typed stay as they are:* {said}. The file's spend is kept with the "
        "results and is not counted as their cost."
    )


def day_or_none(text: str) -> dt.date | None:
    """A day as a date field gives it."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
