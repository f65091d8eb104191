"""Reading the arguments of Web API calls, which come as text as often as not."""

import base64
from collections.abc import Sequence
from typing import Any, TypeVar

from playground.people import BOT_USER_ID
from playground.records import Channel, Json, Message
from playground.store import Refusal
from playground.workspace import Workspace

T = TypeVar("T")


def need_scope(workspace: Workspace, *scopes: str) -> None:
    """Refuse where the app holds none of these scopes, as Slack says it."""
    manifest = workspace.store.manifest
    if not manifest.may(*scopes):
        provided = ",".join(manifest.scopes or ())
        raise Refusal("missing_scope", needed=scopes[0], provided=provided)


def text(arguments: Json, name: str) -> str:
    """A required argument."""
    value = arguments.get(name)
    if value in (None, ""):
        raise Refusal("invalid_arguments", f"[ERROR] missing required field: {name}")
    return str(value)


def flag(arguments: Json, name: str) -> bool:
    """A yes or no; absent is no."""
    return str(arguments.get(name, "")).lower() in ("1", "true")


def whole(arguments: Json, name: str, default: int) -> int:
    """A whole number."""
    try:
        return int(arguments.get(name, default))
    except (TypeError, ValueError):
        raise Refusal("invalid_arguments", f"[ERROR] {name} must be a number") from None


def names(arguments: Json, name: str) -> list[str]:
    """A list, or a text with commas."""
    value: Any = arguments.get(name) or []
    return [str(one) for one in value] if isinstance(value, list) else str(value).split(",")


def visible_channel(workspace: Workspace, arguments: Json) -> Channel:
    """The `channel`, if the bot can know of it. Raises Refusal("channel_not_found")."""
    channel = workspace.store.channel(text(arguments, "channel"))
    if (channel.is_private or channel.is_im) and BOT_USER_ID not in channel.members:
        raise Refusal("channel_not_found")
    return channel


def joined_channel(workspace: Workspace, arguments: Json) -> Channel:
    """The `channel`, if the bot is in it. Raises Refusal: channel_not_found, not_in_channel."""
    channel = visible_channel(workspace, arguments)
    if BOT_USER_ID not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def message_at(workspace: Workspace, channel: Channel, ts: str) -> Message:
    """The message at `ts`; private ones cannot be found. Raises message_not_found."""
    message = workspace.store.find_message(channel.id, ts)
    if message is None or message.ephemeral_to:
        raise Refusal("message_not_found")
    return message


def page(arguments: Json, everything: Sequence[T], most: int, usual: int) -> tuple[list[T], Json]:
    """One page of a list and the `response_metadata` that leads to the next.

    most, usual: the largest and the default `limit`.
    """
    limit = whole(arguments, "limit", usual) or usual
    if not 1 <= limit <= most:
        raise Refusal("invalid_limit")
    start = 0
    if cursor := arguments.get("cursor"):
        try:
            start = int(base64.b64decode(str(cursor)).decode().removeprefix("next:"))
        except ValueError:
            raise Refusal("invalid_cursor") from None
    rest = start + limit < len(everything)
    following = base64.b64encode(f"next:{start + limit}".encode()).decode() if rest else ""
    return list(everything[start : start + limit]), {"next_cursor": following}
