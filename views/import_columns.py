"""The modals of an import: the file, waiting, and what each column feeds."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from domain.creator import Platform, RateDefinition
from domain.fields import Field
from domain.mapping import Column, Mapping
from domain.review import COLUMNS_A_PAGE, code_of, offered, rate_definition
from domain.written_dates import written_day
from views import elements
from views.message import Blocks

FILE_TYPES = ("csv", "xlsx", "zip", "tsv", "txt", "text")
FILE, COLUMN, PLATFORM, AS_OF, UNKNOWN, RATES_BY, CURRENCY, LIST, ADD = (
    "file", "column", "platform", "as_of", "date_unknown", "rates_by", "currency", "list", "add",
)  # fmt: skip
DATES, DAY_FIRST, MONTH_FIRST = "dates", "day", "month"
AS_ROWS_SAY = "rows"
_RATES_BY = {
    RateDefinition.FOLLOWERS: "By followers",
    RateDefinition.VIEWS: "By views",
    RateDefinition.REACH: "By reach",
    RateDefinition.UNSTATED: "Nobody knows",
}
_LONGEST_SAMPLE = 60
_QUESTIONS = 6


@dataclass(frozen=True)
class Review:
    """What the review modal shows. order: places of columns as shown; page: from 0.

    may_add: creators may go on a list that is there already.
    """

    import_id: int
    file_name: str
    rows: int
    mapping: Mapping
    order: tuple[int, ...]
    list_name: str
    notes: tuple[str, ...] = ()
    page: int = 0
    as_of: dt.date | None = None
    date_unknown: bool = False
    may_add: bool = False

    @property
    def pages(self) -> int:
        """How many pages of columns there are."""
        return max(1, -(-len(self.order) // COLUMNS_A_PAGE))

    @property
    def shown(self) -> tuple[int, ...]:
        """Places of the columns on this page."""
        start = self.page * COLUMNS_A_PAGE
        return self.order[start : start + COLUMNS_A_PAGE]


def ask_for_file() -> dict[str, Any]:
    """Which file is to be imported?"""
    return elements.modal(
        "Import creators",
        "import_file",
        [
            elements.section(
                "Give me a list of creators from any tool: one row a creator, with a column for "
                "handles or links. Nothing is stored before you have seen what I make of it."
            ),
            elements.file_field(
                FILE,
                "File (CSV, XLSX, or a ZIP with one of them)",
                FILE_TYPES,
                hint="At most 10 MB. For more: save it as XLSX, put it into a ZIP, or run "
                "“influencer-bot import FILE” on the server's command line.",
            ),
        ],
        submit="Read the file",
    )


def reading(import_id: int, file_name: str) -> dict[str, Any]:
    """While the file is fetched and read."""
    return elements.modal(
        "Import creators",
        "import_reading",
        [
            elements.plain_section(f"Reading your file… {elements.clean(file_name, 100)}"),
            elements.context(
                "This takes a few seconds. If you close this, a direct message brings you to the "
                "columns; it stays good for 24 hours."
            ),
        ],
        close="Close",
        private_metadata=str(import_id),
        notify_on_close=True,
    )


def unreadable(sentence: str) -> dict[str, Any]:
    """The file can't be understood."""
    return elements.modal(
        "Import creators",
        "import_unreadable",
        [elements.plain_section(sentence), elements.context("Nothing was stored.")],
        close="Close",
    )


def started(file_name: str) -> dict[str, Any]:
    """The import is on its way."""
    text = f"{elements.clean(file_name, 100)} is being stored."
    return elements.modal(
        "Import creators",
        "import_started",
        [
            elements.plain_section(text),
            elements.context(
                "You can close this. I report in a direct message; until then nobody sees any of "
                "it, and then everybody sees all of it at once."
            ),
        ],
        close="Close",
    )


def review(shown: Review) -> dict[str, Any]:
    """What each column feeds, to be confirmed or corrected."""
    blocks: Blocks = [elements.plain_section(_summary(shown))]
    if shown.page == 0:
        blocks += _doubts(shown.mapping)
        blocks += _about_all(shown)
    if shown.pages > 1:
        blocks.append(_turning(shown))
    blocks += [_column(shown.mapping, place) for place in shown.shown]
    blocks.append(
        elements.text_field(
            LIST,
            "Name of the list",
            initial=shown.list_name,
            longest=80,
            hint="“list:” finds it in a search.",
        )
    )
    blocks.append(
        elements.checkboxes_field(
            ADD,
            "If there is a list with this name",
            [("add", "Add these creators to it")],
            initial=["add"] if shown.may_add else [],
        )
    )
    return elements.modal(
        "Review the columns",
        "import_review",
        blocks,
        submit="Import",
        private_metadata=f"{shown.import_id}:{shown.page}",
        notify_on_close=True,
    )


def _summary(shown: Review) -> str:
    name = elements.clean(shown.file_name, 100)
    notes = " ".join(elements.clean(note, 200) for note in shown.notes[:3])
    return f"{name}: {shown.rows:,} rows, {len(shown.order):,} columns. {notes}".strip()


def _doubts(mapping: Mapping) -> Blocks:
    """What was guessed or contradicts itself."""
    questions = [elements.escape(question, 250) for question in mapping.questions]
    if not questions:
        return [elements.context("I am sure of all columns; a look does no harm.")]
    more = f"\n… and {len(questions) - _QUESTIONS} more" if len(questions) > _QUESTIONS else ""
    lines = "\n".join(f"• {question}" for question in questions[:_QUESTIONS])
    return [elements.section(f"*Please look at these:*\n{lines}{more}")]


def _about_all(shown: Review) -> Blocks:
    """Platform and date, which hold for all rows that name none."""
    mapping, blocks = shown.mapping, []
    named = {p.value: p.value.capitalize() for p in Platform} | {"x": "X", "other": "Other"}
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
            initial=shown.as_of or mapping.as_of,
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
                initial=["unknown"] if shown.date_unknown else [],
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


def _turning(shown: Review) -> dict[str, Any]:
    """Buttons to the other pages of columns."""
    buttons = []
    for page in range(shown.pages):
        first, last = page * COLUMNS_A_PAGE + 1, min((page + 1) * COLUMNS_A_PAGE, len(shown.order))
        here = " (shown)" if page == shown.page else ""
        buttons.append(
            elements.button(
                f"Columns {first}–{last}{here}", f"import_page:{page}", f"{shown.import_id}:{page}"
            )
        )
    return elements.actions(*buttons[:25], block_id=f"pages:{shown.page}")


def _column(mapping: Mapping, place: int) -> dict[str, Any]:
    """One column: what it feeds, and why, with cells as written and as read."""
    column = mapping.columns[place]
    return elements.choice_field(
        f"{COLUMN}:{place}",
        elements.clean(column.header, 150) or f"Column {place + 1}",
        offered(mapping, place),
        initial=code_of(mapping, place),
        hint=_hint(column, mapping.currency),
    )


def _hint(column: Column, currency: str | None) -> str:
    shown = [
        f"{elements.clean(written, _LONGEST_SAMPLE)} → {elements.clean(read, _LONGEST_SAMPLE)}"
        if column.field not in (Field.KEEP, Field.IGNORE)
        else elements.clean(written, _LONGEST_SAMPLE)
        for written, read in column.samples_in(currency)
    ]
    doubt = elements.clean(column.warning or "", 200)
    reason = elements.clean(column.reason, 200)
    return " · ".join(filter(None, [", ".join(shown) or "All cells are empty", reason, doubt]))
