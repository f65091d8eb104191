"""What the review of a file asks beside its columns: platform, dates, rates, currency."""

import datetime as dt
from typing import Any

from domain.creator import Platform, RateDefinition
from domain.fields import Field
from domain.mapped_column import Column
from domain.mapping import Mapping
from domain.review import rate_definition
from domain.wording import PLATFORM_NAMES
from domain.written_dates import written_day
from views import elements
from views.message import Blocks

PLATFORM, AS_OF, UNKNOWN, RATES_BY, CURRENCY = (
    "platform", "as_of", "date_unknown", "rates_by", "currency",
)  # fmt: skip
DATES, DAY_FIRST, MONTH_FIRST = "dates", "day", "month"
AS_ROWS_SAY = "rows"
_RATES_BY = {
    RateDefinition.FOLLOWERS: "By followers",
    RateDefinition.VIEWS: "By views",
    RateDefinition.REACH: "By reach",
    RateDefinition.UNSTATED: "Nobody knows",
}


def of_file(mapping: Mapping, as_of: dt.date | None, date_unknown: bool) -> Blocks:
    """Platform and date, which hold for all rows that name none, and what no cell tells.

    as_of, date_unknown: what a person said of the date of the figures, if anything.
    """
    blocks: Blocks = []
    named = {p.value: PLATFORM_NAMES[p] for p in Platform}
    named |= {"podcast": "Podcast", "other": "Other"}
    options = [(p.value, named[p.value]) for p in Platform]
    in_rows = bool(mapping.feeding(Field.PLATFORM))
    if in_rows:
        options.insert(0, (AS_ROWS_SAY, "As each row says"))
    initial = mapping.platform.value if mapping.platform else AS_ROWS_SAY if in_rows else None
    blocks.append(
        elements.choice_field(
            PLATFORM,
            "Platform",
            options,
            initial=initial,
            hint=elements.clean(mapping.platform_reason, 200) or None,
            placeholder="Which platform are they on?",
        )
    )
    dated = bool(mapping.feeding(Field.AS_OF))
    reason = elements.clean(mapping.as_of_reason, 200)
    blocks.append(
        elements.date_field(
            AS_OF,
            "Date of the figures, where a row has none" if dated else "Date of the figures",
            initial=as_of or mapping.as_of,
            optional=True,
            hint=f"{reason} Is that right?"
            if mapping.as_of and reason
            else "The day on which followers and rates were true, not the day of the import.",
        )
    )
    if not dated:
        blocks.append(
            elements.checkboxes_field(
                UNKNOWN,
                "If nobody knows",
                [("unknown", "Date unknown")],
                initial=["unknown"] if date_unknown else [],
            )
        )
    either = next((c for c in mapping.columns if c.content.either_date and _may_be_date(c)), None)
    if either is not None:
        blocks.append(_order_of_dates(either, asked=mapping.unsure_dates is not None))
    if any(c.field is Field.ENGAGEMENT_RATE or _may_be_rate(c) for c in mapping.columns):
        blocks.append(_rates_by(mapping))
    if any((c.field is Field.FEE and not c.currency) or _may_be_fee(c) for c in mapping.columns):
        blocks.append(_currency(mapping))
    return blocks


def _may_be_date(column: Column) -> bool:
    return column.field in (Field.AS_OF, Field.KEEP)


def _order_of_dates(column: Column, *, asked: bool) -> dict[str, Any]:
    """Whether dates are day first or month first, where no cell of the column tells."""
    cell = column.content.either_date
    chosen = None
    if column.day_first is not None:
        chosen = DAY_FIRST if column.day_first else MONTH_FIRST
    return elements.choice_field(
        DATES,
        f"Dates such as {elements.clean(cell, 30)}",
        [
            (DAY_FIRST, f"Day first: {written_day(cell, True)}"),
            (MONTH_FIRST, f"Month first: {written_day(cell, False)}"),
        ],
        initial=chosen,
        optional=not asked and chosen is None,
        hint=f"In “{elements.clean(column.header, 60)}”; nothing in the file tells which it is.",
    )


def _may_be_fee(column: Column) -> bool:
    return column.field is Field.KEEP and (
        column.content.currency is not None or column.content.numeric >= 0.5
    )


def _currency(mapping: Mapping) -> dict[str, Any]:
    """The currency of fees that name none in their cell, row or header."""
    fees = mapping.feeding(Field.FEE)
    common = next((one.content.currency for one in fees if one.content.currency), "")
    return elements.text_field(
        CURRENCY,
        "Currency of fees that name none",
        initial=mapping.currency or common,
        optional=True,
        longest=20,
        hint="A code such as EUR. Without one such fees are kept as written, but not compared.",
    )


def _may_be_rate(column: Column) -> bool:
    return column.field is Field.KEEP and column.content.is_rate_like


def _rates_by(mapping: Mapping) -> dict[str, Any]:
    """What engagement rates were divided by; only those of one definition compare."""
    return elements.choice_field(
        RATES_BY,
        "Engagement rates were computed",
        [(one.value, text) for one, text in _RATES_BY.items()],
        initial=rate_definition(mapping).value,
        hint="Likes and comments divided by what? Rates compare only with others of their kind.",
    )
