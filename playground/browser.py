"""What the page asks and does, at `/` and `/_/…`; see protocol.md."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request, send_from_directory

from playground import browser_acts, browser_state
from playground.failures import describe
from playground.records import Json
from playground.serving import here
from playground.store import Refusal
from playground.workspace import Workspace

STATIC = Path(__file__).parent / "static"
LONG_POLL_SECONDS = 20.0
POLICY = (
    "default-src 'self'; img-src 'self' https: data:; style-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'none'"
)
SENTENCES: Mapping[str, str] = {
    "unknown_command": "No app here has this command.",
    "restricted_action": "This person cannot use apps here.",
    "is_archived": "This channel is archived.",
    "not_in_channel": "Only members of the channel can do this.",
    "already_in_channel": "Already in the channel.",
    "already_reacted": "This person has already reacted with it.",
    "no_reaction": "This person has not reacted with it.",
    "message_not_found": "This message is gone.",
    "not_found": "This window is closed.",
    "name_taken": "There is a channel of this name.",
    "channel_not_found": "There is no such channel.",
    "user_not_found": "There is no such person.",
    "unknown_step": "The app has no such step.",
    "parameter_validation_failed": "Something that the step needs is missing: Slack would not "
    "publish this workflow.",
}


routes = Blueprint("browser", __name__)
"""What the page asks and does."""


@routes.get("/")
def _index() -> Response:
    return send_from_directory(STATIC, "index.html")


@routes.get("/static/<path:name>")
def _static(name: str) -> Response:
    return send_from_directory(STATIC, name)


@routes.get("/_/state")
def _state() -> Response:
    workspace = here()
    me = workspace.store.users.get(request.args.get("user", ""))
    return _json(browser_state.state(workspace, me or workspace.user("olivia")))


@routes.get("/_/changes")
def _changes() -> Response:
    after = request.args.get("after", "0")
    seen = int(after) if after.isdigit() else 0
    return _json(_wait_for_change(here(), seen))


@routes.get("/_/files/<file_id>")
def _file(file_id: str) -> Response:
    stored = here().store.files.get(file_id)
    if stored is None:
        return Response("Not found", 404, mimetype="text/plain")
    response = Response(stored.content, 200, mimetype=stored.mimetype)
    kind = "inline" if stored.mimetype.startswith("image/") else "attachment"
    response.headers.set("Content-Disposition", kind, filename=stored.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@routes.post("/_/upload")
def _upload() -> Response:
    if refused := _foreign():
        return refused
    given = request.files.get("file")
    if given is None or not given.filename:
        return _json({"ok": False, "error": "no_file", "message": "No file came."}, 400)
    workspace, user = here(), request.form.get("user", "olivia")
    file_id = workspace.upload(user, given.filename, given.read(), given.mimetype)
    return _json({"ok": True, "file": browser_state.file(workspace.store.files[file_id])})


@routes.post("/_/<act>")
def _act(act: str) -> Response:
    if refused := _foreign():
        return refused
    body = request.get_json(silent=True)
    if act not in browser_acts.ACTS or not isinstance(body, dict):
        return _json({"ok": False, "error": "bad_request", "message": "Not understood."}, 400)
    return _done(here(), browser_acts.ACTS[act], body)


@routes.after_request
def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _done(
    workspace: Workspace, act: Callable[[Workspace, Json], Json | None], body: Json
) -> Response:
    try:
        return _json({"ok": True, **(act(workspace, body) or {})})
    except Refusal as refusal:
        said = SENTENCES.get(refusal.error, describe(refusal))
        return _json({"ok": False, "error": refusal.error, "message": said})
    except (KeyError, LookupError, ValueError, TypeError) as problem:
        return _json({"ok": False, "error": "bad_request", "message": str(problem)}, 400)


def _wait_for_change(workspace: Workspace, seen: int) -> Json:
    """Wait for a change, on at most so many threads that the Web API always has some."""
    store = workspace.store
    if not store.waiting.acquire(blocking=False):
        return {"ok": True, "change": store.change, "busy": True}
    try:
        with store.changed:
            store.changed.wait_for(lambda: store.change > seen or store.closing, LONG_POLL_SECONDS)
            return {"ok": True, "change": store.change}
    finally:
        store.waiting.release()


def _foreign() -> Response | None:
    """Refuse what another web page could have sent."""
    if request.headers.get("X-Playground") == "1":
        return None
    message = "The header X-Playground: 1 is missing."
    return _json({"ok": False, "error": "forbidden", "message": message}, 403)


def _json(answer: Any, status: int = 200) -> Response:
    return Response(json.dumps(answer, ensure_ascii=False), status, mimetype="application/json")
