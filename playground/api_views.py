"""Web API: views.*"""

from collections.abc import Callable, Mapping

from playground import modals
from playground.arguments import text
from playground.records import Json, Trigger, View
from playground.store import Refusal
from playground.workspace import Workspace


def _trigger(workspace: Workspace, arguments: Json) -> Trigger:
    seconds = workspace.options.trigger_seconds
    return modals.use_trigger(workspace.store, text(arguments, "trigger_id"), seconds)


def _view(workspace: Workspace, arguments: Json, kind: str) -> Json:
    refused = workspace.faults.refused_blocks
    return modals.checked_view(arguments.get("view"), kind, refused)


def _answer(workspace: Workspace, view: View) -> Json:
    return {"view": modals.as_slack(workspace.store, view)}


def open_view(workspace: Workspace, arguments: Json) -> Json:
    """views.open."""
    with workspace.store.changing():
        source = _view(workspace, arguments, "modal")
        trigger = _trigger(workspace, arguments)
        view = modals.open_modal(workspace.store, trigger.user, source, trigger.channel)
        return _answer(workspace, view)


def push_view(workspace: Workspace, arguments: Json) -> Json:
    """views.push; its trigger comes from an open modal."""
    with workspace.store.changing():
        source = _view(workspace, arguments, "modal")
        trigger = _trigger(workspace, arguments)
        if not workspace.store.modals.get(trigger.user) or trigger.view_id is None:
            raise Refusal("invalid_trigger_id")
        return _answer(workspace, modals.push_modal(workspace.store, trigger.user, source))


def update_view(workspace: Workspace, arguments: Json) -> Json:
    """views.update, by view_id or external_id, with `hash` as a guard against races."""
    with workspace.store.changing():
        view_id, external_id = arguments.get("view_id"), arguments.get("external_id")
        if not view_id and not external_id:
            raise Refusal("invalid_arguments", "[ERROR] missing required field: view_id")
        view = modals.open_view(workspace.store, view_id, external_id)
        if arguments.get("hash") not in (None, "", view.hash):
            raise Refusal("hash_conflict")
        source = _view(workspace, arguments, view.type)
        return _answer(workspace, modals.update_view(view, source))


def publish_view(workspace: Workspace, arguments: Json) -> Json:
    """views.publish: what one person sees in App Home."""
    store = workspace.store
    with store.changing():
        if not store.manifest.home_tab:
            raise Refusal("not_enabled")
        user = text(arguments, "user_id")
        if user not in store.users:
            raise Refusal("user_not_found")
        known = store.homes.get(user)
        guard = arguments.get("hash")
        if guard and known is not None and guard != known.hash:
            raise Refusal("hash_conflict")
        source = _view(workspace, arguments, "home")
        return _answer(workspace, modals.publish_home(store, user, source))


METHODS: Mapping[str, Callable[[Workspace, Json], Json]] = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_view,
}
