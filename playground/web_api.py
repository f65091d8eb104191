"""Slack's Web API at `/api/<method>`: arguments, token, scopes, faults, and a log of calls."""

import json
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request

from playground import (
    api_chat,
    api_conversations,
    api_files,
    api_functions,
    api_oauth,
    api_people,
    api_views,
)
from playground.arguments import need_scope
from playground.faults import Fault
from playground.people import TEAM_ID
from playground.records import ApiCall, Json
from playground.responses import use_response_url
from playground.serving import here
from playground.store import Refusal
from playground.workspace import Workspace

METHODS: Mapping[str, Callable[[Workspace, Json], Json]] = {
    **api_people.METHODS,
    **api_chat.METHODS,
    **api_conversations.METHODS,
    **api_files.METHODS,
    **api_functions.METHODS,
    **api_views.METHODS,
    **api_oauth.METHODS,
}
SCOPES: Mapping[str, tuple[str, ...]] = {
    "chat.postMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "reactions.get": ("reactions:read",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "bots.info": ("users:read",),
    "team.info": ("team:read",),
    "conversations.join": ("channels:join",),
    "conversations.open": ("im:write", "mpim:write"),
    "files.info": ("files:read",),
    "files.delete": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.completeUploadExternal": ("files:write",),
}
_JSON_ARGUMENTS = {"blocks", "attachments", "view", "metadata", "files"}
_GIVEN = ("xoxb-", "xoxe.xoxb-")
_HIDDEN = {"token", "code", "refresh_token", "client_secret"}
_CARRIED_OUT = {"drop", "delay", "garbage"}


routes = Blueprint("web_api", __name__)
"""What the bot talks to."""


@routes.route("/api/<method>", methods=["GET", "POST"])
def _call(method: str) -> Response:
    workspace = here()
    fault = workspace.faults.take(method)
    arguments = _arguments()
    if fault is not None and fault.kind not in _CARRIED_OUT:
        return _log(workspace, method, arguments, None, _faulty(workspace, fault, None))
    answer = _answer(workspace, method, arguments)
    response = _json(workspace, answer)
    if fault is not None:
        response = _faulty(workspace, fault, response)
    return _log(workspace, method, arguments, answer, response)


@routes.post("/commands/<_team>/<url_id>")
def _command_answer(_team: str, url_id: str) -> Response:
    return _response_url(here(), url_id)


@routes.post("/actions/<_team>/<url_id>")
def _action_answer(_team: str, url_id: str) -> Response:
    return _response_url(here(), url_id)


@routes.post("/upload/v1/<file_id>")
def _upload(file_id: str) -> Response:
    parts = request.mimetype == "multipart/form-data"
    content = next((f.read() for f in request.files.values()), b"") if parts else None
    return api_files.receive(here(), file_id, request.get_data() if content is None else content)


@routes.get(f"/files-pri/{TEAM_ID}-<file_id>/<path:_name>")
def _download(file_id: str, _name: str) -> Response:
    workspace = here()
    return api_files.download(workspace, file_id, bool(_token_fault(workspace, {})))


def _arguments() -> Json:
    """Form, query or JSON arguments; JSON in form fields is read as Slack does."""
    given: Json = request.args.to_dict() | request.form.to_dict()
    if request.is_json:
        body = request.get_json(silent=True)
        given |= body if isinstance(body, dict) else {}
    for name in _JSON_ARGUMENTS & set(given):
        if isinstance(given[name], str):
            try:
                given[name] = json.loads(given[name])
            except ValueError:
                given[name] = Ellipsis
    return {name: value for name, value in given.items() if value is not None}


