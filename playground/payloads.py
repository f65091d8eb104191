"""What Slack sends when a person presses, chooses, submits or closes."""

from playground import messages, modals
from playground.people import APP_ID, TEAM_DOMAIN, TEAM_ID
from playground.records import Json, Message, View
from playground.store import Store

TOKEN = "playground"  # noqa: S105 - Slack's old verification token, which opens nothing


def person(store: Store, user_id: str) -> Json:
    """The `user` of a payload."""
    user = store.users[user_id]
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id}


def base(store: Store, kind: str, user_id: str) -> Json:
    """What all interactive payloads have in common."""
    return {
        "type": kind,
        "user": person(store, user_id),
        "api_app_id": APP_ID,
        "token": TOKEN,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def channel_of(store: Store, channel_id: str) -> Json:
    """The `channel` of a payload; Slack hides the names of private ones."""
    channel = store.channels[channel_id]
    hidden = {"im": "directmessage", "group": "privategroup", "channel": channel.name}
    return {"id": channel.id, "name": hidden[channel.kind]}


def message_place(store: Store, message: Message) -> Json:
    """Container, channel and message; a private message itself is not sent along."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    place: Json = {"container": container, "channel": channel_of(store, message.channel)}
    if message.ephemeral_to is None:
        place["message"] = messages.as_slack(store, message)
    return place


def view_place(store: Store, view: View) -> Json:
    """Container and view."""
    return {
        "container": {"type": "view", "view_id": view.id},
        "view": modals.as_slack(store, view),
    }


def submission(store: Store, view: View, trigger_id: str) -> Json:
    """A view_submission."""
    return {
        **base(store, "view_submission", view.user),
        "trigger_id": trigger_id,
        "view": modals.as_slack(store, view),
        "response_urls": [],
    }


def closed(store: Store, view: View, *, cleared: bool) -> Json:
    """A view_closed; `cleared` when the whole stack was."""
    return {
        **base(store, "view_closed", view.user),
        "view": modals.as_slack(store, view),
        "is_cleared": cleared,
    }
