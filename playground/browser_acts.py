"""What the page can do: one function an act, from the body of the POST to what it answers."""

from collections.abc import Callable, Mapping

from playground import browser_state, messages
from playground.people import BOT_USER_ID
from playground.records import Json, Message, View
from playground.store import Refusal
from playground.workspace import Workspace

Act = Callable[[Workspace, Json], Json | None]


def command(workspace: Workspace, body: Json) -> None:
    """Run a slash command."""
    workspace.command(body["user"], str(body["text"]), body["channel"])


def message(workspace: Workspace, body: Json) -> Json:
    """Chat."""
    said = workspace.say(
        body["user"],
        str(body["text"]),
        body["channel"],
        thread_ts=body.get("thread_ts"),
        files=body.get("files"),
        broadcast=bool(body.get("broadcast")),
    )
    return {"ts": said.ts}


def action(workspace: Workspace, body: Json) -> None:
    """Press a button, choose in a select."""
    workspace.press(
        body["user"],
        _place(workspace, body),
        body["action_id"],
        body.get("block_id"),
        body.get("value"),
        body.get("values"),
    )


def suggest(workspace: Workspace, body: Json) -> Json:
    """Options of an external select."""
    place = _place(workspace, body)
    typed = str(body.get("value") or "")
    return workspace.interactions.suggest(
        body["user"], place, body["action_id"], body.get("block_id"), typed
    )


def submit(workspace: Workspace, body: Json) -> Json | None:
    """Send a modal."""
    view = _view(workspace, body)
    errors = workspace.submissions.submit(view, body.get("values") or {})
    return {"ok": False, "error": "errors", "errors": errors} if errors else None


def close(workspace: Workspace, body: Json) -> None:
    """Close a modal."""
    workspace.submissions.close(_view(workspace, body), everything=bool(body.get("all")))


def react(workspace: Workspace, body: Json) -> None:
    """Add a reaction or take it away."""
    user = workspace.user(body["user"])
    channel = workspace.channel(body["channel"])
    if user.id not in channel.members:
        raise Refusal("not_in_channel")
    found = _message(workspace, body)
    workspace.rooms.react(found, user.id, str(body["name"]), on=bool(body["on"]))


def home(workspace: Workspace, body: Json) -> None:
    """Open App Home."""
    workspace.rooms.open_home(workspace.user(body["user"]), str(body.get("tab") or "home"))


def shortcut(workspace: Workspace, body: Json) -> None:
    """Use a shortcut."""
    target = _message(workspace, body) if body.get("ts") else None
    workspace.shortcut(body["user"], body["callback_id"], target)


def step(workspace: Workspace, body: Json) -> None:
    """Run a workflow of one step, started by a person or by a clock."""
    user = body.get("started_by")
    workspace.run_step(str(body["callback_id"]), dict(body.get("inputs") or {}), user or None)


def invite(workspace: Workspace, body: Json) -> None:
    """Add somebody to a channel."""
    who = workspace.user(body.get("invite") or BOT_USER_ID)
    by = workspace.user(body["user"]).id
    workspace.rooms.join(workspace.channel(body["channel"]), who.id, by)


def remove(workspace: Workspace, body: Json) -> None:
    """Take somebody out of a channel."""
    who = workspace.user(body.get("remove") or BOT_USER_ID)
    by = workspace.user(body["user"]).id
    workspace.rooms.leave(workspace.channel(body["channel"]), who.id, by)


def archive(workspace: Workspace, body: Json) -> None:
    """Archive a channel, or bring it back."""
    user = workspace.user(body["user"]).id
    workspace.rooms.archive(workspace.channel(body["channel"]), user, on=bool(body["on"]))


def delete_message(workspace: Workspace, body: Json) -> None:
    """Delete one's own message, or dismiss a private one."""
    found, user = _message(workspace, body), workspace.user(body["user"]).id
    if user not in (found.user, found.ephemeral_to):
        raise Refusal("cant_delete_message")
    with workspace.store.changing():
        messages.remove(workspace.store, found)


def reload(workspace: Workspace, body: Json) -> None:
    """Reload Slack."""
    workspace.reload(body["user"])


def channel(workspace: Workspace, body: Json) -> Json:
    """Make a channel."""
    creator = workspace.user(body["user"]).id
    private = bool(body.get("is_private"))
    made = workspace.rooms.create(str(body["name"]), creator, is_private=private)
    return {"channel": made.id}


def clock(workspace: Workspace, body: Json) -> Json:
    """Move the clock."""
    me = body.get("user") or "olivia"
    if body.get("reset"):
        workspace.reset_clock()
    elif "advance_seconds" in body:
        workspace.advance_clock(float(body["advance_seconds"]))
    else:
        workspace.move_clock_to(
            int(body["weekday"]), int(body["hour"]), int(body.get("minute", 0)), me
        )
    return {"clock": browser_state.clock(workspace, workspace.user(me))}


def redeliver(workspace: Workspace, body: Json) -> Json:
    """Repeat the last delivery."""
    return {"status": workspace.redeliver_last(body.get("kind")).status}


def bot(workspace: Workspace, body: Json) -> None:
    """Make the bot unreachable, or bring it back."""
    workspace.set_bot_down(bool(body["down"]))


def faults(workspace: Workspace, body: Json) -> None:
    """Make Slack misbehave."""
    if body.get("clear"):
        workspace.faults.clear()
    if "refuse_blocks" in body:
        workspace.faults.refuse_blocks(*body["refuse_blocks"])
    if body.get("method"):
        names = ("times", "retry_after", "seconds", "error")
        settings = {name: body[name] for name in names if name in body}
        workspace.faults.add(body["method"], body["kind"], **settings)
    with workspace.store.changing():
        pass


def _message(workspace: Workspace, body: Json) -> Message:
    channel_id = workspace.channel(body["channel"]).id
    found = workspace.store.find_message(channel_id, str(body["ts"]))
    if found is None:
        raise Refusal("message_not_found")
    return found


def _view(workspace: Workspace, body: Json) -> View:
    found = workspace.store.views.get(str(body["view_id"]))
    if found is None or found.user != workspace.user(body["user"]).id:
        raise Refusal("not_found")
    return found


def _place(workspace: Workspace, body: Json) -> Message | View:
    return _view(workspace, body) if body.get("view_id") else _message(workspace, body)


ACTS: Mapping[str, Act] = {
    "command": command,
    "message": message,
    "action": action,
    "suggest": suggest,
    "submit": submit,
    "close": close,
    "react": react,
    "home": home,
    "shortcut": shortcut,
    "step": step,
    "invite": invite,
    "remove": remove,
    "archive": archive,
    "delete_message": delete_message,
    "reload": reload,
    "channel": channel,
    "clock": clock,
    "redeliver": redeliver,
    "bot": bot,
    "faults": faults,
}
