"""`/influencer export`: creators or partnerships as a file, sent privately to who asked."""

from typing import Any

import httpx
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers import access
from handlers.answer import Answer, FieldErrors
from handlers.context import Action, Command, Context, Submission
from handlers.features import Feature
from sources.writing import FORMATS, write
from storage import audit, exporting, jobs, outbox, people
from views import exports as view
from views.message import Message

CONTENTS = {"creators": exporting.creators, "partnerships": exporting.partnerships}
UPLOAD_SECONDS = 60


class NotUploaded(Exception):
    """The file's bytes did not reach Slack; nothing was sent."""


def open_export(command: Command, context: Context) -> Answer:
    """Ask what to export."""
    _ask(command.trigger_id, context)
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
        person = access.require_manager(tx, context)
        job = {"what": what, "kind": kind, "slack_user_id": person.slack_user_id}
        jobs.add(tx, "exports.send", f"exports.send:{tx.delivery}", job)
        audit.record(tx, "export", what, person.id or 0, after={"format": kind})
        return context.settle(tx, Answer(view=view.started()))


def send(payload: dict[str, Any], context: Context) -> None:
    """Write the file as this person may see it and send it to them (job `exports.send`).

    Only the last step shows the file; when that goes unanswered the person is told rather than
    sent the same file twice.
    """
    what, kind, slack_user_id = payload["what"], payload["kind"], payload["slack_user_id"]
    with context.reading() as tx:
        person = people.find(tx, slack_user_id)
        if person is None or not access.is_manager(person):  # no longer
            return
        hidden = access.hidden_brands(tx, person)
        rows = list(CONTENTS[what](tx, hidden))
    comment = view.comment(what, len(rows), bool(hidden))
    client = context.services.slack.client(context.workspace)
    try:
        _share(client, slack_user_id, f"{what}.{kind}", write(rows, kind), comment)
    except SlackApiError as error:
        code = str(error.response.get("error") or "no answer")
        if code == "ratelimited":
            raise  # nothing was sent: the job is tried again
        needed = str(error.response.get("needed") or "files:write")
        message = view.may_not_send(needed) if code == "missing_scope" else view.not_sent(code)
        _tell(context, payload, message)
    except NotUploaded as error:
        _tell(context, payload, view.not_sent(str(error)))
    except OSError:
        _tell(context, payload, view.not_sent("no answer"))


def _share(client: WebClient, slack_user_id: str, name: str, content: bytes, comment: str) -> None:
    place = client.files_getUploadURLExternal(filename=name, length=len(content))
    try:
        sent = httpx.post(place["upload_url"], content=content, timeout=UPLOAD_SECONDS)
        sent.raise_for_status()
    except httpx.HTTPError as error:
        raise NotUploaded("the upload failed") from error
    channel = client.conversations_open(users=slack_user_id)["channel"]["id"]
    client.files_completeUploadExternal(
        files=[{"id": place["file_id"], "title": name}], channel_id=channel, initial_comment=comment
    )


def _ask(trigger_id: str, context: Context) -> None:
    with context.reading() as tx:
        access.require_manager(tx, context)
    context.open_modal(trigger_id, view.form())


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
