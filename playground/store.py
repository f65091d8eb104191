"""The state of a workspace, behind one lock, with a count of its changes."""

import secrets
import string
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from playground.clock import Clock
from playground.manifest import Manifest
from playground.people import BOT_USER_ID, SLACKBOT_ID, User, seeded_people
from playground.records import (
    ApiCall,
    Channel,
    File,
    Json,
    Message,
    Problem,
    ResponseUrl,
    StepRun,
    Trigger,
    View,
)

T = TypeVar("T")
MOST_WAITING = 16
"""Pages that wait for a change at a time."""
_LETTERS = string.ascii_uppercase + string.digits


class Refusal(Exception):
    """Slack says no: `error` is its code, `messages` say where and why."""

    def __init__(self, error: str, *messages: str, **more: object) -> None:
        """Refuse; `more` goes into the answer beside `error`."""
        super().__init__(error, *messages)
        self.error = error
        self.messages = messages
        self.more = more


class Store:
    """Everything the workspace holds.

    Read and change the fields inside `with store.changing():` or `with store.reading():`.
    """

    def __init__(self, clock: Clock, manifest: Manifest) -> None:
        """Start with the seeded people and channels."""
        self.clock = clock
        self.manifest = manifest
        self.changed = threading.Condition(threading.RLock())
        self.waiting = threading.BoundedSemaphore(MOST_WAITING)
        self.change = 1
        self.token_error: str | None = None
        self.url = ""
        self.closing = False
        self.users = {user.id: user for user in seeded_people(manifest.name)}
        self.channels = {channel.id: channel for channel in _seeded_channels(clock.now())}
        self.messages: dict[str, list[Message]] = {}
        self.homes: dict[str, View] = {}
        self.modals: dict[str, list[View]] = {}
        self.views: dict[str, View] = {}
        self.files: dict[str, File] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.offered: dict[tuple[str, str, str], list[Json]] = {}
        self.step_runs: dict[str, StepRun] = {}
        self.problems: deque[Problem] = deque(maxlen=1000)
        self.api_calls: deque[ApiCall] = deque(maxlen=20_000)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the lock, and tell everyone who waits that something changed."""
        with self.changed:
            yield
            self.change += 1
            self.changed.notify_all()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold the lock without changing anything."""
        with self.changed:
            yield

    def wait_for(self, question: Callable[[], T], timeout: float) -> T:
        """Wait until `question()` is true and return it, or its last answer at the time-out.

        It is asked again after every change, and now and then for what is no change in here.
        """
        until = time.monotonic() + timeout
        with self.changed:
            while not (answer := question()) and (left := until - time.monotonic()) > 0:
                self.changed.wait(min(left, 0.05))
            return answer

    def new_id(self, letter: str) -> str:
        """A fresh id such as `C0A1B2C3D4E`."""
        return f"{letter}0" + "".join(secrets.choice(_LETTERS) for _ in range(9))

    def report(self, kind: str, text: str, user: str | None = None) -> None:
        """Record something that Slack would hide."""
        with self.changing():
            self.problems.append(Problem(kind, text, user, self.clock.now()))

    def user(self, name_or_id: str) -> User:
        """A person by id or by name, such as `ana`. Raises Refusal("user_not_found")."""
        found = self.users.get(name_or_id) or next(
            (user for user in self.users.values() if user.name == name_or_id.lstrip("@")), None
        )
        if found is None:
            raise Refusal("user_not_found")
        return found

    def channel(self, name_or_id: str) -> Channel:
        """A conversation by id or by name. Raises Refusal("channel_not_found")."""
        found = self.channels.get(name_or_id) or next(
            (
                channel
                for channel in self.channels.values()
                if not channel.is_im and channel.name == name_or_id.lstrip("#")
            ),
            None,
        )
        if found is None:
            raise Refusal("channel_not_found")
        return found

    def direct_message(self, user_id: str) -> Channel:
        """The bot's direct message with this person, opened when there is none."""
        with self.reading():
            for channel in self.channels.values():
                if channel.with_user == user_id:
                    return channel
            opened = Channel(
                id="D" + user_id[1:],
                name="",
                members=[user_id, BOT_USER_ID],
                with_user=user_id,
                creator=BOT_USER_ID,
                created=self.clock.now(),
            )
            self.channels[opened.id] = opened
            return opened

    def messages_in(self, channel_id: str) -> list[Message]:
        """All messages of a channel, oldest first, replies and private ones included."""
        return self.messages.get(channel_id, [])

    def find_message(self, channel_id: str, ts: str) -> Message | None:
        """The message at `ts`, if it is there and not deleted."""
        return next((m for m in self.messages_in(channel_id) if m.ts == ts), None)

    def replies(self, parent: Message) -> list[Message]:
        """What stands in the thread of a message, oldest first; private ones left out."""
        return [
            message
            for message in self.messages_in(parent.channel)
            if message.is_reply and message.thread_ts == parent.ts and not message.ephemeral_to
        ]

    def names(self) -> dict[str, str]:
        """Display names by id, of people and channels."""
        people = {user.id: user.display_name for user in self.users.values()}
        return people | {channel.id: channel.name for channel in self.channels.values()}


def _seeded_channels(now: float) -> list[Channel]:
    olivia, ana, ben = "U0OLIVIA001", "U0ANA000001", "U0BEN000001"
    carla, gus, sam, robo = "U0CARLA0001", "U0GUS000001", "U0SAM000001", "U0ROBO00001"
    team = [olivia, ana, ben, carla]
    channels = [
        Channel("C0MARKETING", "marketing", members=[*team, robo, BOT_USER_ID]),
        Channel("C0GENERAL01", "general", members=[*team, robo, BOT_USER_ID]),
        Channel(
            "C0CLIENTS01",
            "clients",
            is_ext_shared=True,
            members=[olivia, ana, ben, sam, robo, BOT_USER_ID],
        ),
        Channel("C0AGENCY001", "agency", members=[olivia, ana, ben, gus, BOT_USER_ID]),
        Channel(
            "C0PRIVATE01", "brand-secrets", is_private=True, members=[olivia, ana, BOT_USER_ID]
        ),
        Channel("C0ARCHIVED1", "last-year", is_archived=True, members=[*team, BOT_USER_ID]),
        Channel("C0NOBOT0001", "random", members=team),
    ]
    for channel in channels:
        channel.creator, channel.created = olivia, now
    return channels


def people_only(user: User) -> bool:
    """Whether this is a human being."""
    return user.id != SLACKBOT_ID and not user.is_bot
