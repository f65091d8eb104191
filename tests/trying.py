"""Does to the bot what a person might, by the handler's name alone: whoever they are, and
whether or not Slack would have offered it to them."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slack_bolt import BoltRequest, BoltResponse
from sqlalchemy import event
from sqlmodel import SQLModel, col, select

from domain import workflow_step
from handlers.features import Feature
from playground.people import TEAM_ID
from storage import outbox
from storage.models import OutboxMessage
from tests.slack import Slack

HANDLERS = Path(__file__).parent.parent / "handlers"
WRITE = re.compile(r"\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) (\w+)", re.IGNORECASE)
KINDS = ("steps", "commands", "actions", "shortcuts", "submissions", "closings")
STEP_INPUTS = {
    "words": "skincare",
    "creator": "youtube:otto_skin_atelier",
    "brief": "spring",
    "channel": "C0MARKETING",
}
TOLD = frozenset({"outbox"})
"""Tables in which a refusal leaves the sentence that says so."""


@dataclass(frozen=True)
class Try:
    """Something that somebody does. kind: of `KINDS`; name: under which its handler is listed."""

    kind: str
    name: str
    value: str = "1"

    def __str__(self) -> str:
        """For the name of a failure."""
        return f"{self.kind}:{self.name or '(nothing)'}"


def everything(feature: Feature) -> list[Try]:
    """One try a handler: whoever adds a handler adds a try."""
    return [Try(kind, name) for kind in KINDS for name in sorted(getattr(feature, kind))]


def answer(slack: Slack, who: str, tried: Try, **more: Any) -> str:
    """What the bot answers to a person: the acknowledgement, and what is to be sent to them.

    more: parts of the payload that are to be as given.
    """
    user_id = slack.workspace.user(who).id
    if tried.kind == "steps":
        return _how_it_ended(slack, tried, user_id)
    trigger = f"{tried}.{who}.{len(more)}"
    body = {
        "team": {"id": TEAM_ID},
        "user": {"id": user_id, "team_id": TEAM_ID},
        "trigger_id": trigger,
        **_payload(tried, user_id, slack.workspace.channel("marketing").id),
        **more,
    }
    response = _dispatch(slack, tried, body)
    with slack.reading() as tx:
        said = tx.session.exec(
            select(OutboxMessage.payload).where(
                col(OutboxMessage.message_key) == f"trigger:{trigger}:answer"
            )
        ).all()
    return json.dumps([response.body, *said], ensure_ascii=False)


def _dispatch(slack: Slack, tried: Try, body: dict[str, Any]) -> BoltResponse:
    response: BoltResponse = slack.bot.bolt.dispatch(
        BoltRequest(body=json.dumps(body), mode="socket_mode")
    )
    assert response.status == 200, f"{tried} was answered with {response.status}"
    return response


def _how_it_ended(slack: Slack, tried: Try, user_id: str) -> str:
    """What Slack is told of a workflow's step that somebody started."""
    execution_id = f"Fx{tried.name}{user_id}"
    person = {"name": workflow_step.ACTING, "type": workflow_step.VOUCHED_FOR}
    event = {
        "type": "function_executed",
        "function": {"callback_id": tried.name, "input_parameters": [person]},
        "inputs": {**STEP_INPUTS, "person": {"id": user_id, "secret": "of Slack's"}},
        "function_execution_id": execution_id,
    }
    _dispatch(slack, tried, {
        "type": "event_callback", "event_id": execution_id, "team_id": TEAM_ID, "event": event,
    })  # fmt: skip
    slack.workers.run_until_idle()
    with slack.reading() as tx:
        ended = outbox.by_key(tx, f"step:{execution_id}:ended")
        return json.dumps(ended.payload if ended else None, ensure_ascii=False)


def contents(slack: Slack) -> dict[str, list[Any]]:
    """All rows of all tables but those in which a refusal is told."""
    with slack.reading() as tx:
        return {
            table.name: sorted(repr(row) for row in tx.session.execute(table.select()))
            for table in SQLModel.metadata.sorted_tables
            if table.name not in TOLD
        }


@contextmanager
def committed(slack: Slack) -> Iterator[set[str]]:
    """Names of the tables to which the bot writes and commits, until they are cleared."""
    engine = slack.bot.services.database.engine
    written: set[str] = set()
    begun: dict[int, set[str]] = {}

    def wrote(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if found := WRITE.match(statement):
            begun.setdefault(id(connection), set()).add(found[1])

    def done(connection: Any) -> None:
        written.update(begun.pop(id(connection), set()))

    def undone(connection: Any) -> None:
        begun.pop(id(connection), None)

    heard = (("before_cursor_execute", wrote), ("commit", done), ("rollback", undone))
    for name, listener in heard:
        event.listen(engine, name, listener)
    yield written
    for name, listener in heard:
        event.remove(engine, name, listener)


def changed(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[str]:
    """Rows that are there only before, or only after, each with its table."""
    return [
        f"{table}: {row}"
        for table in before
        for row in sorted(set(before[table]) ^ set(after[table]))
    ]


def _payload(tried: Try, user_id: str, channel_id: str) -> dict[str, Any]:
    place = {"channel": {"id": channel_id, "name": "marketing"}}
    if tried.kind == "commands":
        return {
            "command": "/influencer",
            "text": f"{tried.name} {tried.value}",
            "team_id": TEAM_ID,
            "user_id": user_id,
            "channel_id": channel_id,
        }
    if tried.kind == "actions":
        action = {
            "type": "button",
            "action_id": f"{tried.name}:{tried.value}",
            "block_id": "any",
            "value": tried.value,
            "action_ts": "1795435871.000100",
        }
        container = {"type": "message", "message_ts": "1.1", "channel_id": channel_id}
        return {"type": "block_actions", "actions": [action], "container": container, **place}
    if tried.kind == "shortcuts":
        message = {"ts": "1.1", "text": "https://www.instagram.com/p/Cabc12345/"}
        return {
            "type": "message_action",
            "callback_id": tried.name,
            "message": message,
            "message_ts": "1.1",
            "action_ts": "1795435871.000100",
            **place,
        }
    kind = "view_submission" if tried.kind == "submissions" else "view_closed"
    return {"type": kind, "view": form(tried, user_id, "", {})}


def form(tried: Try, who: str, about: str, filled_in: dict[str, Any]) -> dict[str, Any]:
    """A modal as Slack sends it. about: its private metadata; filled_in: values by block."""
    state = {block: {block: _input(value)} for block, value in filled_in.items()}
    return {
        "id": f"V{tried.name}",
        "hash": f"{tried.kind}.{who}.{about}",
        "type": "modal",
        "callback_id": tried.name,
        "title": {"type": "plain_text", "text": "Any"},
        "private_metadata": about,
        "state": {"values": state},
        "blocks": [],
    }


def _input(value: Any) -> dict[str, Any]:
    """The state of a field: text, a choice, chosen people or files, whatever reads it."""
    if isinstance(value, str):
        return {"type": "any", "value": value}
    files = bool(value) and isinstance(value[0], dict)
    return {"type": "any", "files": value} if files else {"type": "any", "selected_users": value}
