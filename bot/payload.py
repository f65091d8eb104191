"""The shapes of Slack's requests, as far as Bolt and the handlers rely on them.

Bolt answers 500 to a signed body whose parts are not of the kind that it expects, and
loses a command whose text holds the word "payload". A body that comes out of `parse` makes
it do neither. Fields that nobody here reads are let through as they are.
"""

import json
import re
from typing import Any, NamedTuple, NoReturn
from urllib.parse import parse_qsl

from pydantic import ValidationError
from slack_bolt.context import BoltContext
from slack_bolt.request.internals import build_context

from bot.payload_shapes import EVENT_SHAPES, ONLY_IN, SHAPES, Command, Event, EventCallback, Part

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


def _check(body: Json) -> None:
    shape = Command if body.get("command") is not None else _shape_by_type(body.get("type"))
    shape.model_validate(body)
    if shape is EventCallback:
        EVENT_SHAPES.get(body["event"]["type"], Event).model_validate(body["event"])
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


def _shape_by_type(kind: Any) -> type[Part]:
    shape = SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        raise MalformedPayload("type is missing or unknown")
    return shape


def _first_problem(error: ValidationError) -> str:
    """Where the body is wrong; no value, and no name that the sender made up."""
    known = [str(part) for part in error.errors()[0]["loc"] if str(part).isidentifier()]
    return f"{known[0] if known else 'the body'} is missing or of the wrong kind"
