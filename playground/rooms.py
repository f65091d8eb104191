"""Channels and what people and bots do in them; the bot is told by events."""

from concurrent.futures import Future
from typing import Any

from playground import messages, modals
from playground.delivery import Delivery
from playground.events import EventQueue
from playground.people import BOT_USER_ID, User
from playground.records import Channel, Json, Message
from playground.store import Refusal, Store

Pending = Future[Delivery] | None
"""An event on its way to the bot; `None` when none is sent."""


class Rooms:
    """Joins, leaves, archives, chats and reacts, and emits the events of it."""

    def __init__(self, store: Store, events: EventQueue) -> None:
        """Events go out through `events`."""
        self._store = store
        self._events = events

    def may_see(self, user: User, channel: Channel) -> bool:
        """Whether this person finds the channel in Slack."""
        if user.id in channel.members:
            return True
        return not channel.is_private and not channel.is_im and user.role in ("owner", "member")

    def create(
        self, name: str, creator: str, *, is_private: bool = False, is_ext_shared: bool = False
    ) -> Channel:
        """A new channel with its creator in it. Raises Refusal("name_taken")."""
        store = self._store
        with store.changing():
            if any(one.name == name for one in store.channels.values() if not one.is_im):
                raise Refusal("name_taken")
            channel = Channel(
                id=store.new_id("C"),
                name=name,
                is_private=is_private,
                is_ext_shared=is_ext_shared,
                members=[creator],
                creator=creator,
                created=store.clock.now(),
            )
            store.channels[channel.id] = channel
            return channel

    def join(self, channel: Channel, user_id: str, inviter: str | None = None) -> Pending:
        """Add somebody. Raises Refusal: already_in_channel, is_archived."""
        store = self._store
        with store.changing():
            if channel.is_archived:
                raise Refusal("is_archived")
            if user_id in channel.members:
                raise Refusal("already_in_channel")
            channel.members.append(user_id)
            event: Json = {
                "type": "member_joined_channel",
                "user": user_id,
                "channel": channel.id,
                "channel_type": "G" if channel.is_private else "C",
                "team": store.users[user_id].team_id,
                "event_ts": store.clock.next_ts(),
            }
            if inviter:
                event["inviter"] = inviter
        return self._events.emit(event, channel.id)

    def leave(self, channel: Channel, user_id: str, actor: str | None = None) -> Pending:
        """Take somebody out; the bot hears of itself with channel_left or group_left."""
        store = self._store
        with store.changing():
            if user_id not in channel.members:
                raise Refusal("not_in_channel")
            channel.members.remove(user_id)
            stamp = store.clock.next_ts()
        if user_id == BOT_USER_ID:
            kind = f"{channel.kind}_left"
            left = {"type": kind, "channel": channel.id, "actor_id": actor, "event_ts": stamp}
            return self._events.emit(left)
        event = {
            "type": "member_left_channel",
            "user": user_id,
            "channel": channel.id,
            "event_ts": stamp,
        }
        return self._events.emit(event, channel.id)

    def archive(self, channel: Channel, user_id: str, *, on: bool = True) -> Pending:
        """Archive a channel, or bring it back."""
        with self._store.changing():
            if channel.is_archived == on:
                raise Refusal("already_archived" if on else "not_archived")
            channel.is_archived = on
        kind = f"{channel.kind}_{'archive' if on else 'unarchive'}"
        return self._about(kind, channel, user=user_id)

    def delete(self, channel: Channel) -> Pending:
        """Delete a channel with all that is in it."""
        told = self._about(f"{channel.kind}_deleted", channel)
        with self._store.changing():
            for message in self._store.messages.pop(channel.id, []):
                message.deleted = True
            del self._store.channels[channel.id]
        return told

    def _about(self, kind: str, channel: Channel, **more: str) -> Pending:
        stamp = self._store.clock.next_ts()
        event = {"type": kind, "channel": channel.id, **more, "event_ts": stamp}
        return self._events.emit(event, channel.id)

    def say(
        self,
        channel: Channel,
        user_id: str,
        text: str,
        *,
        thread_ts: str | None = None,
        broadcast: bool = False,
        files: list[str] | None = None,
        blocks: list[Json] | None = None,
        metadata: Json | None = None,
    ) -> Message:
        """Post as somebody who is in the channel; the text is mrkdwn."""
        store = self._store
        with store.changing():
            if channel.is_archived:
                raise Refusal("is_archived")
            if user_id not in channel.members:
                raise Refusal("not_in_channel")
            message = messages.post(
                store,
                channel,
                user_id,
                text,
                blocks=blocks,
                thread_ts=thread_ts,
                broadcast=broadcast,
                metadata=metadata,
                files=files,
            )
            event = messages.as_slack(store, message)
            event |= {
                "channel": channel.id,
                "channel_type": channel.kind,
                "event_ts": message.ts,
            }
        self._events.emit(event, channel.id)
        if f"<@{BOT_USER_ID}" in text:
            self._events.emit({**event, "type": "app_mention"}, channel.id)
        for file_id in message.files:
            self._events.emit(
                {
                    "type": "file_shared",
                    "file_id": file_id,
                    "file": {"id": file_id},
                    "user_id": user_id,
                    "channel_id": channel.id,
                    "event_ts": store.clock.next_ts(),
                },
                channel.id,
            )
        return message

    def react(self, message: Message, user_id: str, name: str, *, on: bool) -> Pending:
        """Add a reaction or take it away.

        Raises:
            Refusal: already_reacted, no_reaction, message_not_found, is_archived.
        """
        store = self._store
        with store.changing():
            if message.deleted or message.ephemeral_to:
                raise Refusal("message_not_found")
            if store.channels[message.channel].is_archived:
                raise Refusal("is_archived")
            emoji = messages.canonical_emoji(name)
            (messages.react if on else messages.unreact)(message, user_id, emoji)
            event: dict[str, Any] = {
                "type": "reaction_added" if on else "reaction_removed",
                "user": user_id,
                "reaction": emoji,
                "item": {"type": "message", "channel": message.channel, "ts": message.ts},
                "item_user": message.user,
                "event_ts": store.clock.next_ts(),
            }
        return self._events.emit(event, message.channel)

    def change_user(self, user: User, **fields: str | bool) -> Pending:
        """Change a person's fields, such as tz, role or deleted."""
        store = self._store
        with store.changing():
            for name, value in fields.items():
                if name not in User.__dataclass_fields__ or name == "id":
                    raise ValueError(f"a person has no field {name}")
                setattr(user, name, value)
            described = user.as_slack(store.clock.now())
            stamp = store.clock.next_ts()
        event = {
            "type": "user_change",
            "user": described,
            "cache_ts": int(float(stamp)),
            "event_ts": stamp,
        }
        return self._events.emit(event)

    def open_home(self, user: User, tab: str = "home") -> Pending:
        """Open the bot's App Home at a tab."""
        store = self._store
        with store.changing():
            channel = store.direct_message(user.id)
            event: Json = {
                "type": "app_home_opened",
                "user": user.id,
                "channel": channel.id,
                "tab": tab,
                "event_ts": store.clock.next_ts(),
            }
            home = store.homes.get(user.id)
            if home is not None and tab == "home":
                event["view"] = modals.as_slack(store, home)
        return self._events.emit(event)
