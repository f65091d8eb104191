"""Sending and closing modals, and what the bot's answer does to them."""

from typing import Any

from playground import messages, modals, payloads
from playground.delivery import Courier, Delivery
from playground.failures import describe, report_failure
from playground.faults import Faults
from playground.interactions import TROUBLE
from playground.records import Values, View
from playground.store import Refusal, Store
from playground.values import find_faults, walk


class Submissions:
    """Sends what a person filled in to the bot."""

    def __init__(self, store: Store, courier: Courier, faults: Faults) -> None:
        """Deliveries go out through `courier`."""
        self._store = store
        self._courier = courier
        self._faults = faults

    def submit(
        self, view: View, values: Values | None = None, *, unchecked: bool = False
    ) -> dict[str, str]:
        """Send a modal.

        Args:
            view: the person's topmost modal.
            values: over what the view already holds.
            unchecked: send even what Slack itself would refuse, as a crafted client could.

        Returns:
            Sentences by block_id where the person has to correct something; empty: accepted.

        Raises:
            Refusal: not_found, when the modal is not the topmost one.
        """
        store = self._store
        with store.changing():
            if store.modals.get(view.user, [None])[-1] is not view:
                raise Refusal("not_found")
            for block_id, fields in (values or {}).items():
                view.values.setdefault(block_id, {}).update(fields)
            view.errors, view.warning = {}, None
            files = {one: messages.file_as_slack(store, file) for one, file in store.files.items()}
            if not unchecked:
                view.errors = find_faults(view.blocks, view.values, files)
                if view.errors:
                    return dict(view.errors)
            payload = payloads.submission(
                store, view, modals.new_trigger(store, view.user, view.id)
            )
        delivery = self._courier.send_interaction("submission", payload)
        with store.changing():
            self._answer(view, delivery)
            return dict(view.errors)

    def close(self, view: View, *, everything: bool = False) -> None:
        """Close a modal, or the whole stack; `view_closed` goes out where it was asked for."""
        store = self._store
        with store.changing():
            stack = store.modals.get(view.user, [])
            if view not in stack:
                raise Refusal("not_found")
            cleared = everything or bool(view.source.get("clear_on_close"))
            gone = list(reversed(stack)) if cleared else [view]
            told = [
                payloads.closed(store, one, cleared=cleared)
                for one in gone
                if one.source.get("notify_on_close")
            ]
            for one in gone:
                modals.close_top(store, one)
        for payload in told:
            self._courier.send_interaction("closed", payload)

    def _answer(self, view: View, delivery: Delivery) -> None:
        if not delivery.ok:
            view.warning = TROUBLE
            report_failure(self._store, delivery, f"The modal “{view.title}”", view.user)
            return
        try:
            body = delivery.json()
            self._respond(view, body)
        except (ValueError, Refusal) as problem:
            view.warning = TROUBLE
            said = describe(problem) if isinstance(problem, Refusal) else "it is no JSON"
            self._store.report(
                "invalid_ack",
                f"The answer to the modal “{view.title}” cannot be used: {said}",
                view.user,
            )

    def _respond(self, view: View, body: Any) -> None:
        store, refused = self._store, self._faults.refused_blocks
        action = body.get("response_action") if isinstance(body, dict) else None
        if action is None:
            if body:
                raise Refusal("invalid_payload", "[ERROR] missing required field: response_action")
            modals.close_top(store, view)
        elif action == "errors":
            self._show_errors(view, body.get("errors"))
        elif action == "update":
            modals.update_view(view, modals.checked_view(body.get("view"), "modal", refused))
        elif action == "push":
            source = modals.checked_view(body.get("view"), "modal", refused)
            modals.push_modal(store, view.user, source)
        elif action == "clear":
            modals.close_all(store, view.user)
        else:
            raise Refusal("invalid_payload", f"[ERROR] unknown response_action: {action}")

    def _show_errors(self, view: View, errors: Any) -> None:
        inputs = {block["block_id"] for block, _ in walk(view.blocks) if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors:
            raise Refusal("invalid_payload", "[ERROR] missing required field: errors")
        strange = sorted(set(errors) - inputs)
        if strange:
            raise Refusal(
                "invalid_payload", f"[ERROR] no input block has these ids: {', '.join(strange)}"
            )
        view.errors = {block_id: str(sentence) for block_id, sentence in errors.items()}
