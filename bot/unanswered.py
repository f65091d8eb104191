"""Finds out whether a post that Slack did not confirm is there, by the key it carries."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from bot.slack import SlackRefused, call
from storage.models import OutboxMessage
from storage.sending import Claim

METADATA_EVENT = "influencer_bot_message"
LOOK_BACK = dt.timedelta(minutes=5)
MOST_PAGES = 20


@dataclass(frozen=True)
class Found:
    """Where a post stands."""

    channel_id: str
    ts: str


def metadata_of(message: OutboxMessage) -> dict[str, Any]:
    """What a post carries, so that it can be found again."""
    return {"event_type": METADATA_EVENT, "event_payload": {"key": message.message_key}}


def place_of(message: OutboxMessage) -> str:
    """The channel that a post is for, or the person."""
    return str(message.channel_id or message.payload["channel"])


def is_private(place: str) -> bool:
    """Whether it is a person, or a conversation with one."""
    return place[:1] not in ("C", "G")


def find(client: WebClient, claim: Claim) -> Found | None:
    """Where an unanswered post stands; None when Slack never took it.

    Raises:
        SlackRefused: it may not be looked for, or too much was written since.
        RateLimited, Unanswered: it is to be asked again.
    """
    place = place_of(claim.message)
    channel = _conversation_with(client, place) if place[:1] in ("U", "W") else place
    ts = _find_by_metadata(client, channel, claim)
    return Found(channel, ts) if ts else None


def _conversation_with(client: WebClient, slack_user_id: str) -> str:
    """A post may name a person, a look into the history has to name the conversation."""
    answer = call(client, "conversations.open", json={"users": slack_user_id})
    return str(answer["channel"]["id"])


def _find_by_metadata(client: WebClient, channel: str, claim: Claim) -> str | None:
    """The ts of a message that carries our key, looked for since shortly before it was decided."""
    since = claim.message.created_at - LOOK_BACK
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
