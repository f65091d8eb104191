"""`/influencer import` and `imports`: creators from a file, looked over before they are stored."""

import logging
from pathlib import Path
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

from handlers import access, find, import_review
from handlers.answer import Answer, Refused
from handlers.context import Action, Command, Context, Submission
from handlers.features import Feature
from handlers.importing import Importer
from sources import slack_files
from sources.files import UnreadableFile
from sources.reading import described
from storage import audit, import_lists, imports, jobs, lists, outbox, people
from storage.models import ImportRun
from storage.transaction import Transaction
from views import import_columns as modal
from views import imports as view
from views.imports import ImportLine

log = logging.getLogger(__name__)

GONE = "This import is no longer here. Send the file again with `/influencer import`."
NOT_IN_USE = "This import is not in use, so there is nothing to undo."
BUSY_SECONDS = 3


def open_import(command: Command, context: Context) -> Answer:
    """Ask for the file."""
    with context.reading() as tx:
        access.require_manager(tx, context)
    context.open_modal(command.trigger_id, modal.ask_for_file())
    return Answer()


def take_file(submission: Submission, context: Context) -> Answer:
    """A file was handed over: it is fetched and read in a job; the modal says so at once."""
    files = submission.files(modal.FILE)
    if not files:
        return Answer(errors={modal.FILE: "Choose a file."})
    if int(files[0].get("size") or 0) > slack_files.LARGEST:
        return Answer(errors={modal.FILE: slack_files.TOO_LARGE})
    name = str(files[0].get("name") or "file")
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        run = imports.create(tx, name, person.id, submission.view["id"])
        job = {"import_id": run.id, "slack_file": str(files[0]["id"])}
        jobs.add(tx, "imports.read", f"imports.read:{run.id}", job)
        return context.settle(tx, Answer(view=modal.reading(run.id or 0, name)))


def read_file(payload: dict[str, Any], context: Context) -> None:
    """Fetch the file, read it, propose what its columns feed (job `imports.read`)."""
    import_id = int(payload["import_id"])
    with context.reading() as tx:
        run = imports.get(tx, import_id)
    if run is None or run.state != "reading":
        return
    name = f"{import_id}{Path(run.file_name).suffix.lower()[:8]}"
    path = importer(context).folder / "imports" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        _fetch(context, str(payload["slack_file"]), path)
        found = described(path, run.file_name)
    except (slack_files.NotFetched, UnreadableFile) as error:
        path.unlink(missing_ok=True)
        _refuse(context, import_id, str(error))
        return
    except (slack_files.TryLater, SlackClientError, OSError):
        path.unlink(missing_ok=True)
        if not payload.get("last_try"):
            raise
        log.exception("the file of import %s never came", import_id)
        _refuse(context, import_id, slack_files.NEVER_CAME)
        return
    with context.writing() as tx:
        run = imports.lock(tx, import_id)
        if run is None or run.state != "reading":
            return
        import_review.offer(tx, run, name, found)
        _show_columns(tx, run)


def closed(submission: Submission, context: Context) -> Answer:
    """The modal was closed before the columns were confirmed: a message leads back to them."""
    number = submission.metadata.partition(":")[0]
    with context.writing() as tx:
        run = imports.lock(tx, int(number)) if number.isdecimal() else None
        if run is None or run.view_id != submission.view.get("id"):
            return Answer()
        run.view_id = None
        tx.session.add(run)
        if run.state == "review":
            _offer_in_message(tx, run)
    return Answer()


def not_shown(payload: dict[str, Any], context: Context) -> None:
    """Slack could not draw the columns, for the modal is closed: a message leads to them."""
    with context.writing() as tx:
        run = imports.lock(tx, int(payload["id"]))
        if run is not None and run.state == "review":
            run.view_id = None
            _offer_in_message(tx, run)


def show_columns(action: Action, context: Context) -> Answer | None:
    """*Review the columns* was pressed in a message."""
    with context.reading() as tx:
        access.require_manager(tx, context)
        run = imports.get(tx, _number(action.value))
        if run is None or run.state != "review":
            raise Refused(GONE if run is None or run.state == "cancelled" else _already(run))
        shown = import_review.drawn(tx, run)
    view_id = context.open_modal(action.trigger_id, shown)
    with context.writing() as tx:
        again = imports.lock(tx, run.id or 0)
        if again is not None:
            again.view_id = view_id
            tx.session.add(again)
    return None


