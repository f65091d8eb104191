"""The shapes of Slack's requests, as far as Bolt and the handlers rely on them.

Bolt answers 500 to a signed body whose parts are not of the kind that it expects, and
loses a command whose text holds the word "payload". A body that comes out of `parse` makes
it do neither. Fields that nobody here reads are let through as they are.
"""

import json
import re
from typing import Annotated, Any, Literal, NamedTuple, NoReturn
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from slack_bolt.context import BoltContext
from slack_bolt.request.internals import build_context

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Name = Annotated[str, StringConstraints(max_length=255)]
Text = Annotated[str, StringConstraints(max_length=100_000)]
Json = dict[str, Any]

FORM_FIELDS = 100
DEPTH = 100
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
CONTEXT_IDENTIFIERS = (
    "enterprise_id",
    "team_id",
    "user_id",
    "channel_id",
    "actor_enterprise_id",
    "actor_team_id",
    "actor_user_id",
    "thread_ts",
    "response_url",
    "function_execution_id",
    "function_bot_access_token",
)


class MalformedPayload(ValueError):
    """A body that Slack does not send; the message names a part and never its content."""


class Parsed(NamedTuple):
    """A body's content, and the same as JSON: the one form in which Bolt gets it."""

    payload: Json
    as_json: bytes


def parse(body: bytes, content_type: str) -> Parsed:
    """What a request says: a command, an interaction, an event or a check by Slack.

    Args:
        body: the bytes as they came.
        content_type: `application/json` or `application/x-www-form-urlencoded`.

    Raises:
        MalformedPayload: Slack does not send this.
    """
    try:
        text = body.decode("utf-8")
        payload = _json(text) if content_type == "application/json" else _form(text)
        _check(payload)
        return Parsed(payload, _storable(payload))
    except MalformedPayload:
        raise
    except ValidationError as error:
        raise MalformedPayload(_first_problem(error)) from None
    except (ValueError, RecursionError):  # UnicodeError and JSONDecodeError are ValueErrors
        raise MalformedPayload("the body can't be read") from None


def _form(text: str) -> Json:
    """A command, or the JSON that an interaction carries in its field `payload`."""
    fields = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FORM_FIELDS)
    form: Json = dict(fields)
    if "payload" in form:
        return _json(form["payload"])
    if "command" not in form:
        raise MalformedPayload("the form has neither command nor payload")
    return form


def _json(text: str) -> Json:
    parsed = json.loads(text, parse_constant=_refuse_constant)
    if not isinstance(parsed, dict):
        raise MalformedPayload("the body is not an object")
    if _deeper_than(DEPTH, parsed):
        raise MalformedPayload("the body is nested too deeply")
    return parsed


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedPayload(f"{name} is not JSON")


def _storable(payload: Json) -> bytes:
    """The payload as JSON, without NUL and half characters, which databases refuse."""
    written = json.dumps(payload, ensure_ascii=False)
    if NUL.search(written):
        raise MalformedPayload("the body holds a NUL")
    return written.encode("utf-8")


def _deeper_than(limit: int, body: Json) -> bool:
    level: list[Any] = [body]
    for _ in range(limit):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class _Thing(_Part):
    """A person, a channel, a workspace or an organisation."""

    id: Identifier


class _Authorization(_Part):
    enterprise_id: Identifier | None = None
    team_id: Identifier | None = None
    authorizations: None = None


class _Item(_Part):
    type: Identifier
    channel: Identifier | None = None
    ts: Identifier | None = None


class _Tokens(_Part):
    bot: list[Identifier] | None = None
    oauth: list[Identifier] | None = None


class _Event(_Part):
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


class _Reaction(_Event):
    user: Identifier
    reaction: Identifier
    item: _Item


class _Profile(_Part):
    display_name: Name | None = None
    real_name: Name | None = None


class _Person(_Thing):
    name: Name | None = None
    real_name: Name | None = None
    tz: Name | None = None
    profile: _Profile | None = None


class _UserChange(_Event):
    user: _Person


class _HomeOpened(_Event):
    user: Identifier


class _Joined(_Event):
    user: Identifier
    channel: Identifier


class _ChannelGone(_Event):
    channel: Identifier


