"""A file that is handed over: fetched, read, and its columns shown to whoever brought it."""

import logging
from pathlib import Path
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

from handlers import access, import_review, result_review
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.payloads import Action, Command, Submission
from sources import slack_files
from sources.files import UnreadableFile
from sources.reading import described
from storage import imports, jobs, outbox, people
from storage.models import ImportRun
from storage.transaction import Transaction
from views import import_columns as modal
from views import imports as view

log = logging.getLogger(__name__)

GONE = "This import is no longer here. Send the file again with `/influencer import`."


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
    path = context.services.data_dir / "imports" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        fetch(context, str(payload["slack_file"]), path)
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
        result_review.offer(tx, run, found)
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
        run = imports.get(tx, number_in(action.value))
        if run is None or run.state != "review":
            raise Refused(GONE if run is None or run.state == "cancelled" else already(run))
        shown = drawn(tx, run)
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
        run = imports.lock(tx, number_in(number))
        if run is None or run.state != "review":
            raise Refused(GONE)
        import_review.keep_choices(tx, run, typed)
        shown = import_review.drawn(tx, run, number_in(page), typed)
    context.redraw_modal(shown, action.view)
    return None


def _show_columns(tx: Transaction, run: ImportRun) -> None:
    if run.view_id is None:
        _offer_in_message(tx, run)
        return
    payload = {"view_id": run.view_id, "view": drawn(tx, run)}
    about = f"import:{run.id}"
    outbox.call(tx, f"{about}:columns", "views.update", f"view:{run.view_id}", payload, about=about)


def drawn(tx: Transaction, run: ImportRun) -> dict[str, Any]:
    """The modal of an import whose file is read."""
    return result_review.drawn(run) if run.kind == "results" else import_review.drawn(tx, run)


def _offer_in_message(tx: Transaction, run: ImportRun) -> None:
    if run.person_id is None:
        return
    if run.kind == "results":
        result_review.offer_in_message(tx, run)
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


def fetch(context: Context, slack_file: str, path: Path) -> None:
    """Save a file that somebody handed over.

    Raises:
        NotFetched: it can't be had.
        TryLater: Slack did not answer as it should.
    """
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


def already(run: ImportRun) -> str:
    """Why nothing can be done with an import: what became of it."""
    return f"This import is {view.STATES[run.state]}." if run.state != "failed" else GONE


def number_in(text: str) -> int:
    """A number from a button or modal; 0 = none."""
    return int(text) if text.isdecimal() else 0
