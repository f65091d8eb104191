"""A bot of a few lines that answers the playground as a test tells it to."""

import hashlib
import hmac
import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
from flask import Flask, Response, request
from slack_sdk import WebClient
from werkzeug.serving import make_server

from playground.options import Options
from playground.server import RunningPlayground, start
from playground.workspace import Workspace

SECRET = "a signing secret"
Answer = Any
logging.getLogger("werkzeug").setLevel(logging.ERROR)
OPTIONS = Options(
    bot_url="", signing_secret=SECRET, port=0, timeout=3.0, retry_delays=(0.0, 0.0, 0.0)
)


def nothing(_payload: dict[str, Any]) -> Answer:
    """An empty acknowledgement."""
    return ""


class StandIn:
    """Answers by kind of payload; `received` holds what came, `client` is the Web API."""

    def __init__(self) -> None:
        """Answer everything with an empty 200."""
        self.answers: dict[str, Callable[[dict[str, Any]], Answer]] = {}
        self.received: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.client: WebClient = WebClient(token=OPTIONS.bot_token)
        self.app = Flask("stand_in")
        self.app.post("/slack/events")(self.take)

    def on(self, kind: str, answer: Callable[[dict[str, Any]], Answer] | Answer) -> None:
        """Answer this kind: a command's name, an event's, or a payload's type."""
        self.answers[kind] = answer if callable(answer) else lambda _: answer

    def take(self) -> Response:
        """Check the signature as Slack's libraries do, then answer."""
        body = request.get_data()
        stamp = request.headers["x-slack-request-timestamp"]
        digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
        if request.headers["x-slack-signature"] != f"v0={digest.hexdigest()}":
            return Response("bad signature", 401)
        if request.is_json:
            payload = json.loads(body)
            kind = payload["event"]["type"]
        else:
            form = request.form.to_dict()
            payload = json.loads(form["payload"]) if "payload" in form else form
            kind = payload.get("type") or payload["command"]
        self.received.append(payload)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        answer = self.answers.get(kind, nothing)(payload)
        if isinstance(answer, Response):
            return answer
        if isinstance(answer, dict):
            return Response(json.dumps(answer), mimetype="application/json")
        return Response(answer or "")

    def payloads(self, kind: str) -> list[dict[str, Any]]:
        """What came of this type, event or command."""
        return [
            one
            for one in self.received
            if kind in (one.get("type"), one.get("command"), one.get("event", {}).get("type"))
        ]


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve a WSGI application on a free port; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def playing(
    app: Flask | None = None, **options: Any
) -> Iterator[tuple[RunningPlayground, StandIn]]:
    """A playground with the stand-in (or another application) as its bot."""
    bot = StandIn()
    with (
        serving(app or bot.app) as bot_url,
        start(replace(OPTIONS, bot_url=bot_url, **options)) as playground,
    ):
        bot.client.base_url = playground.api_url
        yield playground, bot


class Page:
    """The browser page's side of the protocol."""

    def __init__(self, playground: RunningPlayground) -> None:
        """Talk to this playground."""
        self.http = httpx.Client(
            base_url=playground.url, headers={"X-Playground": "1"}, trust_env=False, timeout=30
        )

    def state(self, user: str) -> dict[str, Any]:
        """What this person sees."""
        answer: dict[str, Any] = self.http.get("/_/state", params={"user": user}).json()
        return answer

    def act(self, name: str, /, **body: Any) -> dict[str, Any]:
        """Do something."""
        answer: dict[str, Any] = self.http.post(f"/_/{name}", json=body).json()
        return answer


def ids(workspace: Workspace, *names: str) -> list[str]:
    """The ids of people."""
    return [workspace.user(name).id for name in names]
