"""Posting, changing and describing messages. Call these inside `store.changing()`."""

from typing import Any

from playground.people import APP_ID, BOT_USER_ID, TEAM_ID, bot_id
from playground.records import Channel, File, Json, Message
from playground.store import Refusal, Store
from playground.validation import check_blocks
from playground.values import with_ids

LONGEST_TEXT = 40_000
UNDISPLAYABLE = "This content can't be displayed."
_ALIASES = {
    "thumbsup": "+1",
    "thumbsdown": "-1",
    "tick": "heavy_check_mark",
    "thinking": "thinking_face",
    "ok": "ok",
}


def post(
    store: Store,
    channel: Channel,
    user: str,
    text: str,
    *,
    blocks: list[Json] | None = None,
    thread_ts: str | None = None,
    broadcast: bool = False,
    ephemeral_to: str | None = None,
    metadata: Json | None = None,
    files: list[str] | None = None,
) -> Message:
    """Put a message into a channel or a thread, and return it.

    A reply to a reply goes to the thread it is in and is reported, as Slack has no thread
    under a thread. Blocks are taken as they are: check them first.
    """
    parent = _parent(store, channel, thread_ts)
    message = Message(
        channel=channel.id,
        ts=store.clock.next_ts(),
        user=user,
        bot_id=bot_id(store.users[user]),
        text=(text or (UNDISPLAYABLE if blocks else ""))[:LONGEST_TEXT],
        blocks=with_ids(blocks or []),
        thread_ts=parent.ts if parent else thread_ts,
        broadcast=broadcast,
        ephemeral_to=ephemeral_to,
        metadata=metadata,
        files=list(files or []),
    )
    if parent and not ephemeral_to:
        parent.thread_ts = parent.ts
    store.messages.setdefault(channel.id, []).append(message)
    for file_id in message.files:
        store.files[file_id].channels.append(channel.id)
    return message


def _parent(store: Store, channel: Channel, thread_ts: str | None) -> Message | None:
    if thread_ts is None:
        return None
    parent = store.find_message(channel.id, thread_ts)
    if parent is None or parent.ephemeral_to:
        raise Refusal("cannot_reply_to_message")
    if parent.is_reply and parent.thread_ts:
        store.report("reply_to_a_reply", f"A reply was sent under the reply {thread_ts}.")
        return store.find_message(channel.id, parent.thread_ts)
    return parent


def change(message: Message, ts: str, changes: Json) -> None:
    """Edit a message: `text`, `blocks` and `metadata` as far as they are given.

    Blocks that are not given go away when a text is.
    """
    if changes.get("text") is not None or changes.get("blocks") is not None:
        blocks = changes.get("blocks") or []
        message.text = str(changes.get("text") or (UNDISPLAYABLE if blocks else ""))
        message.text = message.text[:LONGEST_TEXT]
        message.blocks = with_ids(blocks)
        message.state, message.warnings = {}, {}
    if changes.get("metadata") is not None:
        message.metadata = changes["metadata"]
    message.edited = ts


def remove(store: Store, message: Message) -> None:
    """Delete a message."""
    message.deleted = True
    store.messages[message.channel].remove(message)


def canonical_emoji(name: str) -> str:
    """The name that Slack reports: `thumbsup` is `+1`; a skin tone stays."""
    base, tone, rest = name.strip(":").partition("::")
    return _ALIASES.get(base, base) + tone + rest


def react(message: Message, user: str, name: str) -> None:
    """Add a reaction. Raises Refusal("already_reacted")."""
    people = message.reactions.setdefault(name, [])
    if user in people:
        raise Refusal("already_reacted")
    people.append(user)


def unreact(message: Message, user: str, name: str) -> None:
    """Take a reaction away. Raises Refusal("no_reaction")."""
    people = message.reactions.get(name, [])
    if user not in people:
        raise Refusal("no_reaction")
    people.remove(user)
    if not people:
        del message.reactions[name]


def checked_blocks(
    blocks: Any, refused: frozenset[str], surface: str = "message"
) -> list[Json] | None:
    """The blocks, if Slack takes them; `None` stays `None`.

    Raises:
        Refusal: `invalid_blocks_format` for no list, `invalid_blocks` with Slack's lines.
    """
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    wrong = check_blocks(blocks, surface, refused)
    if wrong:
        raise Refusal("invalid_blocks", *wrong)
    return blocks


def as_slack(store: Store, message: Message, *, with_metadata: bool = False) -> Json:
    """The message object of `conversations.history` and of payloads."""
    described: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": store.users[message.user].team_id,
    }
    if message.bot_id:
        described |= {"bot_id": message.bot_id, "app_id": APP_ID}
        described["bot_profile"] = bot_profile(store, message.user)
    if message.blocks:
        described["blocks"] = message.blocks
    if message.files:
        described["files"] = [file_as_slack(store, store.files[one]) for one in message.files]
    if message.edited:
        described["edited"] = {"user": message.user, "ts": message.edited}
    if message.reactions:
        described["reactions"] = reactions_as_slack(message)
    if message.metadata and with_metadata:
        described["metadata"] = message.metadata
    if message.thread_ts:
        described |= _thread(store, message)
    if message.broadcast:
        described["subtype"] = "thread_broadcast"
    return described


def _thread(store: Store, message: Message) -> Json:
    if message.is_reply:
        parent = store.find_message(message.channel, message.thread_ts or "")
        return {
            "thread_ts": message.thread_ts,
            "parent_user_id": parent.user if parent else message.user,
        }
    replies = store.replies(message)
    people = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": people,
        "reply_users_count": len(people),
        "latest_reply": replies[-1].ts if replies else message.ts,
        "is_locked": False,
        "subscribed": False,
    }


def reactions_as_slack(message: Message) -> list[Json]:
    """The `reactions` of a message."""
    return [
        {"name": name, "users": list(people), "count": len(people)}
        for name, people in message.reactions.items()
    ]


def bot_profile(store: Store, user: str) -> Json:
    """The `bot_profile` that messages of a bot carry."""
    return {
        "id": bot_id(store.users[user]),
        "app_id": APP_ID if user == BOT_USER_ID else "A0ROBO00001",
        "user_id": user,
        "name": store.users[user].display_name,
        "deleted": False,
        "updated": 1_700_000_000,
        "team_id": TEAM_ID,
    }


def file_as_slack(store: Store, file: File) -> Json:
    """The file object; its addresses need the bot's token."""
    kind = file.name.rpartition(".")[2].lower() if "." in file.name else "binary"
    place = f"{store.url}/files-pri/{TEAM_ID}-{file.id}"
    return {
        "id": file.id,
        "created": int(file.created),
        "timestamp": int(file.created),
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": "text" if kind == "txt" else kind,
        "pretty_type": kind.upper(),
        "user": file.user,
        "user_team": store.users[file.user].team_id,
        "editable": False,
        "size": len(file.content),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": any(not store.channels[one].is_private for one in file.channels),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{place}/{file.name}",
        "url_private_download": f"{place}/download/{file.name}",
        "permalink": f"{store.url}/files/{file.user}/{file.id}/{file.name}",
        "channels": [one for one in file.channels if store.channels[one].kind == "channel"],
        "groups": [one for one in file.channels if store.channels[one].kind == "group"],
        "ims": [one for one in file.channels if store.channels[one].kind == "im"],
        "has_rich_preview": False,
        "file_access": "visible",
    }
