"""What people do with the app: buttons, selects, shortcuts, suggestions."""

from typing import Any

from playground import messages, modals, payloads
from playground.delivery import Courier, Delivery
from playground.failures import report_failure
from playground.people import CAN_USE_APPS
from playground.records import Json, Message, Values, View
from playground.responses import new_response_url
from playground.store import Refusal, Store
from playground.values import chosen, initial_values, options_of, walk

TROUBLE = "We had some trouble connecting. Try again?"


class Interactions:
    """Sends what a person did to the bot and does what the bot's answer says."""

    def __init__(self, store: Store, courier: Courier) -> None:
        """Deliveries go out through `courier`."""
        self._store = store
        self._courier = courier

    def act_in_message(
        self,
        user_id: str,
        message: Message,
        action_id: str,
        block_id: str | None = None,
        value: Any = None,
        values: Values | None = None,
    ) -> Delivery:
        """Press a button or choose in a select of a message.

        Raises:
            LookupError: there is no such element. ValueError: it cannot take this value.
            Refusal: restricted_action for bots, message_not_found for others' private ones.
        """
        store = self._store
        with store.changing():
            if store.users[user_id].is_bot:
                raise Refusal("restricted_action")
            if message.deleted or message.ephemeral_to not in (None, user_id):
                raise Refusal("message_not_found")
            message.warnings.pop(user_id, None)
            mine = message.state.setdefault(user_id, initial_values(message.blocks))
            self._merge(mine, values)
            action = self._action(message.blocks, action_id, block_id, value, mine, message.ts)
            state = modals.element_state(store, message.blocks, mine, message.ts)
            payload = {
                **payloads.base(store, "block_actions", user_id),
                **payloads.message_place(store, message),
                "trigger_id": modals.new_trigger(store, user_id, channel=message.channel),
                "response_url": new_response_url(
                    store, "action", user_id, message.channel, message
                ),
                "state": {"values": state},
                "actions": [action],
            }
        delivery = self._courier.send_interaction("action", payload)
        if not delivery.ok:
            with store.changing():
                message.warnings[user_id] = _failure_sentence(delivery)
                report_failure(store, delivery, f"The action {action_id}", user_id)
        return delivery

    def act_in_view(
        self,
        view: View,
        action_id: str,
        block_id: str | None = None,
        value: Any = None,
        values: Values | None = None,
    ) -> Delivery:
        """Press a button or choose in a select of a modal or of App Home. Raises as above."""
        store = self._store
        with store.changing():
            if view.closed:
                raise Refusal("not_found")
            view.warning = None
            self._merge(view.values, values)
            action = self._action(view.blocks, action_id, block_id, value, view.values, view.id)
            payload = {
                **payloads.base(store, "block_actions", view.user),
                **payloads.view_place(store, view),
                "trigger_id": modals.new_trigger(store, view.user, view.id),
                "actions": [action],
            }
        delivery = self._courier.send_interaction("action", payload)
        if not delivery.ok:
            with store.changing():
                view.warning = TROUBLE
                report_failure(store, delivery, f"The action {action_id}", view.user)
        return delivery

    def _action(
        self,
        blocks: list[Json],
        action_id: str,
        block_id: str | None,
        value: Any,
        values: Values,
        holder: str,
    ) -> Json:
        store = self._store
        block, element = find_element(blocks, action_id, block_id, value)
        stateless = element["type"] in ("button", "workflow_button", "overflow")
        if not stateless:
            values.setdefault(block["block_id"], {})[element["action_id"]] = value
        offered = store.offered.get((holder, block["block_id"], element["action_id"]), [])
        files = {one: messages.file_as_slack(store, file) for one, file in store.files.items()}
        action = {
            "type": element["type"],
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            **chosen(element, value, files, offered),
            "action_ts": store.clock.next_ts(),
        }
        for key in ("text", "style") if element["type"] == "button" else ("placeholder",):
            if key in element:
                action[key] = element[key]
        return action

    def suggest(
        self, user_id: str, place: Message | View, action_id: str, block_id: str | None, typed: str
    ) -> Json:
        """Options of an external select for what is typed: `options` and `option_groups`."""
        store = self._store
        with store.reading():
            block, element = find_element(place.blocks, action_id, block_id, None)
            where = (
                payloads.view_place(store, place)
                if isinstance(place, View)
                else payloads.message_place(store, place)
            )
            payload = {
                **payloads.base(store, "block_suggestion", user_id),
                **where,
                "action_id": element["action_id"],
                "block_id": block["block_id"],
                "value": typed,
            }
        delivery = self._courier.send_interaction("suggestion", payload)
        body = delivery.json() if delivery.ok else None
        offer: Json = body if isinstance(body, dict) else {}
        holder = place.id if isinstance(place, View) else place.ts
        with store.changing():
            options = store.offered.setdefault((holder, block["block_id"], action_id), [])
            options.extend(options_of(offer))
            if not delivery.ok:
                report_failure(store, delivery, f"The suggestion {action_id}", user_id)
        return {
            "options": list(offer.get("options") or ()),
            "option_groups": list(offer.get("option_groups") or ()),
        }

    def shortcut(self, user_id: str, callback_id: str, message: Message | None = None) -> Delivery:
        """Use a shortcut, on a message or a global one. Raises Refusal("restricted_action")."""
        store = self._store
        with store.changing():
            if store.users[user_id].role not in CAN_USE_APPS:
                raise Refusal("restricted_action")
            payload = {
                **payloads.base(store, "shortcut", user_id),
                "callback_id": callback_id,
                "trigger_id": modals.new_trigger(store, user_id),
                "action_ts": store.clock.next_ts(),
            }
            if message is not None:
                payload |= {
                    "type": "message_action",
                    "channel": payloads.channel_of(store, message.channel),
                    "message_ts": message.ts,
                    "message": messages.as_slack(store, message),
                    "response_url": new_response_url(
                        store, "action", user_id, message.channel, message
                    ),
                }
        delivery = self._courier.send_interaction("shortcut", payload)
        if not delivery.ok:
            report_failure(store, delivery, f"The shortcut {callback_id}", user_id)
        return delivery

    def _merge(self, values: Values, given: Values | None) -> None:
        for block_id, fields in (given or {}).items():
            values.setdefault(block_id, {}).update(fields)


def find_element(
    blocks: list[Json], action_id: str, block_id: str | None, value: Any
) -> tuple[Json, Json]:
    """The element of this action_id, with its block.

    Where several have it and no block_id is given, the one button with this `value` is
    taken. Raises LookupError, which names what there is.
    """
    everything = list(walk(blocks))
    found = [
        (block, element)
        for block, element in everything
        if element["action_id"] == action_id and block_id in (None, block["block_id"])
    ]
    if len(found) > 1:
        found = [(block, element) for block, element in found if element.get("value") == value]
    if len(found) != 1:
        there = ", ".join(f"{block['block_id']}/{one['action_id']}" for block, one in everything)
        problem = "several elements" if found else "no element"
        raise LookupError(f"{problem} {block_id or '*'}/{action_id} among: {there or 'none'}")
    return found[0]


def _failure_sentence(delivery: Delivery) -> str:
    if delivery.status is None:
        return "This app did not respond in time. Try again?"
    return f"This app responded with status code {delivery.status}."
