"""Web API: files.*, uploading and downloading."""

import mimetypes
from collections.abc import Callable, Mapping

from flask import Response

from playground import messages
from playground.arguments import joined_channel, text, whole
from playground.people import BOT_USER_ID
from playground.records import File, Json
from playground.store import Refusal
from playground.workspace import Workspace

SIGN_IN = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body></body></html>"


def get_upload_url(workspace: Workspace, arguments: Json) -> Json:
    """files.getUploadURLExternal."""
    store = workspace.store
    name, length = text(arguments, "filename"), whole(arguments, "length", 0)
    if length < 1:
        raise Refusal("invalid_arguments", "[ERROR] missing required field: length")
    with store.changing():
        file_id = store.new_id("F")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        file = File(file_id, name, b"", kind, BOT_USER_ID, store.clock.now(), finished=False)
        store.files[file_id] = file
        return {"upload_url": f"{store.url}/upload/v1/{file_id}", "file_id": file_id}


def receive(workspace: Workspace, file_id: str, content: bytes) -> Response:
    """The bytes sent to an upload_url."""
    with workspace.store.changing():
        file = workspace.store.files.get(file_id)
        if file is None or file.finished:
            return Response("Not found", 404, mimetype="text/plain")
        file.content = content
        return Response(f"OK - {len(content)}", 200, mimetype="text/plain")


def complete_upload(workspace: Workspace, arguments: Json) -> Json:
    """files.completeUploadExternal, which also shares them where a channel is named."""
    store = workspace.store
    given = arguments.get("files")
    if not isinstance(given, list) or not given:
        raise Refusal("invalid_arguments", "[ERROR] missing required field: files")
    with store.changing():
        files = [store.files.get(str(entry.get("id"))) for entry in given]
        if any(file is None or file.finished for file in files):
            raise Refusal("file_not_found")
        found = [file for file in files if file is not None]
        if any(not file.content for file in found):
            raise Refusal("file_upload_incomplete")
        for file, entry in zip(found, given, strict=True):
            file.finished, file.title = True, str(entry.get("title") or file.name)
        if arguments.get("channel_id"):
            _share(workspace, arguments, [file.id for file in found])
        return {"files": [messages.file_as_slack(store, file) for file in found]}


def _share(workspace: Workspace, arguments: Json, files: list[str]) -> None:
    store = workspace.store
    if arguments["channel_id"] in store.users:
        channel = store.direct_message(arguments["channel_id"])
    else:
        channel = joined_channel(workspace, {"channel": arguments["channel_id"]})
    if channel.is_archived:
        raise Refusal("is_archived")
    comment = str(arguments.get("initial_comment") or "")
    thread = arguments.get("thread_ts")
    messages.post(store, channel, BOT_USER_ID, comment, thread_ts=thread, files=files)


def info(workspace: Workspace, arguments: Json) -> Json:
    """files.info."""
    with workspace.store.reading():
        file = workspace.store.files.get(text(arguments, "file"))
        if file is None:
            raise Refusal("file_not_found")
        described = messages.file_as_slack(workspace.store, file)
        return {"file": described, "comments": [], "response_metadata": {"next_cursor": ""}}


def delete(workspace: Workspace, arguments: Json) -> Json:
    """files.delete, of the bot's own files."""
    store = workspace.store
    with store.changing():
        file = store.files.get(text(arguments, "file"))
        if file is None:
            raise Refusal("file_not_found")
        if file.user != BOT_USER_ID:
            raise Refusal("cant_delete_file")
        for messages_there in store.messages.values():
            for message in messages_there:
                message.files = [one for one in message.files if one != file.id]
        del store.files[file.id]
        return {}


def download(workspace: Workspace, file_id: str, stranger: bool) -> Response:
    """The file's bytes; without a good token a sign-in page with 200, as Slack answers."""
    if stranger or not workspace.store.manifest.may("files:read"):
        return Response(SIGN_IN, 200, mimetype="text/html")
    file = workspace.store.files.get(file_id)
    if file is None:
        return Response("Not found", 404, mimetype="text/plain")
    return Response(file.content, 200, mimetype=file.mimetype)


METHODS: Mapping[str, Callable[[Workspace, Json], Json]] = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": info,
    "files.delete": delete,
}
