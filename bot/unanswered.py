"""Finds out whether a post that Slack did not confirm is there, by the key it carries.

A file is found by its id, which Slack gave before it was shown to anybody.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from bot.slack import RateLimited, SlackRefused, Unanswered, call
from storage.models import OutboxMessage
from storage.outbox import SHARE
from storage.sending import Claim

METADATA_EVENT = "influencer_bot_message"
LOOK_BACK = dt.timedelta(hours=1)  # the machine's clock may be ahead of Slack's
LONGEST = dt.timedelta(minutes=10)
MOST_PAGES = 20


@dataclass(frozen=True)
class Found:
    """Where a post stands; of a file only that it is there is known."""

    channel_id: str | None
    ts: str | None


def metadata_of(message: OutboxMessage) -> dict[str, Any]:
    """What a post carries, so that it can be found again."""
    return {"event_type": METADATA_EVENT, "event_payload": {"key": message.message_key}}


def place_of(message: OutboxMessage) -> str:
    """The channel that a post is for, or the person."""
    payload = message.payload
    return str(message.channel_id or payload.get("channel") or payload.get("channel_id") or "")


def find(client: WebClient, claim: Claim) -> Found | None:
    """Where an unanswered post stands; None when Slack never took it.

    Raises:
        SlackRefused: it may not be looked for, or too much was written since.
        RateLimited, Unanswered: it is to be asked again.
    """
    if claim.message.method == SHARE:
        return _find_file(client, claim.message)
    place = place_of(claim.message)
    channel = _conversation_with(client, place) if place[:1] in ("U", "W") else place
    ts = _find_by_metadata(client, channel, claim)
    return Found(channel, ts) if ts else None


def is_overdue(message: OutboxMessage, now: dt.datetime) -> bool:
    """Whether it has been unknown for so long that its channel goes on without it."""
    return message.unknown_since is not None and now - message.unknown_since >= LONGEST


def answers(client: WebClient) -> bool:
    """Whether Slack answers at all; while it is away, putting messages aside helps nobody."""
    try:
        call(client, "auth.test")
    except (SlackRefused, RateLimited):
        return True
    except Unanswered:
        return False
    return True


def _find_file(client: WebClient, message: OutboxMessage) -> Found | None:
    """A file is shown to people once its upload is completed, and to nobody before."""
    try:
        found = call(client, "files.info", params={"file": message.payload["files"][0]["id"]})
    except SlackRefused as refusal:
        if refusal.code == "file_not_found":
            return None
        raise
    file = found.get("file") or {}
    shown = any(file.get(where) for where in ("channels", "groups", "ims", "shares"))
    return Found(None, None) if shown else None


def _conversation_with(client: WebClient, slack_user_id: str) -> str:
    """A post may name a person, a look into the history has to name the conversation."""
    answer = call(client, "conversations.open", json={"users": slack_user_id})
    return str(answer["channel"]["id"])


def _find_by_metadata(client: WebClient, channel: str, claim: Claim) -> str | None:
    """The ts of a message that carries our key, looked for since shortly before it was decided."""
    since = (claim.message.look_since or claim.message.created_at) - LOOK_BACK
    asked: dict[str, Any] = {
        "channel": channel,
        "oldest": f"{since.timestamp():.6f}",
        "include_all_metadata": True,
        "limit": 200,
    }
    method = "conversations.history"
    if claim.thread_ts:
        method, asked["ts"] = "conversations.replies", claim.thread_ts
    for _ in range(MOST_PAGES):
        answer = call(client, method, params=asked)
        for posted in answer.get("messages") or []:
            if _is_it(posted, claim.message):
                return str(posted["ts"])
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return None
        asked["cursor"] = cursor
    raise SlackRefused("too_many_messages")


def _is_it(posted: dict[str, Any], message: OutboxMessage) -> bool:
    metadata = posted.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return metadata.get("event_type") == METADATA_EVENT and (
        payload.get("key") == message.message_key
    )
