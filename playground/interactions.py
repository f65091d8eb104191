"""What people do with the app: commands, buttons, selects, shortcuts, suggestions."""

from typing import Any

from playground import messages, modals, payloads
from playground.delivery import Courier, Delivery
from playground.escaping import from_typed
from playground.faults import Faults
from playground.manifest import Command
from playground.people import APP_ID, CAN_USE_APPS, SLACKBOT_ID, TEAM_DOMAIN, TEAM_ID
from playground.records import Channel, Json, Message, ResponseUrl, Values, View
from playground.responses import answer, new_response_url
from playground.store import Refusal, Store
from playground.values import chosen, initial_values, options_of, walk

TROUBLE = "We had some trouble connecting. Try again?"
_SERVER_ERROR = 500


class Interactions:
    """Sends what a person did to the bot and does what the bot's answer says."""

    def __init__(self, store: Store, courier: Courier, faults: Faults) -> None:
        """bare_mentions: escape @ana as `<@U…>` instead of `<@U…|ana>`."""
        self._store = store
        self._courier = courier
        self._faults = faults
        self.bare_mentions = False

    def command(self, user_id: str, channel_id: str, typed: str) -> Message | None:
        """Run a slash command as typed, such as `/influencer find skincare`.

        Returns:
            What the answer shows: the bot's message, or Slackbot's when it failed.

        Raises:
            Refusal: unknown_command, restricted_action, is_archived.
        """
        store = self._store
        name, _, rest = typed.strip().partition(" ")
        name, newline, more = name.partition("\n")
        text = (newline + more + " " + rest).strip() if newline else rest.strip()
        with store.changing():
            user, channel = store.users[user_id], store.channels[channel_id]
            known = store.manifest.command(name)
            if known is None or store.token_error:
                self._say(channel, user_id, f"`{name}` is not a valid command.")
                raise Refusal("unknown_command")
            if user.role not in CAN_USE_APPS:
                raise Refusal("restricted_action")
            if channel.is_archived:
                raise Refusal("is_archived")
            fields = self._command_fields(known, user_id, channel, text)
        delivery = self._courier.send_form("command", fields)
        with store.changing():
            if delivery.ok:
                return self._command_answer(delivery, user_id, channel)
            self._report_failure(delivery, f"The command {name}", user_id)
            said = _command_error(delivery)
            return self._say(channel, user_id, f"{name} failed with the error “{said}”")

    def _command_fields(
        self, command: Command, user_id: str, channel: Channel, text: str
    ) -> dict[str, str]:
        store = self._store
        user = store.users[user_id]
        if command.should_escape:
            people = {one.name.lower(): one.id for one in store.users.values()}
            people |= {one.display_name.lower(): one.id for one in store.users.values()}
            rooms = {one.name: one.id for one in store.channels.values() if not one.is_im}
            text = from_typed(text, people, rooms, with_names=not self.bare_mentions)
        return {
            "token": payloads.TOKEN,
            "team_id": TEAM_ID,
            "team_domain": TEAM_DOMAIN,
            "channel_id": channel.id,
            "channel_name": payloads.channel_of(store, channel.id)["name"],
            "user_id": user.id,
            "user_name": user.name,
            "command": command.command,
            "text": text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": new_response_url(store, "command", user.id, channel.id),
            "trigger_id": modals.new_trigger(store, user.id, channel=channel.id),
        }

    def _command_answer(self, delivery: Delivery, user_id: str, channel: Channel) -> Message | None:
        """Show the answer to a command; what cannot be shown is reported, as Slack hides it."""
        body: Any = {"text": delivery.text.strip()}
        if "json" in delivery.answer_headers.get("content-type", ""):
            try:
                body = delivery.json()
            except ValueError:
                body = None
        if isinstance(body, dict) and not body.get("text") and not body.get("blocks"):
            return None
        origin = ResponseUrl("", "command", user_id, channel.id, 0.0)
        try:
            return answer(self._store, origin, body, self._faults.refused_blocks)
        except Refusal as refusal:
            text = f"The answer to a command cannot be shown: {describe(refusal)}"
            self._store.report("invalid_ack", text, user_id)
            return None

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
                self._report_failure(delivery, f"The action {action_id}", user_id)
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
                self._report_failure(delivery, f"The action {action_id}", view.user)
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
                self._report_failure(delivery, f"The suggestion {action_id}", user_id)
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
            self._report_failure(delivery, f"The shortcut {callback_id}", user_id)
        return delivery

    def _merge(self, values: Values, given: Values | None) -> None:
        for block_id, fields in (given or {}).items():
            values.setdefault(block_id, {}).update(fields)

    def _say(self, channel: Channel, user_id: str, text: str) -> Message:
        return messages.post(self._store, channel, SLACKBOT_ID, text, ephemeral_to=user_id)

    def _report_failure(self, delivery: Delivery, what: str, user_id: str) -> None:
        kind = {"timeout": "operation_timeout", "unreachable": "bot_unreachable"}.get(
            delivery.failure or "", "bot_error"
        )
        said = delivery.failure or f"status {delivery.status}"
        self._store.report(kind, f"{what} was not acknowledged ({said}).", user_id)


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


def describe(refusal: Refusal) -> str:
    """A refusal in one line."""
    return " ".join((refusal.error, *refusal.messages))


def _command_error(delivery: Delivery) -> str:
    if delivery.failure == "timeout":
        return "operation_timeout"
    if delivery.status is None:
        return "dispatch_failed"
    return "http_service_error" if delivery.status >= _SERVER_ERROR else "http_client_error"


def _failure_sentence(delivery: Delivery) -> str:
    if delivery.status is None:
        return "This app did not respond in time. Try again?"
    return f"This app responded with status code {delivery.status}."
