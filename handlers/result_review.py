"""The review of a file of results: its columns, what attaches to which partnership, and storing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from domain.creator import Platform
from domain.importing import ImportReport
from domain.result_columns import NOT_RESULTS, SPEND_KINDS, ResultField, ResultMapping
from domain.written_money import currency_code
from handlers import access
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.partnership_lines import today_of
from handlers.payloads import Action, Submission
from handlers.result_importing import mapping_of, planned
from sources.files import UnreadableFile
from sources.reader_process import Described
from storage import audit, imports, jobs, outbox, people
from storage.models import ImportRun
from storage.transaction import Transaction
from views import result_columns as modal
from views import result_imports as view
from views.import_columns import unreadable
from views.result_columns import ResultReview

GONE = "This import is no longer here. Send the file again with `/influencer import`."
NOT_A_CURRENCY = "That is no currency. Write a code such as EUR or USD."
ONE_OF_THESE = "Choose one of the list."
_BLOCKS = {
    "creator": modal.CREATOR,
    "as_of": modal.AS_OF,
    "dates": modal.DATES,
    "currency": modal.CURRENCY,
}
"""Where problems of a mapping are shown."""

Tell = Callable[[Transaction, ImportRun], None]


def offer(tx: Transaction, run: ImportRun, found: Described) -> None:
    """Keep what the columns hold as results, and take the file for results if it looks so."""
    if found.results is None:
        return
    run.mapping = {**run.mapping, "results": found.results.model_dump(mode="json")}
    run.kind = "results" if found.results.likely else "creators"
    tx.session.add(run)


def may_be_results(run: ImportRun) -> bool:
    """Whether a file could be read as results."""
    return "results" in run.mapping


def drawn(run: ImportRun) -> dict[str, Any]:
    """The modal of an import of results, wherever it stands."""
    report = imports.report_of(run)
    if report.results is not None:
        return modal.preview(run.id or 0, run.file_name, report.results)
    return modal.review(
        ResultReview(
            import_id=run.id or 0,
            file_name=run.file_name,
            rows=int(run.mapping.get("rows", 0)),
            mapping=mapping_of(run),
            notes=tuple(run.mapping.get("notes", ())),
        )
    )


def offer_in_message(tx: Transaction, run: ImportRun) -> None:
    """Its modal is closed: a direct message leads back to it."""
    if run.person_id is None:
        return
    matched = imports.report_of(run).results is not None
    message = view.please_review(run.id or 0, run.file_name, matched=matched).payload()
    key = f"import:{run.id}:results:{'matched' if matched else 'columns'}"
    outbox.direct(tx, key, people.by_id(tx, run.person_id).slack_user_id, message)


def confirm_columns(submission: Submission, context: Context) -> Answer:
    """The columns are confirmed: errors under their fields, else rows are looked up in a job."""
    with context.reading() as tx:
        person = access.require_manager(tx, context)
        run = _in_review(tx, submission.metadata)
        if run is None:
            return Answer(view=unreadable(GONE))
        mapping, errors = _typed(mapping_of(run), submission)
        errors |= _under_fields(mapping.problems(today_of(tx, person)), submission)
        if errors:
            return Answer(errors=errors)
    with context.writing() as tx:
        run = _in_review(tx, submission.metadata)
        if run is None:
            return Answer(view=unreadable(GONE))
        run.mapping = {**run.mapping, "results": mapping.model_dump(mode="json")}
        run.as_of = mapping.as_of
        imports.keep_report(run, ImportReport())
        tx.session.add(run)
        key = f"imports.match:{run.id}:{context.now().isoformat()}"
        jobs.add(tx, "imports.match", key, {"import_id": run.id})
        return context.settle(tx, Answer(view=modal.matching(run.id or 0, run.file_name)))


def match(import_id: int, path_of: Callable[[ImportRun], Path], context: Context) -> None:
    """Look up what attaches to which partnership, and show it (job `imports.match`)."""
    with context.reading() as tx:
        run = imports.get(tx, import_id)
    if run is None or run.state != "review" or run.kind != "results":
        return
    try:
        plan = planned(context.database, context.workspace_id, run, mapping_of(run), path_of(run))
    except UnreadableFile as error:
        _show(context, run, unreadable(str(error)))
        return
    with context.writing() as tx:
        again = imports.lock(tx, import_id)
        if again is None or again.state != "review" or again.mapping != run.mapping:
            return
        previewed = plan.report.model_copy(update={"previewed": True})
        imports.keep_report(again, ImportReport(results=previewed))
        tx.session.add(again)
    with context.writing() as tx:
        again = imports.lock(tx, import_id)
        if again is not None and again.state == "review":
            _show_in(tx, again, drawn(again))


def go_back(action: Action, context: Context) -> Answer | None:
    """*Back to the columns* was pressed in what attaches."""
    with context.writing() as tx:
        access.require_manager(tx, context)
        run = _in_review(tx, action.value)
        if run is None:
            raise Refused(GONE)
        imports.keep_report(run, ImportReport())
        tx.session.add(run)
        shown = drawn(run)
    context.redraw_modal(shown, action.view)
    return None


def switch(action: Action, context: Context, draw: Callable[..., dict[str, Any]]) -> Answer | None:
    """The file holds creators, or results: what it was not taken for. draw: the other review."""
    kind, _, number = action.value.partition(":")
    with context.writing() as tx:
        access.require_manager(tx, context)
        run = _in_review(tx, number)
        if run is None:
            raise Refused(GONE)
        if kind == "results" and not may_be_results(run):
            raise Refused(NOT_RESULTS)
        run.kind = "results" if kind == "results" else "creators"
        imports.keep_report(run, ImportReport())
        tx.session.add(run)
        shown = draw(tx, run)
    context.redraw_modal(shown, action.view)
    return None


def confirm(submission: Submission, context: Context, tell: Tell) -> Answer:
    """*Store these results*: they are stored in a job."""
    with context.writing() as tx:
        access.require_manager(tx, context)
        run = _in_review(tx, submission.metadata)
        report = imports.report_of(run).results if run is not None else None
        if run is None or report is None or not report.attached:
            return Answer(view=unreadable(GONE))
        run.state = "queued"
        run.rows_done = 0
        tx.session.add(run)
        jobs.add(tx, "imports.carry_on", f"imports.store:{run.id}", {"import_id": run.id})
        tell(tx, run)
        audit.record(tx, "confirm", "import", run.id or 0, after={"file": run.file_name})
        return context.settle(tx, Answer(view=modal.started(run.file_name)))


def message_of(run: ImportRun) -> dict[str, Any]:
    """The one message about an import of results, as it stands."""
    report = imports.report_of(run)
    return view.progress(run.id or 0, run.file_name, run.state, report).payload()


def _in_review(tx: Transaction, number: str) -> ImportRun | None:
    look = imports.lock if tx.writable else imports.get
    run = look(tx, int(number)) if number.isdecimal() else None
    return run if run is not None and run.state == "review" else None


def _show(context: Context, run: ImportRun, shown: dict[str, Any]) -> None:
    with context.writing() as tx:
        again = imports.lock(tx, run.id or 0)
        if again is not None and again.state == "review":
            _show_in(tx, again, shown)


def _show_in(tx: Transaction, run: ImportRun, shown: dict[str, Any]) -> None:
    """Draw the open modal anew; without one, a message leads to it."""
    if run.view_id is None:
        offer_in_message(tx, run)
        return
    payload = {"view_id": run.view_id, "view": shown}
    about = f"import:{run.id}"
    key = f"{about}:matched:{tx.now.isoformat()}"
    outbox.call(tx, key, "views.update", f"view:{run.view_id}", payload, about=about)


def _typed(mapping: ResultMapping, typed: Submission) -> tuple[ResultMapping, dict[str, str]]:
    """The mapping with what the modal says, and what is wrong with that."""
    errors: dict[str, str] = {}
    fields = {field.value for field in ResultField}
    for block in typed.state:
        name, _, place = block.partition(":")
        if name != modal.COLUMN or not place.isdecimal():
            continue
        chosen = typed.text(block)
        if chosen not in fields or int(place) >= len(mapping.columns):
            errors[block] = ONE_OF_THESE
        else:
            mapping = mapping.with_field(int(place), ResultField(chosen))
    changed: dict[str, Any] = {
        "as_of": modal.day_or_none(typed.text(modal.AS_OF)),
        "creator": typed.text(modal.CREATOR).strip(),
        "campaign": " ".join(typed.text(modal.CAMPAIGN).split()),
    }
    if modal.COUNTED_AS in typed.state:
        changed["per_day"] = typed.text(modal.COUNTED_AS) == modal.PER_DAY
    if order := typed.text(modal.DATES):
        changed["day_first"] = order == modal.DAY_FIRST
    platform = typed.text(modal.PLATFORM)
    if platform and platform not in {one.value for one in Platform}:
        errors[modal.PLATFORM] = ONE_OF_THESE
    else:
        changed["platform"] = Platform(platform) if platform else None
    if (kind := typed.text(modal.SPEND)) in SPEND_KINDS:
        changed["spend_kind"] = kind
    if written := typed.text(modal.CURRENCY).strip():
        changed["currency"] = currency_code(written)
        if changed["currency"] is None:
            errors[modal.CURRENCY] = NOT_A_CURRENCY
    return mapping.model_copy(update=changed), errors


def _under_fields(problems: dict[str, str], submitted: Submission) -> dict[str, str]:
    """Problems under the field that they are about, or under the first column."""
    shown = {str(block.get("block_id")) for block in submitted.view.get("blocks", ())}
    somewhere = min((one for one in shown if one.startswith(modal.COLUMN)), default=modal.CREATOR)
    said: dict[str, str] = {}
    for about, sentence in problems.items():
        name, _, place = about.partition(":")
        block = f"{modal.COLUMN}:{place}" if place else _BLOCKS.get(name, "")
        said.setdefault(block if block in shown else somewhere, sentence)
    return said
