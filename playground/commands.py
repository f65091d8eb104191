"""Slash commands: what is sent, what the answer shows, and what Slackbot says when it fails."""

from typing import Any

from playground import messages, modals, payloads
from playground.delivery import Courier, Delivery
from playground.escaping import from_typed
from playground.failures import describe, report_failure
from playground.faults import Faults
from playground.manifest import Command
from playground.people import APP_ID, CAN_USE_APPS, SLACKBOT_ID, TEAM_DOMAIN, TEAM_ID
from playground.records import Channel, Message, ResponseUrl
from playground.responses import answer, new_response_url
from playground.store import Refusal, Store

_SERVER_ERROR = 500


class Commands:
    """Sends slash commands to the bot and shows its answers."""

    def __init__(self, store: Store, courier: Courier, faults: Faults) -> None:
        """bare_mentions: escape @ana as `<@U…>` instead of `<@U…|ana>`."""
        self._store = store
        self._courier = courier
        self._faults = faults
        self.bare_mentions = False

    def run(self, user_id: str, channel_id: str, typed: str) -> Message | None:
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
            report_failure(store, delivery, f"The command {name}", user_id)
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

    def _say(self, channel: Channel, user_id: str, text: str) -> Message:
        return messages.post(self._store, channel, SLACKBOT_ID, text, ephemeral_to=user_id)


def _command_error(delivery: Delivery) -> str:
    if delivery.failure == "timeout":
        return "operation_timeout"
    if delivery.status is None:
        return "dispatch_failed"
    return "http_service_error" if delivery.status >= _SERVER_ERROR else "http_client_error"
