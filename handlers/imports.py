"""`/influencer import` and `imports`: creators from a file, looked over before they are stored."""

import logging
from typing import Any

from handlers import access, find, import_file, import_review, result_review
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.importing import Importer
from handlers.payloads import Action, Command, Submission
from storage import audit, import_lists, imports, jobs, lists, outbox, people
from storage.models import ImportRun
from storage.transaction import Transaction
from views import import_columns as modal
from views import imports as view
from views.imports import ImportLine

log = logging.getLogger(__name__)


def confirm(submission: Submission, context: Context) -> Answer:
    """The columns are confirmed: errors under their fields, else the file is stored."""
    number = import_file.number_in(submission.metadata.partition(":")[0])
    with context.reading() as tx:
        access.require_manager(tx, context)
        run = imports.get(tx, number)
        if run is None or run.state != "review":
            return Answer(
                view=modal.unreadable(import_file.GONE if run is None else import_file.already(run))
            )
        errors = import_review.errors(tx, run, submission, context.now().date())
        if errors:
            return Answer(errors=errors)
    with context.writing() as tx:
        run = imports.lock(tx, number)
        if run is None or run.state != "review":
            return Answer(view=modal.unreadable(import_file.GONE))
        import_review.keep_choices(tx, run, submission)
        try:
            may_add = import_review.may_add(submission)
            imports.queue(tx, run, submission.text(modal.LIST), may_add=may_add)
        except import_lists.ListNameTaken:
            return Answer(errors={modal.LIST: import_review.LIST_TAKEN})
        jobs.add(tx, "imports.carry_on", f"imports.store:{run.id}", {"import_id": run.id})
        _tell(tx, run)
        audit.record(tx, "confirm", "import", run.id or 0, after={"file": run.file_name})
        return context.settle(tx, Answer(view=modal.started(run.file_name)))


def confirm_results(submission: Submission, context: Context) -> Answer:
    """*Store these results* was pressed."""
    return result_review.confirm(submission, context, _tell)


def match_results(payload: dict[str, Any], context: Context) -> None:
    """Look up which partnerships a file of results is about (job `imports.match`)."""
    result_review.match(int(payload["import_id"]), importer(context).path_of, context)


def switch_kind(action: Action, context: Context) -> Answer | None:
    """The file holds results and not creators, or the other way round."""
    return result_review.switch(action, context, import_file.drawn)


def carry_on(payload: dict[str, Any], context: Context) -> None:
    """Store, clear, undo or tidy up an import (job `imports.carry_on`)."""
    import_id = int(payload["import_id"])
    if importer(context).carry_on(import_id) is not None:
        return
    with context.reading() as tx:
        run = imports.get(tx, import_id)
    if run is not None and run.state == "queued":  # another one is at work: look again
        _look_again(context, import_id)


def show_imports(command: Command, context: Context) -> Answer:
    """Who brought which file, when, and what came of it."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        lines = [_line(run, who, named) for run, who, named in imports.recent(tx)]
        may_undo = access.is_manager(person)
    return Answer(message=view.overview(lines, may_undo=may_undo))


def undo(action: Action, context: Context) -> Answer | None:
    """*Undo* was pressed and confirmed."""
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        run = imports.lock(tx, import_file.number_in(action.value))
        if run is None or run.state != "published":
            raise Refused(import_file.already(run) if run is not None else import_file.GONE)
        imports.start_undo(tx, run)
        audit.record(tx, "start undo", "import", run.id or 0, after={"file": run.file_name})
        payload = {"import_id": run.id}
        jobs.add(tx, "imports.carry_on", f"imports.undo:{run.id}", payload)
        outbox.direct(
            tx, _undo_key(run), person.slack_user_id, view.undo_started(run.file_name).payload()
        )
        return context.settle(tx, Answer(message=view.undo_started(run.file_name)))


def find_in_list(action: Action, context: Context) -> Answer | None:
    """Everybody on the import's list, ranked."""
    with context.reading() as tx:
        run = imports.get(tx, import_file.number_in(action.value))
        made = lists.get(tx, run.list_id) if run is not None and run.list_id else None
    if made is None:
        raise Refused("The list of this import is no longer here.")
    command = Command(f'list:"{made.name}"', action.channel_id, action.trigger_id, "", "find")
    return find.find(command, context)


def take_up(context: Context) -> None:
    """Imports that a worker left behind are gone on with (each minute, and at the start)."""
    with context.reading() as tx:
        left = [run.id or 0 for run in imports.abandoned(tx)]
    for import_id in left:
        _look_again(context, import_id)


def throw_away(context: Context) -> None:
    """Files whose columns nobody confirmed within a day are deleted."""
    with context.reading() as tx:
        forgotten = imports.forgotten(tx)
    for run in forgotten:
        if run.file:
            importer(context).path_of(run).unlink(missing_ok=True)
        with context.writing() as tx:
            again = imports.lock(tx, run.id or 0)
            if again is not None and again.state in ("reading", "review"):
                imports.end(tx, again, "cancelled")


def importer(context: Context) -> Importer:
    """What imports of this workspace are done with; tells people in a direct message."""
    return Importer(
        context.database,
        context.workspace_id,
        context.services.vocabulary,
        context.services.data_dir,
        told=_tell,
        by_server=True,
    )


def _tell(tx: Transaction, run: ImportRun) -> None:
    """Draw the one message about an import, for whoever brought it, and about its undoing."""
    named = lists.get(tx, run.list_id) if run.list_id else None
    message = view.progress(_line(run, "", named.name if named else "")).payload()
    if run.kind == "results":
        message = result_review.message_of(run)
    if run.state == "undone":
        outbox.update_posted(tx, _undo_key(run), message)
        outbox.update_posted(tx, f"import:{run.id}:progress", message)
        return
    if run.person_id is None:
        return
    key = f"import:{run.id}:progress"
    if outbox.by_key(tx, key) is None:
        slack_user_id = people.by_id(tx, run.person_id).slack_user_id
        outbox.direct(tx, key, slack_user_id, message)
    else:
        outbox.update_posted(tx, key, message)


def _undo_key(run: ImportRun) -> str:
    return f"import:{run.id}:undo"


def _line(run: ImportRun, who: str, named: str) -> ImportLine:
    return ImportLine(
        import_id=run.id or 0,
        file_name=run.file_name,
        list_name=named,
        who=who,
        at=run.published_at or run.created_at,
        state=run.state,
        report=imports.report_of(run),
        as_of=run.as_of,
    )


def _look_again(context: Context, import_id: int) -> None:
    with context.writing() as tx:
        key = f"imports.again:{import_id}:{context.now().isoformat()}"
        jobs.add(tx, "imports.carry_on", key, {"import_id": import_id})


FEATURE = Feature(
    commands={"import": import_file.open_import, "imports": show_imports},
    actions={
        "import_columns": import_file.show_columns,
        "import_page": import_file.turn_page,
        "import_as": switch_kind,
        "import_back": result_review.go_back,
        "import_undo": undo,
        "import_find": find_in_list,
    },
    submissions={
        "import_file": import_file.take_file,
        "import_review": confirm,
        "import_results": result_review.confirm_columns,
        "import_preview": confirm_results,
    },
    closings={
        "import_reading": import_file.closed,
        "import_review": import_file.closed,
        "import_results": import_file.closed,
        "import_matching": import_file.closed,
        "import_preview": import_file.closed,
    },
    jobs={
        "imports.read": import_file.read_file,
        "imports.match": match_results,
        "imports.carry_on": carry_on,
    },
    failures={"import": import_file.not_shown},
    minutely=(take_up,),
    hourly=(throw_away,),
)
