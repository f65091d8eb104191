"""What people did in Slack, as handlers are given it: a command, a press, a shortcut, a form."""

import datetime as dt
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Command:
    """A slash command: `text` without its first word, which chose the handler."""

    text: str
    channel_id: str
    trigger_id: str
    response_url: str
    word: str = ""


@dataclass(frozen=True)
class Action:
    """A press or a choice in a message, modal or Home.

    value: the button's value or the chosen option; values: several chosen. view: the modal or Home
    it was done in. response_url: of the message it was done in. at: Slack's stamp of the press.
    """

    action_id: str
    block_id: str
    value: str
    values: tuple[str, ...]
    trigger_id: str
    channel_id: str
    message_ts: str
    response_url: str
    view: dict[str, Any]
    ephemeral: bool = False
    at: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A shortcut of the manifest, used on a message. text: of that message, as Slack keeps it.

    sent_at: when it was written; None where Slack does not say.
    """

    callback_id: str
    text: str
    trigger_id: str
    channel_id: str
    message_ts: str
    response_url: str
    sent_at: dt.datetime | None = None


@dataclass(frozen=True)
class Submission:
    """A modal sent off. inputs: action_id → state as Slack gives it; block_ids too."""

    view: dict[str, Any]
    callback_id: str
    metadata: str
    state: dict[str, dict[str, Any]]

    def text(self, block_id: str) -> str:
        """What was typed or chosen in a block, "" when nothing."""
        return next(iter(self.chosen(block_id)), "")

    def chosen(self, block_id: str) -> tuple[str, ...]:
        """All that was chosen in a block."""
        for element in self.state.get(block_id, {}).values():
            return values_of(element)
        return ()

    def files(self, block_id: str) -> list[dict[str, Any]]:
        """Files put into a file input."""
        for element in self.state.get(block_id, {}).values():
            return list(element.get("files") or [])
        return []


_SINGLE = (
    "value",
    "selected_date",
    "selected_time",
    "selected_user",
    "selected_channel",
    "selected_conversation",
)
_SEVERAL = ("selected_users", "selected_channels", "selected_conversations")


def values_of(element: dict[str, Any]) -> tuple[str, ...]:
    """The value or values of an action or input as Slack sends it, whatever its kind."""
    option = element.get("selected_option")
    if option:
        return (option["value"],)
    if element.get("selected_options") is not None:
        return tuple(chosen["value"] for chosen in element["selected_options"])
    for name in _SEVERAL:
        if element.get(name) is not None:
            return tuple(element[name])
    return tuple(str(element[name]) for name in _SINGLE if element.get(name) not in (None, ""))
