"""Web API: conversations.*"""

from collections.abc import Callable, Mapping

from playground import messages
from playground.arguments import (
    flag,
    joined_channel,
    names,
    need_scope,
    page,
    text,
    visible_channel,
)
from playground.people import BOT_USER_ID, TEAM_ID
from playground.records import Channel, Json, Message
from playground.store import Refusal
from playground.workspace import Workspace

_SCOPE_PREFIX = {"channel": "channels", "group": "groups", "im": "im"}
_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def describe(workspace: Workspace, channel: Channel) -> Json:
    """The conversation object, as the bot sees it."""
    described: Json = {
        "id": channel.id,
        "created": int(channel.created),
        "is_archived": channel.is_archived,
        "is_im": channel.is_im,
        "is_org_shared": False,
        "context_team_id": TEAM_ID,
        "updated": int(channel.created * 1000),
    }
    if channel.is_im:
        return described | {"user": channel.with_user, "is_user_deleted": False, "priority": 0}
    return described | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_general": channel.name == "general",
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_pending_ext_shared": False,
        "is_member": BOT_USER_ID in channel.members,
        "creator": channel.creator,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
        "num_members": len(channel.members),
    }


def _need(workspace: Workspace, kind: str, what: str) -> None:
    """Refuse where the scope for this kind of channel is missing; what: read or history."""
    need_scope(workspace, f"{_SCOPE_PREFIX[kind]}:{what}")


def info(workspace: Workspace, arguments: Json) -> Json:
    """conversations.info."""
    with workspace.store.reading():
        channel = visible_channel(workspace, arguments)
        _need(workspace, channel.kind, "read")
        described = describe(workspace, channel)
        if not flag(arguments, "include_num_members"):
            described.pop("num_members", None)
        return {"channel": described}


def list_all(workspace: Workspace, arguments: Json) -> Json:
    """conversations.list; private ones only where the bot is."""
    wanted = names(arguments, "types") or ["public_channel"]
    kinds = {_TYPES.get(one.strip()) for one in wanted}
    if None in kinds:
        raise Refusal("invalid_types")
    with workspace.store.reading():
        for kind in sorted(kinds & set(_SCOPE_PREFIX), key=str):
            _need(workspace, str(kind), "read")
        found = [
            channel
            for channel in workspace.store.channels.values()
            if channel.kind in kinds
            and (channel.kind == "channel" or BOT_USER_ID in channel.members)
            and not (channel.is_archived and flag(arguments, "exclude_archived"))
        ]
        chosen, following = page(arguments, found, 1000, 100)
        described = [describe(workspace, channel) for channel in chosen]
        return {"channels": described, "response_metadata": following}


def members(workspace: Workspace, arguments: Json) -> Json:
    """conversations.members."""
    with workspace.store.reading():
        channel = visible_channel(workspace, arguments)
        _need(workspace, channel.kind, "read")
        chosen, following = page(arguments, channel.members, 1000, 100)
        return {"members": chosen, "response_metadata": following}


def open_direct(workspace: Workspace, arguments: Json) -> Json:
    """conversations.open with one person."""
    with workspace.store.changing():
        people = names(arguments, "users")
        if not people and arguments.get("channel"):
            return {"channel": describe(workspace, visible_channel(workspace, arguments))}
        if len(people) != 1:
            raise Refusal("method_not_supported_for_channel_type" if people else "users_not_found")
        user = workspace.store.users.get(people[0])
        if user is None:
            raise Refusal("user_not_found")
        if user.is_bot:
            raise Refusal("cannot_dm_bot")
        known = any(one.with_user == user.id for one in workspace.store.channels.values())
        channel = workspace.store.direct_message(user.id)
        if not flag(arguments, "return_im"):
            described: Json = {"id": channel.id}
        else:
            described = describe(workspace, channel)
        return {"no_op": known, "already_open": known, "channel": described}


def join(workspace: Workspace, arguments: Json) -> Json:
    """conversations.join, of public channels."""
    channel = visible_channel(workspace, arguments)
    if channel.kind != "channel":
        raise Refusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refusal("is_archived")
    if BOT_USER_ID not in channel.members:
        workspace.rooms.join(channel, BOT_USER_ID)
    return {"channel": describe(workspace, channel)}


def history(workspace: Workspace, arguments: Json) -> Json:
    """conversations.history, newest first, without replies and private messages."""
    with workspace.store.reading():
        channel = joined_channel(workspace, arguments)
        _need(workspace, channel.kind, "history")
        found = [
            message
            for message in reversed(workspace.store.messages_in(channel.id))
            if not message.ephemeral_to and (not message.is_reply or message.broadcast)
        ]
        return _answer(workspace, arguments, [one for one in found if _within(one, arguments)])


def replies(workspace: Workspace, arguments: Json) -> Json:
    """conversations.replies: the message and its thread, oldest first."""
    with workspace.store.reading():
        channel = joined_channel(workspace, arguments)
        _need(workspace, channel.kind, "history")
        start = workspace.store.find_message(channel.id, text(arguments, "ts"))
        if start is None or start.ephemeral_to:
            raise Refusal("thread_not_found")
        parent = start
        if start.is_reply:
            above = workspace.store.find_message(channel.id, start.thread_ts or "")
            parent = above or start
        below = [one for one in workspace.store.replies(parent) if _within(one, arguments)]
        return _answer(workspace, arguments, [parent, *below])


def _within(message: Message, arguments: Json) -> bool:
    oldest, latest = arguments.get("oldest"), arguments.get("latest")
    at = float(message.ts)
    if flag(arguments, "inclusive") and message.ts in (str(oldest), str(latest)):
        return True
    try:
        after = oldest in (None, "", "0") or at > float(str(oldest))
        return after and (latest in (None, "", "0") or at < float(str(latest)))
    except ValueError:
        raise Refusal("invalid_ts_latest") from None


def _answer(workspace: Workspace, arguments: Json, found: list[Message]) -> Json:
    chosen, following = page(arguments, found, 999, 100)
    with_metadata = flag(arguments, "include_all_metadata")
    described = [
        messages.as_slack(workspace.store, one, with_metadata=with_metadata) for one in chosen
    ]
    more = bool(following["next_cursor"])
    answer: Json = {"messages": described, "has_more": more, "pin_count": 0}
    return answer | ({"response_metadata": following} if more else {})


METHODS: Mapping[str, Callable[[Workspace, Json], Json]] = {
    "conversations.info": info,
    "conversations.list": list_all,
    "conversations.members": members,
    "conversations.open": open_direct,
    "conversations.join": join,
    "conversations.history": history,
    "conversations.replies": replies,
}
