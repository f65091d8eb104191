"""Bolt, with what passes through it counted and measured."""

import logging
import time
from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse

from bot import metrics, tracing
from bot.work_turns import REQUESTS

log = logging.getLogger(__name__)

SLOW_SECONDS = 1.0
"""Slack gives three; a delivery that takes a third of them is worth a line."""
KINDS = {
    "event_callback": "event",
    "block_actions": "action",
    "view_submission": "submission",
    "view_closed": "closing",
    "message_action": "shortcut",
    "shortcut": "shortcut",
}


class MeasuredApp(App):
    """Measures each delivery from the moment it was read until its answer is ready.

    words: the commands there are, by which the log may call one.
    """

    def __init__(self, *, words: Collection[str], **given: Any) -> None:
        """Take what Bolt takes, too."""
        super().__init__(**given)
        self._command_words = words

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Answer one delivery."""
        began = time.perf_counter()
        kind = kind_of(req.body)
        status = int(HTTPStatus.INTERNAL_SERVER_ERROR)
        with tracing.at(delivery=kind, **self._named(kind, req.body)) as facts:
            try:
                with REQUESTS.turn():
                    answer = super().dispatch(req)
                status = answer.status
                return answer
            finally:
                seconds = time.perf_counter() - began
                failed = status >= HTTPStatus.INTERNAL_SERVER_ERROR
                outcome = "left_to_slack" if failed else str(facts.get("outcome", "answered"))
                metrics.ACKS.labels(kind).observe(seconds)
                metrics.DELIVERIES.labels(kind, outcome).inc()
                tracing.note(outcome=outcome, milliseconds=round(1000 * seconds))
                level = logging.INFO if seconds >= SLOW_SECONDS else logging.DEBUG
                log.log(level, "answered Slack after %.0f ms", 1000 * seconds)

    def _named(self, kind: str, body: dict[str, Any]) -> dict[str, str]:
        """What the log may say of a delivery: names of ours, Slack's id of the workspace."""
        team = body.get("team_id") or (body.get("team") or {}).get("id")
        named = {"team": team, "name": self._what(kind, body)}
        return {key: value for key, value in named.items() if value and isinstance(value, str)}

    def _what(self, kind: str, body: dict[str, Any]) -> Any:
        match kind:
            case "command":
                word = str(body.get("text", "")).partition(" ")[0].lower()
                return word if word in self._command_words else ""
            case "event":
                return (body.get("event") or {}).get("type")
            case "action":
                first: dict[str, Any] = next(iter(body.get("actions") or ()), {})
                return str(first.get("action_id", "")).partition(":")[0]
            case "shortcut":
                return body.get("callback_id")
            case _:
                return (body.get("view") or {}).get("callback_id")


def kind_of(body: dict[str, Any]) -> str:
    """Which kind of delivery this is, in one word of ours."""
    return "command" if "command" in body else KINDS.get(str(body.get("type")), "other")
