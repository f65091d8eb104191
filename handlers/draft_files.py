"""A draft's file: fetched from where it was handed over, and put into the thread of its card."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from slack_sdk.errors import SlackApiError, SlackClientError

from domain.draft_review import LARGEST_FILE
from handlers import drawing
from handlers.context import Context
from handlers.features import Feature
from sources import slack_files
from storage import drafts, jobs, outbox, people
from storage.models import Draft, OutboxMessage
from storage.transaction import Transaction
from views.elements import escape

UPLOAD_SECONDS = 120
CHUNK = 1 << 20
UNCONFIRMED = "Slack did not say whether it took the file."


def order(tx: Transaction, draft: Draft) -> None:
    """Have the file put into the thread of the draft's card."""
    jobs.add(tx, "draft.file", f"draft.file:{draft.id}", {"draft_id": draft.id})


def share(payload: dict[str, Any], context: Context) -> None:
    """Fetch the file and put it into the thread (job `draft.file`).

    Only the last step shows it: it waits in the outbox until the card is posted.
    """
    with context.reading() as tx:
        draft = drafts.get(tx, int(payload["draft_id"]))
        if draft is None or not draft.card_id or outbox.by_key(tx, _key(draft)) is not None:
            return
        card = outbox.posted_about(tx, drawing.card_key(draft.card_id))[-1]
    path = context.services.data_dir / "drafts" / str(draft.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        _fetch(context, draft.file_id, path)
        file_id = _upload(context, draft.file_name, path)
    except slack_files.NotFetched as error:
        _tell(context, draft, str(error))
        return
    except (slack_files.TryLater, httpx.HTTPError, SlackClientError, OSError) as error:
        if not payload.get("last_try"):
            raise
        _tell(context, draft, _code(error))
        return
    finally:
        path.unlink(missing_ok=True)
    _show(context, draft, card, file_id)


def _show(context: Context, draft: Draft, card: OutboxMessage, file_id: str) -> None:
    files = [{"id": file_id, "title": draft.file_name}]
    with context.writing() as tx:
        outbox.share_file(
            tx, _key(draft), card.lane, {"files": files, "channel_id": card.channel_id},
            about=f"draft_file:{draft.id}", reply_to=card.message_key,
        )  # fmt: skip


def could_not_show(payload: dict[str, Any], context: Context) -> None:
    """Slack refused the last step, or it can't be found out what came of it."""
    with context.reading() as tx:
        draft = drafts.get(tx, int(payload["id"]))
    code = str(payload["error"])
    if draft is not None:
        _tell(context, draft, UNCONFIRMED if code == "unconfirmed" else f"Slack says: {code}.")


def _key(draft: Draft) -> str:
    return f"draft-file:{draft.id}"


def _fetch(context: Context, slack_file: str, path: Path) -> None:
    client = context.services.slack.client(context.workspace)
    try:
        found = client.files_info(file=slack_file)["file"]
    except SlackApiError as error:
        if error.response.get("error") in ("file_not_found", "file_deleted"):
            raise slack_files.NotFetched(slack_files.GONE) from error
        raise
    url = str(found.get("url_private_download") or found.get("url_private") or "")
    slack_files.fetch(url, str(client.token), client.base_url, path, LARGEST_FILE)


def _upload(context: Context, name: str, path: Path) -> str:
    client = context.services.slack.client(context.workspace)
    size = path.stat().st_size
    place = client.files_getUploadURLExternal(filename=name, length=size)
    headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
    sent = httpx.post(
        place["upload_url"], content=_pieces(path), headers=headers, timeout=UPLOAD_SECONDS
    )
    sent.raise_for_status()
    return str(place["file_id"])


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def _code(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return f"Slack says: {error.response.get('error')}."
    return "Slack did not answer."


def _tell(context: Context, draft: Draft, why: str) -> None:
    with context.writing() as tx:
        if draft.person_id is None:
            return
        who = people.by_id(tx, draft.person_id).slack_user_id
        text = (
            f"I could not put the file “{escape(draft.file_name, 80)}” below the draft’s card. "
            f"{escape(why, 200)} Please drop it into that thread yourself."
        )
        outbox.direct(tx, f"draft.file:{draft.id}", who, {"text": text})


FEATURE = Feature(jobs={"draft.file": share}, failures={"draft_file": could_not_show})