class _Message(_Part):
    ts: Identifier | None = None
    thread_ts: Identifier | None = None


class _State(_Part):
    values: dict[str, dict[str, Json]] = Field(default_factory=dict)


class _View(_Part):
    id: Identifier
    type: Identifier
    callback_id: Name = ""
    private_metadata: Text = ""
    state: _State | None = None


class _Action(_Part):
    type: Identifier
    action_id: Identifier
    block_id: Identifier | None = None
    value: Text | None = None


class _Command(_Part):
    command: Annotated[str, StringConstraints(pattern=r"^/\S+$", max_length=255)]
    text: Text = ""
    team_id: Identifier
    channel_id: Identifier
    user_id: Identifier
    trigger_id: Identifier
    response_url: Identifier


class _EventCallback(_Part):
    type: Literal["event_callback"]
    event_id: Identifier
    team_id: Identifier
    event: _Event
    authorizations: list[_Authorization] | None = None


class _UrlVerification(_Part):
    type: Literal["url_verification"]
    challenge: Text


class _RateLimited(_Part):
    type: Literal["app_rate_limited"]


class _Interaction(_Part):
    type: Identifier
    user: _Thing
    team: _Thing | None = None
    enterprise: _Thing | None = None
    channel: _Thing | None = None
    message: _Message | None = None


class _BlockActions(_Interaction):
    trigger_id: Identifier
    actions: Annotated[list[_Action], Field(min_length=1)]
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


SHAPES: dict[str, type[_Part]] = {
    "event_callback": _EventCallback,
    "url_verification": _UrlVerification,
    "app_rate_limited": _RateLimited,
    "block_actions": _BlockActions,
    "view_submission": _ViewSubmission,
    "view_closed": _ViewClosed,
    "block_suggestion": _BlockSuggestion,
    "shortcut": _Shortcut,
    "message_action": _Shortcut,
}
EVENT_SHAPES: dict[str, type[_Event]] = {
    "reaction_added": _Reaction,
    "reaction_removed": _Reaction,
    "user_change": _UserChange,
    "member_joined_channel": _Joined,
    "app_home_opened": _HomeOpened,
    **dict.fromkeys(("channel_archive", "channel_deleted", "channel_left"), _ChannelGone),
    **dict.fromkeys(("group_archive", "group_deleted", "group_left"), _ChannelGone),
}
WITH_VIEW = (_BlockActions, _ViewSubmission, _ViewClosed, _BlockSuggestion)
ONLY_IN: dict[str, tuple[type[_Part], ...]] = {
    "command": (_Command,),
    "type": tuple(SHAPES.values()),
    "event": (_EventCallback,),
    "authorizations": (_EventCallback,),
    "view": WITH_VIEW,
    "ssl_check": (),
    "function_data": (),
    "assistant_thread": (),
}


def _check(body: Json) -> None:
    shape = _Command if body.get("command") is not None else _shape_by_type(body.get("type"))
    shape.model_validate(body)
    if shape is _EventCallback:
        EVENT_SHAPES.get(body["event"]["type"], _Event).model_validate(body["event"])
    for name, shapes in ONLY_IN.items():
        if name in body and shape not in shapes:
            raise MalformedPayload(f"{name} does not belong there")
    if body.get("view", body) is None:  # Bolt takes a view that is there for an object
        raise MalformedPayload("view is null")
    try:
        context = build_context(BoltContext(), body)
    except (AttributeError, TypeError, KeyError, IndexError, RecursionError):
        raise MalformedPayload("a part is not of the kind that Bolt expects") from None
    for name in CONTEXT_IDENTIFIERS:
        if not isinstance(context.get(name, ""), str):
            raise MalformedPayload(f"{name} is not text")


def _shape_by_type(kind: Any) -> type[_Part]:
    shape = SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        raise MalformedPayload("type is missing or unknown")
    return shape


def _first_problem(error: ValidationError) -> str:
    """Where the body is wrong; no value, and no name that the sender made up."""
    known = [str(part) for part in error.errors()[0]["loc"] if str(part).isidentifier()]
    return f"{known[0] if known else 'the body'} is missing or of the wrong kind"