def _answer(workspace: Workspace, method: str, arguments: Json) -> Json:
    try:
        fault = _token_fault(workspace, arguments)
        if method == "api.test":
            return {"ok": True, "args": arguments}
        if method in api_oauth.WITHOUT_TOKEN:
            return {"ok": True, **api_oauth.WITHOUT_TOKEN[method](workspace, arguments)}
        if fault:
            raise Refusal(fault)
        if method not in METHODS:
            raise Refusal("unknown_method", req_method=method)
        need_scope(workspace, *SCOPES.get(method, ()))
        _readable(arguments)
        return {"ok": True, **METHODS[method](workspace, arguments)}
    except Refusal as refusal:
        answer: Json = {"ok": False, "error": refusal.error, **refusal.more}
        if refusal.messages:
            answer["response_metadata"] = {"messages": list(refusal.messages)}
            if refusal.error == "invalid_blocks":
                answer["errors"] = [m.removeprefix("[ERROR] ") for m in refusal.messages]
        return answer


def _token_fault(workspace: Workspace, arguments: Json) -> str | None:
    header = request.headers.get("Authorization", "")
    token = header.removeprefix("Bearer ").strip() or arguments.get("token", "")
    if not token:
        return "not_authed"
    try:
        if workspace.grants.place_of(token) is not None:
            return workspace.store.token_error
    except Refusal as refusal:
        return refusal.error
    if workspace.grants.client is not None:  # an app for many workspaces has no token of its own
        return "token_revoked" if token.startswith(_GIVEN) else "invalid_auth"
    return "invalid_auth" if token != workspace.options.bot_token else workspace.store.token_error


def _readable(arguments: Json) -> None:
    unreadable = {
        "blocks": "invalid_blocks_format",
        "attachments": "invalid_attachments",
        "metadata": "invalid_metadata_format",
    }
    for name, value in arguments.items():
        if value is Ellipsis:
            raise Refusal(unreadable.get(name, "invalid_arguments"), f"[ERROR] {name} is no JSON")


def _json(workspace: Workspace, answer: Any, status: int = 200) -> Response:
    response = Response(json.dumps(answer, ensure_ascii=False), status, mimetype="application/json")
    scopes = workspace.store.manifest.scopes
    if scopes is not None:
        response.headers["x-oauth-scopes"] = ",".join(scopes)
    return response


def _faulty(workspace: Workspace, fault: Fault, carried_out: Response | None) -> Response:
    if fault.kind == "rate_limited":
        response = _json(workspace, {"ok": False, "error": "ratelimited"}, 429)
        response.headers["Retry-After"] = str(fault.retry_after)
        return response
    if fault.kind == "error":
        return _json(workspace, {"ok": False, "error": fault.error})
    if fault.kind in ("drop", "lost"):
        _hang_up()
    if fault.kind == "delay":
        time.sleep(fault.seconds)
    if fault.kind == "garbage":
        return Response("<html>Something went wrong.</html>", 200, mimetype="text/html")
    if fault.kind == "delay" and carried_out is not None:
        return carried_out
    return Response("Internal Server Error", 500, mimetype="text/plain")


def _hang_up() -> None:
    """Close the connection under the answer. Waitress hands out the channel only this way."""
    check = request.environ.get("waitress.client_disconnected")
    channel = getattr(check, "__self__", None)
    if channel is not None:
        channel.socket.shutdown(socket.SHUT_RDWR)


def _log(
    workspace: Workspace, method: str, arguments: Json, answer: Json | None, response: Response
) -> Response:
    shown = {name: value for name, value in arguments.items() if name not in _HIDDEN}
    store = workspace.store
    refused = answer is None or not answer["ok"]
    with store.changing() if refused else store.reading():
        now = store.clock.now()
        store.api_calls.append(ApiCall(method, shown, answer, response.status_code, now))
    return response


def _response_url(workspace: Workspace, url_id: str) -> Response:
    try:
        refused = workspace.faults.refused_blocks
        use_response_url(workspace.store, url_id, request.get_json(silent=True), refused)
    except Refusal as refusal:
        gone = refusal.error in ("expired_url", "used_url")
        said = " ".join((refusal.error, *refusal.messages))
        text = f"An answer to a response_url was refused: {said}"
        workspace.store.report("refused_response_url", text)
        return _json(workspace, {"ok": False, "error": refusal.error}, 404 if gone else 400)
    return Response("ok", 200, mimetype="text/plain")
