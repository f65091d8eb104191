"""The modals of an import: the file, waiting, and what each column feeds."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from domain.fields import Field
from domain.mapped_column import Column
from domain.mapping import Mapping
from domain.review import COLUMNS_A_PAGE, code_of, offered
from domain.wording import counted
from views import elements, import_questions
from views.message import Blocks
from views.result_columns import switch_to_results

FILE_TYPES = ("csv", "xlsx", "zip", "tsv", "txt", "text")
FILE, COLUMN, LIST, ADD = "file", "column", "list", "add"
_LONGEST_SAMPLE = 60
_QUESTIONS = 6
_NOTES = 6


@dataclass(frozen=True)
class Review:
    """What the review modal shows. order: places of columns as shown; page: from 0.

    may_add: creators may go on a list that is there already. may_be_results: some columns could
    be figures of posts.
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
    may_be_results: bool = False

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
                "handles or links. Or results of posts or campaigns, for your partnerships. "
                "Nothing is stored before you have seen what I make of it."
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
    if shown.page == 0 and shown.may_be_results:
        blocks.append(switch_to_results(shown.import_id))
    if shown.page == 0:
        blocks += _doubts(shown.mapping)
        blocks += import_questions.of_file(shown.mapping, shown.as_of, shown.date_unknown)
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
    rows, columns = counted(shown.rows, "row"), counted(len(shown.order), "column")
    notes = " ".join(elements.clean(note, 200) for note in shown.notes[:_NOTES])
    return f"{name}: {rows}, {columns}. {notes}".strip()


def _doubts(mapping: Mapping) -> Blocks:
    """What was guessed or contradicts itself."""
    questions = [elements.escape(question, 250) for question in mapping.questions]
    if not questions:
        return [elements.context("I am sure of all columns; a look does no harm.")]
    more = f"\n… and {len(questions) - _QUESTIONS} more" if len(questions) > _QUESTIONS else ""
    lines = "\n".join(f"• {question}" for question in questions[:_QUESTIONS])
    return [elements.section(f"*Please look at these:*\n{lines}{more}")]


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
