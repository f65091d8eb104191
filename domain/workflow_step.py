"""A step of a workflow that Slack runs: what it was given, and who is behind it.

Whoever builds a workflow sets its inputs to anything, people included. One kind of input nobody can
set: Slack fills `user_context` with whoever started the workflow or pressed its button, and leaves
it empty where a clock or another service did.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeGuard

from pydantic import BaseModel, ConfigDict

ACTING = "person"
"""The input that says who acts, of the kind that Slack alone fills."""
VOUCHED_FOR = "slack#/types/user_context"
PERSON = re.compile(r"[UW][A-Z0-9]{2,20}")
"""An id that Slack gives to a person."""
LONGEST_TEXT = 1_000
MOST_NAMED = 100


class Step(BaseModel):
    """A step that is to be done.

    callback_id: which, of the manifest. execution_id: Slack's id of this one run. acting: Slack id
    of who is behind it, "" for nobody. texts, people: what was put in, by the input's name.
    """

    model_config = ConfigDict(frozen=True)

    callback_id: str
    execution_id: str
    acting: str = ""
    texts: dict[str, str] = {}
    people: dict[str, tuple[str, ...]] = {}

    def text(self, name: str) -> str:
        """What was put into an input, "" when nothing."""
        return self.texts.get(name, "").strip()

    def named(self, name: str) -> tuple[str, ...]:
        """Slack ids of the people who were put into an input, each once."""
        return tuple(dict.fromkeys(self.people.get(name, ())))


def read(event: Mapping[str, Any]) -> Step:
    """A `function_executed` event as a step; the token that comes with it is left behind."""
    inputs: Mapping[str, Any] = event.get("inputs") or {}
    return Step(
        callback_id=event["function"]["callback_id"],
        execution_id=event["function_execution_id"],
        acting=_acting(event["function"], inputs),
        texts={name: value[:LONGEST_TEXT] for name, value in inputs.items() if _is_text(value)},
        people={name: _people(value) for name, value in inputs.items() if _is_list(value)},
    )


def plain(text: str) -> str:
    """Words that Slack shows as they are: they mention nobody and lead nowhere."""
    return text.replace("<", "‹")


def _acting(function: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """Who is behind it; an input that a builder could have filled says nothing."""
    kinds = {one["name"]: one["type"] for one in function.get("input_parameters") or ()}
    given = inputs.get(ACTING)
    if kinds.get(ACTING) != VOUCHED_FOR or not isinstance(given, Mapping):
        return ""
    who, secret = given.get("id"), given.get("secret")
    return who if _is_person(who) and _is_text(secret) and secret else ""


def _people(value: list[Any]) -> tuple[str, ...]:
    return tuple(one for one in value[:MOST_NAMED] if _is_person(one))


def _is_person(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and PERSON.fullmatch(value) is not None


def _is_text(value: Any) -> TypeGuard[str]:
    return isinstance(value, str)


def _is_list(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)
