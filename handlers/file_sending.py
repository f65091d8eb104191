"""Sends a file to one person in a private message."""

from dataclasses import dataclass

import httpx
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.context import Context

UPLOAD_SECONDS = 60


class _NotUploaded(Exception):
    """The file's bytes did not reach Slack; nothing was sent."""


@dataclass(frozen=True)
class Unsent:
    """Why a file was not sent. code: Slack's; scope: the right that the app lacks, "" for none."""

    code: str
    scope: str = ""


def send(
    context: Context, slack_user_id: str, name: str, content: bytes, comment: str
) -> Unsent | None:
    """Send a file to a person; for jobs, which have the time.

    Only the last step shows the file; when that goes unanswered the person is to be told rather
    than sent the same file twice.

    Returns:
        Why they did not get it, None where they did.

    Raises:
        SlackApiError: Slack asks to wait; nothing was sent, the job is tried again.
    """
    client = context.services.slack.client(context.workspace)
    try:
        _share(client, slack_user_id, name, content, comment)
    except SlackApiError as error:
        code = str(error.response.get("error") or "no answer")
        if code == "ratelimited":
            raise
        needed = str(error.response.get("needed") or "files:write")
        return Unsent(code, needed if code == "missing_scope" else "")
    except _NotUploaded as error:
        return Unsent(str(error))
    except OSError:
        return Unsent("no answer")
    return None


def _share(client: WebClient, slack_user_id: str, name: str, content: bytes, comment: str) -> None:
    place = client.files_getUploadURLExternal(filename=name, length=len(content))
    try:
        sent = httpx.post(place["upload_url"], content=content, timeout=UPLOAD_SECONDS)
        sent.raise_for_status()
    except httpx.HTTPError as error:
        raise _NotUploaded("the upload failed") from error
    channel = client.conversations_open(users=slack_user_id)["channel"]["id"]
    client.files_completeUploadExternal(
        files=[{"id": place["file_id"], "title": name}], channel_id=channel, initial_comment=comment
    )
