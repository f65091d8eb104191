"""The bot's answers: in the acknowledgement of a command, and at a response_url."""

import time
from typing import Any

from playground import messages
from playground.people import BOT_USER_ID
from playground.records import Json, Message, ResponseUrl
from playground.store import Refusal, Store

MOST_USES = 5
MOST_ADDRESSES = 10_000
LIFETIME = 30 * 60


def new_response_url(
    store: Store, kind: str, user: str, channel: str, message: Message | None = None
) -> str:
    """An address for up to five answers in half an hour; `kind` is command or action."""
    made = ResponseUrl(store.new_id(""), kind, user, channel, time.monotonic(), message)
    store.response_urls[made.id] = made
    while len(store.response_urls) > MOST_ADDRESSES:
        del store.response_urls[next(iter(store.response_urls))]
    return f"{store.url}/{kind}s/{store.users[user].team_id}/{made.id}"


def use_response_url(
    store: Store, url_id: str, body: Any, refused: frozenset[str], now: float | None = None
) -> None:
    """Do what the bot posted to a response_url; `now` is monotonic time.

    Raises:
        Refusal: expired_url, used_url, cant_update_message, invalid_blocks, no_text …
    """
    with store.changing():
        origin = store.response_urls.get(url_id)
        if origin is None:
            raise Refusal("expired_url")
        if (time.monotonic() if now is None else now) - origin.born > LIFETIME:
            raise Refusal("expired_url")
        if origin.uses >= MOST_USES:
            raise Refusal("used_url")
        answer(store, origin, body, refused)
        origin.uses += 1


def answer(store: Store, origin: ResponseUrl, body: Any, refused: frozenset[str]) -> Message | None:
    """Post, replace or delete as an answer says; the message that was posted.

    Raises:
        Refusal: the answer asks for what Slack does not do.
    """
    if not isinstance(body, dict):
        raise Refusal("invalid_payload")
    if body.get("delete_original") or body.get("replace_original"):
        _original(store, origin, body, refused)
        return None
    blocks = messages.checked_blocks(body.get("blocks"), refused)
    text = body.get("text") or ""
    if not text and not blocks:
        raise Refusal("no_text")
    public = body.get("response_type") == "in_channel"
    return messages.post(
        store,
        store.channels[origin.channel],
        BOT_USER_ID,
        str(text),
        blocks=blocks,
        thread_ts=body.get("thread_ts"),
        ephemeral_to=None if public else origin.user,
    )


def _original(store: Store, origin: ResponseUrl, body: Json, refused: frozenset[str]) -> None:
    if origin.message is None:
        raise Refusal("cant_update_message")
    if origin.message.deleted:
        raise Refusal("message_not_found")
    if body.get("delete_original"):
        messages.remove(store, origin.message)
        return
    blocks = messages.checked_blocks(body.get("blocks"), refused)
    if not body.get("text") and not blocks:
        raise Refusal("no_text")
    changes = {"text": body.get("text") or "", "blocks": blocks}
    messages.change(origin.message, store.clock.next_ts(), changes)
