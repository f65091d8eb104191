"""Modals and App Home: opening, stacking, updating. Call these inside `store.changing()`."""

import hashlib
import time
from typing import Any

from playground.messages import file_as_slack
from playground.people import APP_ID, BOT_ID, TEAM_ID
from playground.records import Json, Trigger, Values, View
from playground.store import Refusal, Store
from playground.validation import LARGEST_VIEW, check_view, view_size
from playground.values import carried_over, initial_values, state_of, with_ids

DEEPEST_STACK = 3
MOST_TRIGGERS = 10_000


def new_trigger(
    store: Store, user: str, view_id: str | None = None, channel: str | None = None
) -> str:
    """A trigger id for one interaction of this person, in a view or a channel."""
    _drop_old(store.triggers)
    trigger_id = f"{time.time_ns() // 1_000_000}.{store.new_id('')[1:]}.{store.new_id('').lower()}"
    store.triggers[trigger_id] = Trigger(user, time.monotonic(), view_id, channel)
    return trigger_id


def _drop_old(triggers: dict[str, Trigger]) -> None:
    """Keep the newest thousands; the first in are the oldest."""
    while len(triggers) > MOST_TRIGGERS:
        del triggers[next(iter(triggers))]


def use_trigger(store: Store, trigger_id: object, seconds: float) -> Trigger:
    """Take a trigger, which works once and for `seconds`.

    Raises:
        Refusal: invalid_trigger_id, exchanged_trigger_id or expired_trigger_id.
    """
    trigger = store.triggers.get(str(trigger_id))
    if trigger is None:
        raise Refusal("invalid_trigger_id")
    if trigger.used:
        raise Refusal("exchanged_trigger_id")
    if time.monotonic() - trigger.born > seconds:
        raise Refusal("expired_trigger_id")
    trigger.used = True
    return trigger


def checked_view(view: Any, kind: str, refused: frozenset[str]) -> Json:
    """The view, if Slack takes it as this kind (modal or home).

    Raises:
        Refusal: `invalid_arguments` with Slack's lines, or `view_too_large`.
    """
    if not isinstance(view, dict):
        raise Refusal("invalid_arguments", "[ERROR] must provide an object [json-pointer:/view]")
    if view_size(view) > LARGEST_VIEW:
        raise Refusal("view_too_large")
    if view.get("type") != kind:
        raise Refusal(
            "invalid_arguments",
            f"[ERROR] unsupported type: {view.get('type')} [json-pointer:/view/type]",
        )
    wrong = check_view(view, refused)
    if wrong:
        raise Refusal("invalid_arguments", *wrong)
    return view


def open_modal(store: Store, user: str, source: Json, channel: str | None = None) -> View:
    """Open a modal as the only one of this person."""
    _external_id_once(store, source)
    close_all(store, user)
    return _add(store, user, source, channel)


def push_modal(store: Store, user: str, source: Json) -> View:
    """Put a modal on top. Raises Refusal("push_limit_reached") above three."""
    _external_id_once(store, source)
    if len(store.modals.get(user, [])) >= DEEPEST_STACK:
        raise Refusal("push_limit_reached")
    return _add(store, user, source, None)


def _add(store: Store, user: str, source: Json, channel: str | None) -> View:
    stack = store.modals.setdefault(user, [])
    view_id = store.new_id("V")
    blocks = with_ids(source["blocks"])
    view = View(
        id=view_id,
        user=user,
        source=source,
        blocks=blocks,
        hash=_hash(),
        root_id=stack[0].id if stack else view_id,
        previous_id=stack[-1].id if stack else None,
        values=initial_values(blocks, channel),
    )
    stack.append(view)
    store.views[view_id] = view
    return view


def update_view(view: View, source: Json) -> View:
    """Show something else in an open view; fields that stay keep what was put in."""
    blocks = with_ids(source["blocks"])
    view.values = carried_over(view.values, view.blocks, blocks)
    view.source, view.blocks, view.hash = source, blocks, _hash()
    view.errors, view.warning = {}, None
    return view


def publish_home(store: Store, user: str, source: Json) -> View:
    """Show a person this App Home."""
    view = store.homes.get(user)
    if view is not None:
        return update_view(view, source)
    view_id = store.new_id("V")
    blocks = with_ids(source["blocks"])
    view = View(view_id, user, source, blocks, _hash(), view_id, values=initial_values(blocks))
    store.homes[user] = store.views[view_id] = view
    return view


def close_top(store: Store, view: View) -> None:
    """Close a modal that stands on top; the one below shows again."""
    stack = store.modals.get(view.user, [])
    if view in stack:
        stack.remove(view)
    _forget(store, view)


def close_all(store: Store, user: str) -> None:
    """Close all modals of a person."""
    for view in store.modals.pop(user, []):
        _forget(store, view)


def _forget(store: Store, view: View) -> None:
    view.closed = True
    store.views.pop(view.id, None)


def open_view(store: Store, view_id: str | None, external_id: str | None) -> View:
    """The open view of this id. Raises Refusal("not_found")."""
    for view in store.views.values():
        named = external_id is not None and view.source.get("external_id") == external_id
        if not view.closed and (view.id == view_id or named):
            return view
    raise Refusal("not_found")


def _external_id_once(store: Store, source: Json) -> None:
    name = source.get("external_id")
    if name and any(
        not view.closed and view.source.get("external_id") == name for view in store.views.values()
    ):
        raise Refusal("duplicate_external_id")


def _hash() -> str:
    stamp = str(time.time_ns())
    return f"{stamp[:10]}.{hashlib.sha256(stamp.encode()).hexdigest()[:8]}"


def element_state(store: Store, blocks: list[Json], values: Values, holder: str) -> Json:
    """The `state.values` for these inputs; `holder` is the view's id or the message's ts."""
    wanted = {
        one
        for fields in values.values()
        for value in fields.values()
        if isinstance(value, list)
        for one in value
        if one in store.files
    }
    files = {one: file_as_slack(store, store.files[one]) for one in wanted}

    def offered(block_id: str, action_id: str) -> list[Json]:
        return store.offered.get((holder, block_id, action_id), [])

    return state_of(blocks, values, files, offered)


def as_slack(store: Store, view: View) -> Json:
    """The view object of payloads and answers."""
    source = view.source
    return {
        "id": view.id,
        "team_id": TEAM_ID,
        "type": view.type,
        "blocks": view.blocks,
        "private_metadata": view.private_metadata,
        "callback_id": view.callback_id,
        "state": {"values": element_state(store, view.blocks, view.values, view.id)},
        "hash": view.hash,
        "title": source.get("title") or {"type": "plain_text", "text": "View Title"},
        "clear_on_close": bool(source.get("clear_on_close", False)),
        "notify_on_close": bool(source.get("notify_on_close", False)),
        "close": source.get("close"),
        "submit": source.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": APP_ID,
        "external_id": source.get("external_id") or "",
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    }