def turn_page(action: Action, context: Context) -> Answer | None:
    """Other columns of a wide file; what was chosen so far is kept."""
    number, _, page = action.value.partition(":")
    state = (action.view.get("state") or {}).get("values", {})
    typed = Submission(action.view, "", "", state)
    with context.writing() as tx:
        access.require_manager(tx, context)
        run = imports.lock(tx, _number(number))
        if run is None or run.state != "review":
            raise Refused(GONE)
        import_review.keep_choices(tx, run, typed)
        shown = import_review.drawn(tx, run, _number(page), typed)
    context.redraw_modal(shown, action.view)
    return None


def confirm(submission: Submission, context: Context) -> Answer:
    """The columns are confirmed: errors under their fields, else the file is stored."""
    number = _number(submission.metadata.partition(":")[0])
    with context.reading() as tx:
        access.require_manager(tx, context)
        run = imports.get(tx, number)
        if run is None or run.state != "review":
            return Answer(view=modal.unreadable(GONE if run is None else _already(run)))
        errors = import_review.errors(tx, run, submission, context.now().date())
        if errors:
            return Answer(errors=errors)
    with context.writing() as tx:
        run = imports.lock(tx, number)
        if run is None or run.state != "review":
            return Answer(view=modal.unreadable(GONE))
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
        run = imports.lock(tx, _number(action.value))
        if run is None or run.state != "published":
            raise Refused(_already(run) if run is not None else GONE)
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
        run = imports.get(tx, _number(action.value))
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


def _show_columns(tx: Transaction, run: ImportRun) -> None:
    if run.view_id is None:
        _offer_in_message(tx, run)
        return
    payload = {"view_id": run.view_id, "view": import_review.drawn(tx, run)}
    about = f"import:{run.id}"
    outbox.call(tx, f"{about}:columns", "views.update", f"view:{run.view_id}", payload, about=about)


def _offer_in_message(tx: Transaction, run: ImportRun) -> None:
    if run.person_id is None:
        return
    slack_user_id = people.by_id(tx, run.person_id).slack_user_id
    message = view.please_review(run.id or 0, run.file_name).payload()
    outbox.direct(tx, f"import:{run.id}:review", slack_user_id, message)


def _refuse(context: Context, import_id: int, sentence: str) -> None:
    """Say in the open modal, or else in a message, why the file can't be read."""
    with context.writing() as tx:
        run = imports.lock(tx, import_id)
        if run is None:
            return
        imports.fail(tx, run, sentence)
        if run.view_id is not None:
            payload = {"view_id": run.view_id, "view": modal.unreadable(sentence)}
            key = f"import:{run.id}:refused"
            outbox.call(tx, key, "views.update", f"view:{run.view_id}", payload)
        if run.person_id is not None and run.view_id is None:
            slack_user_id = people.by_id(tx, run.person_id).slack_user_id
            message = view.not_read(run.file_name, sentence).payload()
            outbox.direct(tx, f"import:{run.id}:refused", slack_user_id, message)


def _fetch(context: Context, slack_file: str, path: Path) -> None:
    client = context.services.slack.client(context.workspace)
    try:
        described = client.files_info(file=slack_file)["file"]
    except SlackApiError as error:
        if error.response.get("error") in ("file_not_found", "file_deleted"):
            raise slack_files.NotFetched(slack_files.GONE) from error
        if error.response.get("error") == "missing_scope":
            raise slack_files.NotFetched(slack_files.SIGN_IN_PAGE) from error
        raise
    url = str(described.get("url_private_download") or described.get("url_private") or "")
    slack_files.fetch(url, str(client.token), client.base_url, path)


def _look_again(context: Context, import_id: int) -> None:
    with context.writing() as tx:
        key = f"imports.again:{import_id}:{context.now().isoformat()}"
        jobs.add(tx, "imports.carry_on", key, {"import_id": import_id})


def _already(run: ImportRun) -> str:
    return f"This import is {view.STATES[run.state]}." if run.state != "failed" else GONE


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


FEATURE = Feature(
    commands={"import": open_import, "imports": show_imports},
    actions={
        "import_columns": show_columns,
        "import_page": turn_page,
        "import_undo": undo,
        "import_find": find_in_list,
    },
    submissions={"import_file": take_file, "import_review": confirm},
    closings={"import_reading": closed, "import_review": closed},
    jobs={"imports.read": read_file, "imports.carry_on": carry_on},
    failures={"import": not_shown},
    minutely=(take_up,),
    hourly=(throw_away,),
)
