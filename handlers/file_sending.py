"""Sends a file to one person in a private message.

A job gives Slack the bytes, which nobody sees yet; the last step, which shows them, waits in the
outbox. A file that Slack gave an id is shown once, however often the job or the step is repeated.
"""

from dataclasses import dataclass
from typing import Any

import httpx
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from domain.slack_answer import is_refusal
from handlers.context import Context
from handlers.features import Feature
from storage import outbox, people
from views import exports
from views.message import Message

UPLOAD_SECONDS = 60
UNCONFIRMED = "unconfirmed"


class NotUploaded(Exception):
    """The file's bytes did not reach Slack; nothing was sent, and later it may go well."""


@dataclass(frozen=True)
class Unsent:
    """Why a file was not sent. code: Slack's; scope: the right that the app lacks, "" for none."""

    code: str
    scope: str = ""


def send(
    context: Context,
    key: str,
    slack_user_id: str,
    name: str,
    content: bytes,
    comment: str,
    *,
    last_try: bool,
) -> Unsent | None:
    """Send a file to a person; for jobs, which have the time.

    key: of this file; what is sent under it a second time is not shown again. last_try: of the
    job: what passes is waited for until then.

    Returns:
        Why they won't get it, None where it is on its way.

    Raises:
        NotUploaded: Slack can't be reached, asks to wait or is at fault; nothing was sent, the job
            is tried again.
    """
    with context.reading() as tx:
        if outbox.by_key(tx, key) is not None:
            return None
    client = context.services.slack.client(context.workspace)
    try:
        last_step = _upload(client, slack_user_id, name, content)
    except SlackApiError as error:
        code = str(error.response.get("error") or "")
        if is_refusal(error.response.status_code, code) and code != "ratelimited":
            needed = str(error.response.get("needed") or "files:write")
            return Unsent(code, needed if code == "missing_scope" else "")
        return _later(error, last_try=last_try)
    except (httpx.HTTPError, OSError) as error:
        return _later(error, last_try=last_try)
    with context.writing() as tx:
        about = f"file:{people.get(tx, slack_user_id).id}"
        outbox.share_file(
            tx, key, slack_user_id, {**last_step, "initial_comment": comment}, about=about
        )
    return None


def could_not_show(payload: dict[str, Any], context: Context) -> None:
    """Slack refused the last step, or it can't be found out what came of it."""
    with context.writing() as tx:
        person = people.by_id(tx, int(payload["id"]))
        key = f"file-unsent:{payload['outbox_id']}"
        outbox.direct(tx, key, person.slack_user_id, _why(str(payload["error"])).payload())


def _why(code: str) -> Message:
    if code == UNCONFIRMED:
        return Message(
            text="Slack did not confirm a file that I sent you here. If it is not above, please "
            "ask for it again."
        )
    return exports.not_sent(code, "the file", "")


def _later(error: Exception, *, last_try: bool) -> Unsent:
    """Have the job tried again, or say that Slack did not answer each time."""
    if last_try:
        return Unsent("no answer")
    raise NotUploaded(type(error).__name__) from error


def _upload(client: WebClient, slack_user_id: str, name: str, content: bytes) -> dict[str, Any]:
    """Give Slack the bytes; gives the arguments of the last step."""
    place = client.files_getUploadURLExternal(filename=name, length=len(content))
    sent = httpx.post(place["upload_url"], content=content, timeout=UPLOAD_SECONDS)
    sent.raise_for_status()
    channel = client.conversations_open(users=slack_user_id)["channel"]["id"]
    return {"files": [{"id": place["file_id"], "title": name}], "channel_id": channel}


FEATURE = Feature(failures={"file": could_not_show})
