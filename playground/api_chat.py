"""Web API: chat.* and reactions.*"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from playground import messages
from playground.arguments import flag, joined_channel, message_at, text, visible_channel
from playground.people import BOT_USER_ID
from playground.records import Channel, Json
from playground.store import Refusal
from playground.validation import check_blocks
from playground.workspace import Workspace

LARGEST_METADATA = 16_384
_EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def post_message(workspace: Workspace, arguments: Json) -> Json:
    """chat.postMessage, also to a person's id."""
    store = workspace.store
    with store.changing():
        channel = _target(workspace, arguments)
        if channel.is_archived:
            raise Refusal("is_archived")
        public = store.manifest.scopes and "chat:write.public" in store.manifest.scopes
        if BOT_USER_ID not in channel.members and not (public and channel.kind == "channel"):
            raise Refusal("not_in_channel")
        blocks, metadata = _content(workspace, arguments)
        message = messages.post(
            store,
            channel,
            BOT_USER_ID,
            str(arguments.get("text") or ""),
            blocks=blocks,
            thread_ts=arguments.get("thread_ts") and str(arguments["thread_ts"]),
            broadcast=flag(arguments, "reply_broadcast"),
            metadata=metadata,
        )
        described = messages.as_slack(store, message, with_metadata=True)
        event = messages.as_slack(store, message) | {
            "channel": channel.id,
            "channel_type": channel.kind,
            "event_ts": message.ts,
        }
    workspace.events.emit(event, channel.id)
    return {"channel": channel.id, "ts": message.ts, "message": described}


def _target(workspace: Workspace, arguments: Json) -> Channel:
    store = workspace.store
    wanted = text(arguments, "channel")
    if wanted not in store.users:
        channel = visible_channel(workspace, arguments)
    elif store.users[wanted].is_bot:
        raise Refusal("cannot_dm_bot")
    elif store.users[wanted].deleted:
        raise Refusal("user_disabled")
    else:
        channel = store.direct_message(wanted)
    if channel.is_im and not store.manifest.messages_tab:
        raise Refusal("messages_tab_disabled")
    return channel


def _content(workspace: Workspace, arguments: Json) -> tuple[list[Json] | None, Json | None]:
    blocks = messages.checked_blocks(arguments.get("blocks"), workspace.faults.refused_blocks)
    given = (arguments.get("text"), blocks, arguments.get("attachments"))
    if not any(given):
        raise Refusal("no_text")
    return blocks, checked_metadata(arguments.get("metadata"))


def checked_metadata(metadata: Any) -> Json | None:
    """Message metadata. Raises Refusal: invalid_metadata_format, …_schema, too large."""
    if metadata in (None, ""):
        return None
    if not isinstance(metadata, dict):
        raise Refusal("invalid_metadata_format")
    good = isinstance(metadata.get("event_type"), str) and metadata["event_type"]
    if not good or not isinstance(metadata.get("event_payload"), dict):
        raise Refusal("invalid_metadata_schema")
    if len(str(metadata)) > LARGEST_METADATA:
        raise Refusal("metadata_too_large")
    return metadata


def post_ephemeral(workspace: Workspace, arguments: Json) -> Json:
    """chat.postEphemeral."""
    store = workspace.store
    with store.changing():
        channel = joined_channel(workspace, arguments)
        if channel.is_archived:
            raise Refusal("is_archived")
        user = text(arguments, "user")
        if user not in channel.members:
            raise Refusal("user_not_in_channel")
        blocks, _ = _content(workspace, arguments)
        message = messages.post(
            store,
            channel,
            BOT_USER_ID,
            str(arguments.get("text") or ""),
            blocks=blocks,
            thread_ts=arguments.get("thread_ts") and str(arguments["thread_ts"]),
            ephemeral_to=user,
        )
        return {"message_ts": message.ts}


def update(workspace: Workspace, arguments: Json) -> Json:
    """chat.update; a text without blocks takes the blocks away."""
    store = workspace.store
    with store.changing():
        channel = visible_channel(workspace, arguments)
        message = message_at(workspace, channel, text(arguments, "ts"))
        if message.user != BOT_USER_ID:
            raise Refusal("cant_update_message")
        if channel.is_archived:
            raise Refusal("is_archived")
        if not arguments.get("metadata"):
            blocks, metadata = _content(workspace, arguments)
        else:
            refused = workspace.faults.refused_blocks
            blocks = messages.checked_blocks(arguments.get("blocks"), refused)
            metadata = checked_metadata(arguments["metadata"])
        changes = {"text": arguments.get("text"), "blocks": blocks, "metadata": metadata}
        messages.change(message, store.clock.next_ts(), changes)
        described = messages.as_slack(store, message, with_metadata=True)
        return {
            "channel": channel.id,
            "ts": message.ts,
            "text": message.text,
            "message": described,
        }


def delete(workspace: Workspace, arguments: Json) -> Json:
    """chat.delete, of the bot's own messages."""
    with workspace.store.changing():
        channel = visible_channel(workspace, arguments)
        message = message_at(workspace, channel, text(arguments, "ts"))
        if message.user != BOT_USER_ID:
            raise Refusal("cant_delete_message")
        messages.remove(workspace.store, message)
        return {"channel": channel.id, "ts": message.ts}


def permalink(workspace: Workspace, arguments: Json) -> Json:
    """chat.getPermalink."""
    with workspace.store.reading():
        channel = visible_channel(workspace, arguments)
        message = message_at(workspace, channel, text(arguments, "message_ts"))
        link = f"{workspace.store.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
        if message.is_reply:
            link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
        return {"channel": channel.id, "permalink": link}


def validate_blocks(workspace: Workspace, arguments: Json) -> Json:
    """blocks.validate."""
    blocks = arguments.get("blocks")
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    wrong = check_blocks(blocks, "message", workspace.faults.refused_blocks)
    if wrong:
        raise Refusal("invalid_blocks", *wrong)
    return {}


def _react(workspace: Workspace, arguments: Json, *, on: bool) -> Json:
    name = text(arguments, "name")
    if not _EMOJI.fullmatch(name.strip(":")):
        raise Refusal("invalid_name")
    if not arguments.get("timestamp"):
        raise Refusal("no_item_specified")
    with workspace.store.reading():
        channel = joined_channel(workspace, arguments)
        message = message_at(workspace, channel, str(arguments["timestamp"]))
    workspace.rooms.react(message, BOT_USER_ID, name, on=on)
    return {}


def add_reaction(workspace: Workspace, arguments: Json) -> Json:
    """reactions.add."""
    return _react(workspace, arguments, on=True)


def remove_reaction(workspace: Workspace, arguments: Json) -> Json:
    """reactions.remove."""
    return _react(workspace, arguments, on=False)


def get_reactions(workspace: Workspace, arguments: Json) -> Json:
    """reactions.get."""
    with workspace.store.reading():
        channel = joined_channel(workspace, arguments)
        message = message_at(workspace, channel, text(arguments, "timestamp"))
        described = messages.as_slack(workspace.store, message)
        described["permalink"] = f"{workspace.store.url}/archives/{channel.id}/p{message.ts}"
        return {"type": "message", "channel": channel.id, "message": described}


METHODS: Mapping[str, Callable[[Workspace, Json], Json]] = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": permalink,
    "blocks.validate": validate_blocks,
    "reactions.add": add_reaction,
    "reactions.remove": remove_reaction,
    "reactions.get": get_reactions,
}
