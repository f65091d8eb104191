"""A workspace to drive from tests: everything a person can do, and all they would see."""

import mimetypes
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any, TypeVar

from playground.clock import Clock
from playground.delivery import Courier, Delivery
from playground.escaping import from_typed
from playground.events import EventQueue
from playground.faults import Faults
from playground.interactions import Interactions
from playground.manifest import read_manifest
from playground.options import Options
from playground.people import BOT_USER_ID, User
from playground.reading import text_of
from playground.records import ApiCall, Channel, File, Json, Message, Problem, Values, View
from playground.rooms import Pending, Rooms
from playground.store import Refusal, Store
from playground.submissions import Submissions
from playground.values import walk

T = TypeVar("T")
Who = User | str
Where = Channel | str
Given = dict[str, Any]
"""Values by "block/action", by action_id, by block_id, or nested as block: {action: value}."""


class Workspace:
    """The whole workspace. People and channels are given by name ("ana") or id.

    All methods are synchronous: they return when the bot has answered. What the bot does
    afterwards is waited for with `wait_for`. Messages and views are live: they show later
    changes. What Slack does not allow raises `Refusal`.
    """

    def __init__(self, options: Options) -> None:
        """Start with the seeded people and channels."""
        self.options = options
        self.clock = Clock(options.clock_file)
        self.store = Store(self.clock, read_manifest(options.manifest))
        self.courier = Courier(options)
        self.faults = Faults()
        self.events = EventQueue(self.store, self.courier)
        self.rooms = Rooms(self.store, self.events)
        self.interactions = Interactions(self.store, self.courier, self.faults)
        self.submissions = Submissions(self.store, self.courier, self.faults)

    def close(self) -> None:
        """Send nothing more."""
        self.events.stop()
        self.courier.close()

    # People and channels

    def user(self, who: Who) -> User:
        """A person by name or id."""
        return who if isinstance(who, User) else self.store.user(who)

    def channel(self, where: Where) -> Channel:
        """A channel by name or id; a person's name with @ is the bot's direct message."""
        if isinstance(where, str) and where.startswith("@"):
            return self.store.direct_message(self.user(where[1:]).id)
        return where if isinstance(where, Channel) else self.store.channel(where)

    def add_user(self, name: str, role: str = "member", **fields: str) -> User:
        """A new person; fields are those of User, such as tz, locale, display_name."""
        title = name.replace("_", " ").title()
        given = {"real_name": title, "display_name": title, **fields}
        user = User(self.store.new_id("U"), name, given["real_name"], given["display_name"], role)
        for field, value in given.items():
            setattr(user, field, value)
        with self.store.changing():
            self.store.users[user.id] = user
        return user

    def add_channel(
        self,
        name: str,
        members: tuple[Who, ...] = (),
        *,
        is_private: bool = False,
        is_ext_shared: bool = False,
        with_bot: bool = True,
    ) -> Channel:
        """A new channel of the owner with these members; nobody is told by an event."""
        owner = self.store.user("olivia").id
        channel = self.rooms.create(name, owner, is_private=is_private, is_ext_shared=is_ext_shared)
        with self.store.changing():
            ids = [self.user(who).id for who in members] + ([BOT_USER_ID] if with_bot else [])
            channel.members += [one for one in ids if one not in channel.members]
        return channel

    def invite(self, where: Where, who: Who = BOT_USER_ID, by: Who = "olivia") -> None:
        """Add somebody to a channel, the bot where nobody is named."""
        self._wait(self.rooms.join(self.channel(where), self.user(who).id, self.user(by).id))

    def remove(self, where: Where, who: Who = BOT_USER_ID, by: Who = "olivia") -> None:
        """Take somebody out of a channel, the bot where nobody is named."""
        self._wait(self.rooms.leave(self.channel(where), self.user(who).id, self.user(by).id))

    def archive(self, where: Where, *, on: bool = True, by: Who = "olivia") -> None:
        """Archive a channel, or bring it back."""
        self._wait(self.rooms.archive(self.channel(where), self.user(by).id, on=on))

    def delete_channel(self, where: Where) -> None:
        """Delete a channel."""
        self._wait(self.rooms.delete(self.channel(where)))

    def change_user(self, who: Who, **fields: str | bool) -> None:
        """Change a person, such as `role="guest"` or `deleted=True`; user_change goes out."""
        self._wait(self.rooms.change_user(self.user(who), **fields))

    def uninstall(self) -> None:
        """Remove the app: two events, and the token is worth nothing any more."""
        stamp = self.clock.next_ts()
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER_ID]}}
        going = [
            self.events.emit({"type": "app_uninstalled", "event_ts": stamp}),
            self.events.emit({**revoked, "event_ts": stamp}),
        ]
        with self.store.changing():
            self.store.token_error = "account_inactive"  # noqa: S105 - Slack's error code
        for pending in going:
            self._wait(pending)

    def install(self) -> None:
        """Bring the app back after `uninstall`."""
        with self.store.changing():
            self.store.token_error = None

    # What a person does

    def command(self, who: Who, text: str, channel: Where = "marketing") -> Message | None:
        """Type a command; without a leading / the manifest's first command is put before.

        Returns what the person sees at once: the answer, or Slackbot's line when it failed.
        """
        if not text.startswith("/"):
            text = f"{self.store.manifest.commands[0].command} {text}".strip()
        return self.interactions.command(self.user(who).id, self.channel(channel).id, text)

    def say(
        self,
        who: Who,
        text: str,
        channel: Where = "marketing",
        thread_ts: str | None = None,
        files: list[str] | None = None,
        *,
        broadcast: bool = False,
    ) -> Message:
        """Chat as a person; @names, #channels and links become what Slack makes of them."""
        people = {user.name: user.id for user in self.store.users.values()}
        rooms = {one.name: one.id for one in self.store.channels.values() if not one.is_im}
        escaped = from_typed(text, people, rooms, with_names=False)
        return self.rooms.say(
            self.channel(channel),
            self.user(who).id,
            escaped,
            thread_ts=thread_ts,
            broadcast=broadcast,
            files=files,
        )

    def react(
        self, who: Who, emoji: str, where: Where | Message, ts: str | None = None
    ) -> Delivery | None:
        """Add a reaction to a message, given itself or by channel and ts."""
        message = self._message(where, ts)
        return self._wait(self.rooms.react(message, self.user(who).id, emoji, on=True))

    def unreact(
        self, who: Who, emoji: str, where: Where | Message, ts: str | None = None
    ) -> Delivery | None:
        """Take a reaction away."""
        message = self._message(where, ts)
        return self._wait(self.rooms.react(message, self.user(who).id, emoji, on=False))

    def press(
        self,
        who: Who,
        place: Message | View,
        action_id: str,
        block_id: str | None = None,
        value: Any = None,
        values: Given | None = None,
    ) -> View | None:
        """Press a button, or choose `value` in a select, of a message, modal or App Home.

        values: other inputs of the same place, filled in but not sent before.
        Where several buttons share an action_id, `value` says which one is meant.

        Returns the person's topmost modal afterwards, if any.
        """
        user = self.user(who)
        given = nested(place.blocks, values or {})
        if isinstance(place, View):
            if place.user != user.id:
                raise Refusal("not_found")
            self.interactions.act_in_view(place, action_id, block_id, value, given)
        else:
            self.interactions.act_in_message(user.id, place, action_id, block_id, value, given)
        return self.view(user)

    choose = press

    def suggest(
        self, who: Who, place: Message | View, action_id: str, typed: str = ""
    ) -> list[Json]:
        """What an external select offers for what is typed, groups flattened."""
        offer = self.interactions.suggest(self.user(who).id, place, action_id, None, typed)
        grouped = [one for group in offer["option_groups"] for one in group["options"]]
        return [*offer["options"], *grouped]

    def submit(
        self, who: Who, values: Given | None = None, *, unchecked: bool = False
    ) -> dict[str, str] | None:
        """Fill in the topmost modal and send it.

        unchecked: send what Slack itself would stop, such as an empty required field.

        Returns sentences by block_id that the person has to see to; `None`: accepted.
        """
        view = self._top(who)
        given = nested(view.blocks, values or {})
        return self.submissions.submit(view, given, unchecked=unchecked) or None

    def close_view(self, who: Who, *, everything: bool = False) -> None:
        """Close the topmost modal, or all of them."""
        self.submissions.close(self._top(who), everything=everything)

    def shortcut(self, who: Who, callback_id: str, message: Message | None = None) -> View | None:
        """Use a shortcut; returns the topmost modal afterwards."""
        user = self.user(who)
        self.interactions.shortcut(user.id, callback_id, message)
        return self.view(user)

    def open_home(self, who: Who, tab: str = "home") -> View | None:
        """Open App Home; returns what it shows once the event was taken."""
        self._wait(self.rooms.open_home(self.user(who), tab))
        return self.home(who)

    def upload(self, who: Who, name: str, content: bytes, mimetype: str | None = None) -> str:
        """Upload a file for a file input or a message; returns its id."""
        guessed = mimetype or mimetypes.guess_type(name)[0] or "application/octet-stream"
        with self.store.changing():
            file_id = self.store.new_id("F")
            self.store.files[file_id] = File(
                file_id, name, content, guessed, self.user(who).id, self.clock.now()
            )
        return file_id

    def reload(self, who: Who) -> None:
        """Reload Slack: this person's private messages are gone."""
        user = self.user(who)
        with self.store.changing():
            for channel, messages in self.store.messages.items():
                kept = [one for one in messages if one.ephemeral_to != user.id]
                for gone in set(messages) - set(kept):
                    gone.deleted = True
                self.store.messages[channel] = kept

    # What a person sees

    def messages(self, channel: Where) -> list[Message]:
        """What everybody sees in a channel, oldest first; replies only when broadcast."""
        with self.store.reading():
            return [
                one
                for one in self.store.messages_in(self.channel(channel).id)
                if not one.ephemeral_to and (not one.is_reply or one.broadcast)
            ]

    def thread(self, where: Where | Message, ts: str | None = None) -> list[Message]:
        """The replies to a message, oldest first."""
        with self.store.reading():
            return self.store.replies(self._message(where, ts))

    def ephemerals(self, who: Who, channel: Where | None = None) -> list[Message]:
        """What only this person sees, oldest first."""
        user = self.user(who)
        wanted = self.channel(channel).id if channel is not None else None
        with self.store.reading():
            found = [
                one
                for messages in self.store.messages.values()
                for one in messages
                if one.ephemeral_to == user.id and wanted in (None, one.channel)
            ]
        return sorted(found, key=lambda one: one.ts)

    def direct_messages(self, who: Who) -> list[Message]:
        """What the bot and this person wrote to each other."""
        return self.messages(self.store.direct_message(self.user(who).id))

    def view(self, who: Who) -> View | None:
        """The topmost modal of a person."""
        stack = self.store.modals.get(self.user(who).id)
        return stack[-1] if stack else None

    def home(self, who: Who) -> View | None:
        """What App Home shows to a person."""
        return self.store.homes.get(self.user(who).id)

    def text_of(self, thing: Message | View | None) -> str:
        """All visible text of a message or view, one piece a line; empty for `None`."""
        with self.store.reading():
            return text_of(thing, self.store.names()) if thing is not None else ""

    # Slack's side

    def wait_for(self, question: Callable[[], T], what: str = "", timeout: float = 10.0) -> T:
        """Wait until `question()` is true and return its answer.

        Raises:
            AssertionError: it was not, within `timeout` seconds.
        """
        answer = self.store.wait_for(question, timeout)
        if not answer:
            raise AssertionError(f"waited {timeout:g} s in vain{': ' if what else ''}{what}")
        return answer

    def settle(self, timeout: float = 10.0) -> None:
        """Wait until all events were delivered or given up."""
        self.events.settle(timeout)

    def set_bot_down(self, down: bool) -> None:
        """Make the bot unreachable, or bring it back: events that waited are then sent."""
        self.courier.down = down
        with self.store.changing():
            pass
        if not down:
            self.events.release()
            self.events.settle()

    def redeliver_last(self, kind: str | None = None) -> Delivery:
        """Deliver the last event, command, action or submission again, byte for byte."""
        return self.courier.repeat(kind)

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything that was sent to the bot, oldest first, repeats included."""
        return list(self.courier.deliveries)

    @property
    def problems(self) -> list[Problem]:
        """What the bot did wrong and Slack would hide, oldest first."""
        return list(self.store.problems)

    def api_calls(self, method: str | None = None) -> list[ApiCall]:
        """The bot's Web API calls, oldest first."""
        calls = list(self.store.api_calls)
        return [call for call in calls if method in (None, call.method)]

    def advance_clock(self, seconds: float) -> None:
        """Move the clock on, or back."""
        with self.store.changing():
            self.clock.advance(seconds)

    def move_clock_to(self, weekday: int, hour: int, minute: int = 0, who: Who = "olivia") -> None:
        """Move the clock to the next such time of that person; weekday 0 is Monday."""
        with self.store.changing():
            self.clock.move_to(weekday, hour, minute, self.user(who).tz)

    def reset_clock(self) -> None:
        """Go back to real time."""
        with self.store.changing():
            self.clock.reset()

    def _message(self, where: Where | Message, ts: str | None) -> Message:
        if isinstance(where, Message):
            return where
        found = self.store.find_message(self.channel(where).id, ts or "")
        if found is None:
            raise Refusal("message_not_found")
        return found

    def _top(self, who: Who) -> View:
        view = self.view(who)
        if view is None:
            raise LookupError(f"{self.user(who).display_name} has no modal open")
        return view

    def _wait(self, pending: Pending) -> Delivery | None:
        """Wait for an event's delivery, its repeats included."""
        if pending is None:
            return None
        limit = self.options.timeout * 4 + sum(self.options.retry_delays) + 5
        try:
            return pending.result(limit)
        except FutureTimeoutError:
            raise AssertionError("an event is still under way") from None


def nested(blocks: list[Json], given: Given) -> Values:
    """Values by block_id and action_id from any of the forms of `Given`.

    Raises:
        LookupError: a key names no input of these blocks, or several.
    """
    places = [(block["block_id"], element["action_id"]) for block, element in walk(blocks)]
    values: Values = {}
    for key, value in given.items():
        if isinstance(value, dict) and value.get("type") != "rich_text":
            values.setdefault(key, {}).update(value)
            continue
        found = [place for place in places if key in (f"{place[0]}/{place[1]}", place[0], place[1])]
        if len(found) != 1:
            there = ", ".join("/".join(place) for place in places)
            raise LookupError(f"{len(found)} inputs are called {key!r} among: {there or 'none'}")
        values.setdefault(found[0][0], {})[found[0][1]] = value
    return values
