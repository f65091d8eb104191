"""The review of a file's columns: drawn from the import, read back from the modal."""

import datetime as dt
from pathlib import Path

from domain.creator import Platform, RateDefinition
from domain.mapping import Mapping
from domain.review import Choices, apply_choices, is_code, order, problems
from handlers.payloads import Submission
from sources.reader_process import Described
from storage import import_lists, lists
from storage.models import ImportRun
from storage.transaction import Transaction
from views import import_columns as modal
from views import import_questions as asked
from views.import_columns import Review

LIST_TAKEN = (
    "There is a list with that name. Choose another one, or tick “Add these creators to it”."
)
LIST_NOT_READY = "That list belongs to an import that is not done yet. Choose another name."
ONE_OF_THESE = "Choose one of the list."
NAME_IT = "Give the list a name."


def offer(tx: Transaction, run: ImportRun, file: str, found: Described) -> None:
    """The file is read: its columns wait for a person to confirm them."""
    run.file = file
    run.state = "review"
    run.as_of = found.mapping.as_of
    run.mapping = found.mapping.model_dump(mode="json") | {
        "order": order(found.mapping),
        "rows": found.row_count,
        "notes": list(found.notes),
    }
    tx.session.add(run)


def drawn(
    tx: Transaction, run: ImportRun, page: int = 0, typed: Submission | None = None
) -> dict[str, object]:
    """The review modal of an import. typed: what stands in it now."""
    named = typed.text(modal.LIST) if typed else ""
    return modal.review(
        Review(
            import_id=run.id or 0,
            file_name=run.file_name,
            rows=int(run.mapping.get("rows", 0)),
            mapping=Mapping.model_validate(run.mapping),
            order=tuple(run.mapping.get("order", ())),
            list_name=named or import_lists.free_list_name(tx, Path(run.file_name).stem),
            notes=tuple(run.mapping.get("notes", ())),
            page=page,
            as_of=run.as_of,
            date_unknown=bool(run.mapping.get("date_unknown")),
            may_add=typed is not None and may_add(typed),
            may_be_results="results" in run.mapping,
        )
    )


def keep_choices(tx: Transaction, run: ImportRun, typed: Submission) -> None:
    """Keep what stands in the modal."""
    if _impossible(typed):
        return
    choices = _choices(run, typed)
    mapping = apply_choices(Mapping.model_validate(run.mapping), choices)
    run.mapping = {
        **run.mapping,
        **mapping.model_dump(mode="json"),
        "date_unknown": choices.date_unknown,
    }
    run.as_of = mapping.as_of
    tx.session.add(run)


def errors(tx: Transaction, run: ImportRun, typed: Submission, today: dt.date) -> dict[str, str]:
    """What has to be corrected, by field of the page that is shown."""
    impossible = _impossible(typed)
    if impossible:
        return impossible
    choices = _choices(run, typed)
    mapping = apply_choices(Mapping.model_validate(run.mapping), choices)
    found = problems(mapping, choices, today + dt.timedelta(days=1))
    said = {f"{modal.COLUMN}:{place}": text for place, text in found.columns.items()}
    first = next((name for name in typed.state if name.startswith(modal.COLUMN)), modal.LIST)
    for block, text in ((first, found.handle), (asked.PLATFORM, found.platform),
                        (asked.AS_OF, found.as_of), (asked.CURRENCY, found.currency),
                        (asked.DATES, found.dates)):  # fmt: skip
        if text:
            said.setdefault(block if block in typed.state else modal.LIST, text)
    name = typed.text(modal.LIST).strip()
    if not name:
        said[modal.LIST] = NAME_IT
    elif (there := lists.named(tx, name)) is not None:
        if not may_add(typed):
            said.setdefault(modal.LIST, LIST_TAKEN)
        elif there.id not in lists.names(tx):
            said.setdefault(modal.LIST, LIST_NOT_READY)
    return said


def may_add(typed: Submission) -> bool:
    """Whether creators may go on a list that is there already."""
    return "add" in typed.chosen(modal.ADD)


def _impossible(typed: Submission) -> dict[str, str]:
    """Fields with what the modal never offered, as a crafted request may hold."""
    said = {
        block_id: ONE_OF_THESE
        for block_id in typed.state
        if block_id.startswith(f"{modal.COLUMN}:") and not is_code(typed.text(block_id))
    }
    platform = typed.text(asked.PLATFORM)
    if platform not in ("", asked.AS_ROWS_SAY, *(one.value for one in Platform)):
        said[asked.PLATFORM] = ONE_OF_THESE
    if typed.text(asked.DATES) not in ("", asked.DAY_FIRST, asked.MONTH_FIRST):
        said[asked.DATES] = ONE_OF_THESE
    if typed.text(asked.RATES_BY) not in ("", *(one.value for one in RateDefinition)):
        said[asked.RATES_BY] = ONE_OF_THESE
    return said


def _choices(run: ImportRun, typed: Submission) -> Choices:
    """What the modal says; fields on other pages are as they were kept."""
    columns = {}
    for block_id in typed.state:
        name, _, place = block_id.partition(":")
        if name == modal.COLUMN and place.isdecimal() and typed.text(block_id):
            columns[int(place)] = typed.text(block_id)
    if asked.AS_OF not in typed.state:
        unknown = bool(run.mapping.get("date_unknown"))
        return Choices(columns, as_of=run.as_of, date_unknown=unknown)
    platform, rates_by = typed.text(asked.PLATFORM), typed.text(asked.RATES_BY)
    return Choices(
        columns,
        "" if platform == asked.AS_ROWS_SAY else platform,
        _date(typed.text(asked.AS_OF)),
        "unknown" in typed.chosen(asked.UNKNOWN),
        RateDefinition(rates_by) if rates_by else None,
        typed.text(asked.CURRENCY) if asked.CURRENCY in typed.state else None,
        typed.text(asked.DATES) == asked.DAY_FIRST if typed.text(asked.DATES) else None,
    )


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
