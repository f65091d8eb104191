"""The parts of Slack's requests that Bolt and the handlers rely on, by type."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Name = Annotated[str, StringConstraints(max_length=255)]
Text = Annotated[str, StringConstraints(max_length=100_000)]
Json = dict[str, Any]


class Part(BaseModel):
    """A part of a request; fields that nobody here reads are let through as they are."""

    model_config = ConfigDict(strict=True, extra="ignore")


class _Thing(Part):
    """A person, a channel, a workspace or an organisation."""

    id: Identifier


class _Authorization(Part):
    enterprise_id: Identifier | None = None
    team_id: Identifier | None = None
    authorizations: None = None


class _Item(Part):
    type: Identifier
    channel: Identifier | None = None
    ts: Identifier | None = None


class _Tokens(Part):
    bot: list[Identifier] | None = None
    oauth: list[Identifier] | None = None


class Event(Part):
    """What happened, whatever its type."""

    type: Identifier
    event_ts: Identifier | None = None
    user: Identifier | _Thing | None = None
    channel: Identifier | _Thing | None = None
    item: _Item | None = None
    item_user: Identifier | None = None
    reaction: Identifier | None = None
    tokens: _Tokens | None = None
    tab: Identifier | None = None
    view: Json | None = None
    bot_id: Identifier | None = None


class _Reaction(Event):
    user: Identifier
    reaction: Identifier
    item: _Item
    event_ts: Identifier

    @model_validator(mode="after")
    def _names_its_message(self) -> "_Reaction":
        if self.item.type == "message" and not (self.item.channel and self.item.ts):
            raise ValueError("a message without its place")
        return self


class _Profile(Part):
    display_name: Name | None = None
    real_name: Name | None = None


class _Person(_Thing):
    name: Name | None = None
    real_name: Name | None = None
    tz: Name | None = None
    profile: _Profile | None = None


class _UserChange(Event):
    user: _Person


class _HomeOpened(Event):
    user: Identifier


class _Joined(Event):
    user: Identifier
    channel: Identifier


class _ChannelGone(Event):
    channel: Identifier


class _Parameter(Part):
    name: Name
    type: Name


class _Function(Part):
    callback_id: Identifier
    input_parameters: list[_Parameter] | None = None


class _FunctionExecuted(Event):
    """A step of a workflow. inputs: whatever its builder put in, so of any kind."""

    function: _Function
    inputs: Json | None = None
    function_execution_id: Identifier
    bot_access_token: Text | None = None


class _Message(Part):
    ts: Identifier | None = None
    thread_ts: Identifier | None = None


class _Option(Part):
    value: Text


class _Element(Part):
    """What was typed or chosen."""

    value: Text | None = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None
    selected_date: Name | None = None
    selected_time: Name | None = None
    selected_user: Identifier | None = None
    selected_channel: Identifier | None = None
    selected_conversation: Identifier | None = None
    selected_users: list[Identifier] | None = None
    selected_channels: list[Identifier] | None = None
    selected_conversations: list[Identifier] | None = None
    files: list[Json] | None = None


class _State(Part):
    values: dict[str, dict[str, _Element]] = Field(default_factory=dict)


class _View(Part):
    id: Identifier
    type: Identifier
    callback_id: Name = ""
    private_metadata: Text = ""
    hash: Identifier | None = None
    blocks: list[Json] = Field(default_factory=list)
    state: _State | None = None


class _Container(Part):
    """Where a button is. is_ephemeral, view_id: where there are any."""

    channel_id: Identifier | None = None
    message_ts: Identifier | None = None
    view_id: Identifier | None = None
    is_ephemeral: bool | None = None


class _Action(_Element):
    type: Identifier
    action_id: Identifier
    block_id: Identifier | None = None
    action_ts: Identifier | None = None


class Command(Part):
    """A slash command."""

    command: Annotated[str, StringConstraints(pattern=r"^/\S+$", max_length=255)]
    text: Text = ""
    team_id: Identifier
    channel_id: Identifier
    user_id: Identifier
    trigger_id: Identifier
    response_url: Identifier


class EventCallback(Part):
    """An event, as it is delivered."""

    type: Literal["event_callback"]
    event_id: Identifier
    team_id: Identifier | None = None  # none where it is about a whole organisation
    enterprise_id: Identifier | None = None
    event: Event
    authorizations: list[_Authorization] | None = None

    @model_validator(mode="after")
    def _comes_from_somewhere(self) -> "EventCallback":
        if not (self.team_id or self.enterprise_id):
            raise ValueError("neither a workspace nor an organisation")
        return self


class _UrlVerification(Part):
    type: Literal["url_verification"]
    challenge: Text


class _RateLimited(Part):
    type: Literal["app_rate_limited"]


class _Interaction(Part):
    type: Identifier
    user: _Thing
    team: _Thing | None = None
    enterprise: _Thing | None = None
    channel: _Thing | None = None
    message: _Message | None = None


class _BlockActions(_Interaction):
    trigger_id: Identifier
    actions: Annotated[list[_Action], Field(min_length=1)]
    container: _Container = Field(default_factory=_Container)
    view: _View | None = None
    response_url: Identifier | None = None


class _ViewSubmission(_Interaction):
    trigger_id: Identifier
    view: _View


class _ViewClosed(_Interaction):
    view: _View


class _BlockSuggestion(_Interaction):
    action_id: Identifier
    block_id: Identifier
    value: Text


class _Shortcut(_Interaction):
    callback_id: Identifier
    trigger_id: Identifier


SHAPES: dict[str, type[Part]] = {
    "event_callback": EventCallback,
    "url_verification": _UrlVerification,
    "app_rate_limited": _RateLimited,
    "block_actions": _BlockActions,
    "view_submission": _ViewSubmission,
    "view_closed": _ViewClosed,
    "block_suggestion": _BlockSuggestion,
    "shortcut": _Shortcut,
    "message_action": _Shortcut,
}
EVENT_SHAPES: dict[str, type[Event]] = {
    "reaction_added": _Reaction,
    "reaction_removed": _Reaction,
    "user_change": _UserChange,
    "member_joined_channel": _Joined,
    "app_home_opened": _HomeOpened,
    "function_executed": _FunctionExecuted,
    **dict.fromkeys(("channel_archive", "channel_deleted", "channel_left"), _ChannelGone),
    **dict.fromkeys(("group_archive", "group_deleted", "group_left"), _ChannelGone),
}
WITH_VIEW = (_BlockActions, _ViewSubmission, _ViewClosed, _BlockSuggestion)
ONLY_IN: dict[str, tuple[type[Part], ...]] = {
    "command": (Command,),
    "type": tuple(SHAPES.values()),
    "event": (EventCallback,),
    "authorizations": (EventCallback,),
    "view": WITH_VIEW,
    "ssl_check": (),
    "function_data": (),
    "assistant_thread": (),
}
