"""What the page shows to one person, as JSON; protocol.md says what each field means."""

import copy
from dataclasses import asdict
from itertools import islice

from playground.messages import reactions_as_slack
from playground.people import (
    APP_ID,
    BOT_ID,
    BOT_USER_ID,
    CAN_USE_APPS,
    TEAM_DOMAIN,
    TEAM_ID,
    TEAM_NAME,
    User,
)
from playground.records import Channel, File, Json, Message, StepRun, View
from playground.values import initial_values
from playground.workspace import Workspace

MOST_PROBLEMS = 50
MOST_REFUSALS = 20
MOST_RUNS = 20


def state(workspace: Workspace, me: User) -> Json:
    """Everything this person can see."""
    store = workspace.store
    with store.reading():
        seen = [
            channel for channel in store.channels.values() if workspace.rooms.may_see(me, channel)
        ]
        home = store.homes.get(me.id)
        now = workspace.clock.now()
        return {
            "ok": True,
            "change": store.change,
            "team": {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN},
            "app": _app(workspace),
            "me": _user(me, now),
            "users": [_user(user, now) for user in store.users.values()],
            "channels": [_channel(workspace, me, channel) for channel in seen],
            "home": _view(home) if home else None,
            "modals": [_view(view) for view in store.modals.get(me.id, [])],
            "clock": clock(workspace, me),
            "bot": {"down": workspace.courier.down, "url": workspace.options.bot_url},
            "faults": {
                "refused_blocks": sorted(workspace.faults.refused_blocks),
                "methods": workspace.faults.left(),
            },
            "problems": [
                {"at": one.at, "kind": one.kind, "text": one.text, "user": one.user}
                for one in islice(reversed(store.problems), MOST_PROBLEMS)
            ],
            "step_runs": [asdict(run) for run in islice(_step_runs(workspace), MOST_RUNS)],
            "refusals": list(islice(_refusals(workspace), MOST_REFUSALS)),
        }


def _step_runs(workspace: Workspace) -> "list[StepRun]":
    return sorted(workspace.store.step_runs.values(), key=lambda run: -run.at)


def clock(workspace: Workspace, me: User) -> Json:
    """The shifted time, with a label in this person's timezone."""
    return {
        "now": workspace.clock.now(),
        "offset_seconds": workspace.clock.offset,
        "label": workspace.clock.label(me.tz),
    }


def _refusals(workspace: Workspace) -> "list[Json]":
    return [
        {
            "at": call.at,
            "method": call.method,
            "error": call.response["error"] if call.response else f"status {call.status}",
            "messages": (call.response or {}).get("response_metadata", {}).get("messages", []),
        }
        for call in islice(reversed(workspace.store.api_calls), 500)
        if call.response is None or not call.response["ok"]
    ]


def _app(workspace: Workspace) -> Json:
    manifest = workspace.store.manifest
    return {
        "id": APP_ID,
        "name": manifest.name,
        "bot_user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "home_tab": manifest.home_tab,
        "messages_tab": manifest.messages_tab,
        "commands": [
            {
                "command": one.command,
                "description": one.description,
                "usage_hint": one.usage_hint,
            }
            for one in manifest.commands
        ],
        "shortcuts": [
            {
                "name": one.name,
                "type": one.type,
                "callback_id": one.callback_id,
                "description": one.description,
            }
            for one in manifest.shortcuts
        ],
        "steps": [asdict(one) for one in manifest.steps],
    }


def _user(user: User, now: float) -> Json:
    initials = "".join(word[0] for word in user.real_name.split()[:2]).upper()
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "display_name": user.display_name,
        "initials": initials,
        "color": user.color,
        "tz": user.tz,
        "tz_label": user.tz_label(now),
        "locale": user.locale,
        "role": user.role,
        "can_act": user.role not in ("app", "slackbot") and not user.deleted,
        "can_use_apps": user.role in CAN_USE_APPS and not user.deleted,
        "deleted": user.deleted,
    }


def _channel(workspace: Workspace, me: User, channel: Channel) -> Json:
    store = workspace.store
    other = next((one for one in channel.members if one != me.id), me.id)
    return {
        "id": channel.id,
        "name": store.users[other].display_name if channel.is_im else channel.name,
        "is_private": channel.is_private,
        "is_im": channel.is_im,
        "is_ext_shared": channel.is_ext_shared,
        "is_archived": channel.is_archived,
        "is_member": me.id in channel.members,
        "bot_is_member": BOT_USER_ID in channel.members,
        "members": list(channel.members),
        "with_user": other if channel.is_im else None,
        "topic": channel.topic,
        "messages": [
            _message(workspace, me, one)
            for one in store.messages_in(channel.id)
            if one.ephemeral_to in (None, me.id)
        ],
    }


def _message(workspace: Workspace, me: User, message: Message) -> Json:
    store = workspace.store
    replies = [] if message.is_reply or not message.thread_ts else store.replies(message)
    held = message.state.get(me.id) or initial_values(message.blocks)
    return {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "bot_id": message.bot_id,
        "text": message.text,
        "blocks": message.blocks,
        "thread_ts": message.thread_ts,
        "broadcast": message.broadcast,
        "reply_count": len(replies),
        "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
        "reactions": reactions_as_slack(message),
        "files": [file(store.files[one]) for one in message.files],
        "edited": message.edited,
        "ephemeral": message.ephemeral_to is not None,
        "metadata": message.metadata,
        "state": copy.deepcopy(held),
        "warning": message.warnings.get(me.id),
    }


def _view(view: View) -> Json:
    source = view.source
    return {
        "id": view.id,
        "type": view.type,
        "callback_id": view.callback_id,
        "title": source.get("title"),
        "submit": source.get("submit"),
        "close": source.get("close"),
        "blocks": view.blocks,
        "values": copy.deepcopy(view.values),
        "errors": dict(view.errors),
        "warning": view.warning,
        "notify_on_close": bool(source.get("notify_on_close")),
        "submit_disabled": bool(source.get("submit_disabled")),
        "hash": view.hash,
    }


def file(stored: File) -> Json:
    """A file as the page shows it."""
    return {
        "id": stored.id,
        "name": stored.name,
        "title": stored.title or stored.name,
        "mimetype": stored.mimetype,
        "size": len(stored.content),
        "url": f"/_/files/{stored.id}",
    }
