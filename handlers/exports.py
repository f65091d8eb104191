"""`/influencer export`: what the workspace has, as a file, sent privately to who asked."""

from typing import Any

from handlers import access, file_sending, personal_export
from handlers.answer import Answer, FieldErrors
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Command, Submission
from sources.writing import FORMATS, write
from storage import audit, audit_export, exporting, jobs, outbox, people
from views import exports as view
from views.message import Message

CONTENTS = {
    "creators": exporting.creators,
    "partnerships": exporting.partnerships,
    "audit": audit_export.entries,
}
FOR_OWNERS = frozenset({"audit"})
"""Who did what, and when, says much of each colleague."""


def open_export(command: Command, context: Context) -> Answer:
    """Ask what to export; `export audit` has chosen already, `export @anna` is of one creator."""
    asked = command.text.strip().lower()
    if asked and asked not in CONTENTS:
        return personal_export.ask(command, context)
    _ask(command.trigger_id, context, asked)
    return Answer()


def press_export(action: Action, context: Context) -> Answer | None:
    """Ask what to export, from Home."""
    _ask(action.trigger_id, context)
    return None


def submit(submission: Submission, context: Context) -> Answer:
    """Put the export on record and have it written in a job."""
    what, kind = submission.text(view.WHAT), submission.text(view.KIND)
    if what not in CONTENTS:
        raise FieldErrors({view.WHAT: "Choose one of these."})
    if kind not in FORMATS:
        raise FieldErrors({view.KIND: "Choose one of these."})
    with context.writing() as tx:
        needed = access.require_owner if what in FOR_OWNERS else access.require_manager
        person = needed(tx, context)
        job = {"what": what, "kind": kind, "slack_user_id": person.slack_user_id}
        jobs.add(tx, "exports.send", f"exports.send:{tx.delivery}", job)
        audit.record(tx, "export", what, person.id or 0, after={"format": kind})
        return context.settle(tx, Answer(view=view.started()))


def send(payload: dict[str, Any], context: Context) -> None:
    """Write the file as this person may see it and send it to them (job `exports.send`)."""
    what, kind, slack_user_id = payload["what"], payload["kind"], payload["slack_user_id"]
    with context.reading() as tx:
        person = people.find(tx, slack_user_id)
        may = access.is_owner if what in FOR_OWNERS else access.is_manager
        if person is None or not may(person):  # no longer
            return
        hidden = access.hidden_brands(tx, person)
        rows = list(CONTENTS[what](tx, hidden))
    comment = view.comment(what, len(rows), bool(hidden))
    name = f"{what}.{kind}"
    key = f"export-file:{payload['job_id']}"
    content = write(rows, kind)
    unsent = file_sending.send(
        context, key, slack_user_id, name, content, comment, last_try=payload["last_try"]
    )
    if unsent is not None:
        lacks = unsent.scope
        _tell(context, payload, view.may_not_send(lacks) if lacks else view.not_sent(unsent.code))


def _ask(trigger_id: str, context: Context, chosen: str = "") -> None:
    with context.reading() as tx:
        person = access.require_manager(tx, context)
        offered = [what for what in CONTENTS if what not in FOR_OWNERS or access.is_owner(person)]
    context.open_modal(trigger_id, view.form(offered, chosen))


def _tell(context: Context, payload: dict[str, Any], message: Message) -> None:
    with context.writing() as tx:
        key = f"export:{payload['job_id']}"
        outbox.direct(tx, key, payload["slack_user_id"], message.payload())


FEATURE = Feature(
    commands={"export": open_export},
    actions={"home_export": press_export},
    submissions={"export": submit},
    jobs={"exports.send": send},
)
