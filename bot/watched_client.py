"""Slack's own client, with its calls counted and their refusals told."""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot import metrics
from bot.work_turns import REQUESTS


class WatchedClient(WebClient):
    """A client as slack_sdk's.

    noticed: told of each call's end: "" when it went well, else the code with which Slack refused.
    """

    def __init__(self, *, noticed: Callable[[str], None], **given: Any) -> None:
        """Take what Slack's client takes, too."""
        super().__init__(**given)
        self._noticed = noticed

    def api_call(self, api_method: str, **given: Any) -> SlackResponse:
        """Call Slack; what comes, and what goes wrong, is as without us."""
        began, outcome = time.perf_counter(), "unanswered"
        try:
            with REQUESTS.resting():
                answer = super().api_call(api_method, **given)
            outcome = "ok"
            self._noticed("")
            return answer
        except SlackApiError as error:
            code = _code(error)
            outcome = _outcome(error.response.status_code, code)
            self._noticed(code)
            raise
        finally:
            metrics.SLACK_CALLS.labels(api_method, outcome).inc()
            metrics.SLACK_SECONDS.observe(time.perf_counter() - began)


def _code(error: SlackApiError) -> str:
    said = error.response.data
    return str(said.get("error", "")) if isinstance(said, dict) else ""


def _outcome(status: int, code: str) -> str:
    if status == HTTPStatus.TOO_MANY_REQUESTS or code == "ratelimited":
        return "ratelimited"
    return "unanswered" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "refused"
