"""A workspace as its people use it: everything they can do, and all they would see."""

import mimetypes
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any, TypeVar

from playground.clock import Clock
from playground.commands import Commands
from playground.delivery import Courier, Delivery
from playground.escaping import from_typed
from playground.events import EventQueue
from playground.faults import Faults
from playground.grants import Grants
from playground.interactions import Interactions
from playground.manifest import read_manifest
from playground.options import Options
from playground.people import User
from playground.reading import text_of
from playground.records import Channel, File, Json, Message, StepRun, Values, View
from playground.rooms import Pending, Rooms
from playground.store import Refusal, Store
from playground.submissions import Submissions
from playground.values import walk
from playground.workflows import Workflows

T = TypeVar("T")
Who = User | str
Where = Channel | str
Given = dict[str, Any]
"""Values by "block/action", by action_id, by block_id, or nested as block: {action: value}."""


class Desk:
    """What people do and see. They and channels are given by name ("ana") or id.

    All methods are synchronous: they return when the bot has answered. What the bot does
    afterwards is waited for with `wait_for`. Messages and views are live: they show later
    changes. What Slack does not allow raises `Refusal`.
    """

    def __init__(self, options: Options) -> None:
        """Start with the seeded people and channels."""
        self.options = options
        self.clock = Clock(options.clock_file)
        self.store = Store(self.clock, read_manifest(options.manifest))
        self.grants = Grants(self.store, options.client)
        self.courier = Courier(options)
        self.faults = Faults()
        self.events = EventQueue(self.store, self.courier)
        self.rooms = Rooms(self.store, self.events)
        self.workflows = Workflows(self.store, self.events)
        self.commands = Commands(self.store, self.courier, self.faults)
        self.interactions = Interactions(self.store, self.courier)
        self.submissions = Submissions(self.store, self.courier, self.faults)

    def close(self) -> None:
        """Send nothing more."""
        self.events.stop()
        self.courier.close()

    def user(self, who: Who) -> User:
        """A person by name or id."""
        return who if isinstance(who, User) else self.store.user(who)

    def channel(self, where: Where) -> Channel:
        """A channel by name or id; a person's name with @ is the bot's direct message."""
        if isinstance(where, str) and where.startswith("@"):
            return self.store.direct_message(self.user(where[1:]).id)
        return where if isinstance(where, Channel) else self.store.channel(where)

    # What a person does

    def command(self, who: Who, text: str, channel: Where = "marketing") -> Message | None:
        """Type a command; without a leading / the manifest's first command is put before.

        Returns what the person sees at once: the answer, or Slackbot's line when it failed.
        """
        if not text.startswith("/"):
            text = f"{self.store.manifest.commands[0].command} {text}".strip()
        return self.commands.run(self.user(who).id, self.channel(channel).id, text)

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

    def run_step(
        self, callback_id: str, inputs: Json | None = None, who: Who | None = None
    ) -> StepRun:
        """Run a workflow of one step; returns when the event was taken.

        who: who started it, `None` for a clock. The run is live: it shows later how it ended.
        """
        user_id = self.user(who).id if who is not None else None
        run, pending = self.workflows.run(callback_id, inputs or {}, user_id)
        self._wait(pending)
        return run

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
