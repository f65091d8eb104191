"""What a workspace holds: channels, messages, views, files and what was said to the bot."""

from dataclasses import dataclass, field
from typing import Any

from playground.people import TEAM_ID

Json = dict[str, Any]
Values = dict[str, dict[str, Any]]
"""What inputs hold, by block_id and action_id, in the short form of protocol.md."""


@dataclass
class Channel:
    """A conversation. `with_user` is the person of the bot's direct message."""

    id: str
    name: str
    is_private: bool = False
    is_ext_shared: bool = False
    is_archived: bool = False
    members: list[str] = field(default_factory=list)
    with_user: str | None = None
    creator: str = ""
    created: float = 0.0
    topic: str = ""

    @property
    def is_im(self) -> bool:
        """Whether this is a direct message."""
        return self.with_user is not None

    @property
    def kind(self) -> str:
        """`channel`, `group` (private) or `im`, as events and scopes name it."""
        return "im" if self.is_im else "group" if self.is_private else "channel"


@dataclass
class File:
    """An uploaded file. `finished` once Slack would show it; channels it was shared in."""

    id: str
    name: str
    content: bytes
    mimetype: str
    user: str
    created: float
    title: str = ""
    finished: bool = True
    channels: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Message:
    """A message. `ephemeral_to` is set on those only one person sees.

    reactions: user ids in order, by emoji name. state, warnings, options: by user id, what
    that person chose in it, what went wrong for them, what an external select offered.
    """

    channel: str
    ts: str
    user: str
    text: str
    bot_id: str | None = None
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    edited: str | None = None
    ephemeral_to: str | None = None
    metadata: Json | None = None
    state: dict[str, Values] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)
    deleted: bool = False

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread under another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(eq=False)
class View:
    """A modal or an App Home tab as one person sees it; `source` is what the bot sent."""

    id: str
    user: str
    source: Json
    blocks: list[Json]
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Values = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    warning: str | None = None
    closed: bool = False
    team_id: str = TEAM_ID

    @property
    def type(self) -> str:
        """`modal` or `home`."""
        return str(self.source["type"])

    @property
    def title(self) -> str:
        """The modal's title as text; empty for App Home."""
        return str((self.source.get("title") or {}).get("text", ""))

    @property
    def callback_id(self) -> str:
        """What the bot named it."""
        return str(self.source.get("callback_id") or "")

    @property
    def private_metadata(self) -> str:
        """What the bot keeps in it."""
        return str(self.source.get("private_metadata") or "")


@dataclass
class Trigger:
    """Lets the bot open a modal once, for a few seconds of real time."""

    user: str
    born: float
    view_id: str | None = None
    channel: str | None = None
    used: bool = False


@dataclass
class ResponseUrl:
    """Where the bot may answer a command (`kind` "command") or a press ("action")."""

    id: str
    kind: str
    user: str
    channel: str
    born: float
    message: Message | None = None
    uses: int = 0


@dataclass
class StepRun:
    """A step of a workflow that was run. user: who started it, `None` for a clock.

    state: running, succeeded or failed; outputs or error say how it ended.
    """

    id: str
    callback_id: str
    title: str
    user: str | None
    inputs: Json
    at: float
    state: str = "running"
    outputs: Json = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True)
class ApiCall:
    """One call of the Web API. `response` is `None` when a fault answered instead."""

    method: str
    arguments: Json
    response: Json | None
    status: int
    at: float


@dataclass(frozen=True)
class Problem:
    """Something the bot did wrong that Slack would hide; kinds are in protocol.md."""

    kind: str
    text: str
    user: str | None
    at: float


@dataclass(frozen=True)
class Suggestions:
    """What an external select offered last."""

    options: tuple[Json, ...] = ()
    option_groups: tuple[Json, ...] = ()
