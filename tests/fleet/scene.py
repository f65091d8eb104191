"""What a fleet is busy with: weekly digests, votes on shortlists, numbered posts in order."""

import contextlib
import datetime as dt
import itertools
import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from domain.calendar import next_due
from playground.records import Channel, Message
from playground.store import Refusal
from playground.workspace import Workspace
from storage import digests, outbox, people, workspaces
from storage.database import Database, Unavailable
from storage.models import DigestSchedule
from tests.shortlisting import CHECK, store_brief, store_creators

ZONES = ("Europe/London", "America/New_York", "Asia/Tokyo", "Australia/Sydney", "UTC")
WEEK = dt.timedelta(days=7)
FAR_ENOUGH = dt.timedelta(hours=3)
"""From both ends of a week: a change to summer time moves no digest into another one."""

T = TypeVar("T")


def until_done(step: Callable[[], T], seconds: float = 120.0) -> T:
    """Do something however often the database is away meanwhile."""
    until = time.monotonic() + seconds
    while True:
        try:
            return step()
        except Unavailable:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def workspace_number(database: Database, seconds: float = 60.0) -> int:
    """The workspace, once a server has made the tables and met it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            return workspaces.only(database).id or 0
        except (LookupError, DBAPIError):  # there are no tables yet, or no workspace
            time.sleep(0.1)
    raise AssertionError("no server has met its workspace")


class Scene:
    """A workspace with its channels, people, schedules and shortlists."""

    def __init__(self, slack: Workspace, database: Database, seed: int = 0) -> None:
        """The workspace is known to the database already."""
        self.slack = slack
        self.database = database
        self.number = workspace_number(database)
        self.random = random.Random(seed)
        self.cards: list[tuple[Message, Sequence[str]]] = []
        self.numbered: dict[str, int] = {}
        self._lists = itertools.count(1)
        until_done(self._appoint)

    def _appoint(self) -> None:
        with self.database.writing(self.number) as tx:
            owner = people.learn(tx, self.slack.user("olivia").as_slack(0))
            owner.role = "owner"
            tx.session.add(owner)

    def channels(self, prefix: str, count: int) -> list[Channel]:
        """New channels that the bot is in."""
        return [self.slack.add_channel(f"{prefix}-{number}") for number in range(count)]

    def approvers(self, count: int) -> list[str]:
        """New members who vote."""
        names = [f"voter{number}" for number in range(count)]
        for name in names:
            self.slack.add_user(name)
        until_done(lambda: self._learn(names))
        return names

    def _learn(self, names: Sequence[str]) -> None:
        with self.database.writing(self.number) as tx:
            for name in names:
                people.learn(tx, self.slack.user(name).as_slack(0))

    def schedule_digests(self, count: int, channels: Sequence[Channel]) -> None:
        """Set up weekly digests, each due once in every week from now on."""
        with self.database.writing(self.number) as tx:
            owner = people.get(tx, self.slack.user("olivia").id)
            made = 0
            while made < count:
                schedule = DigestSchedule(
                    workspace_id=self.number, owner_id=owner.id or 0,
                    channel_id=channels[made % len(channels)].id,
                    weekday=self.random.randrange(7), hour=self.random.randrange(24),
                    timezone=self.random.choice(ZONES), state=digests.ACTIVE,
                    since=tx.now, created_at=tx.now,
                )  # fmt: skip
                wait = next_due(digests.timing(schedule), tx.now) - tx.now
                if FAR_ENOUGH < wait < WEEK - FAR_ENOUGH:
                    tx.session.add(schedule)
                    made += 1

    def post_shortlist(self, channel: Channel, voters: Sequence[str], cards: int) -> None:
        """Have olivia ask for votes on new creators, with a quorum of all voters."""
        number = next(self._lists)
        handles = [f"s{number}c{place}" for place in range(cards)]
        until_done(lambda: self._store(handles, with_brief=number == 1))
        typed = " ".join(f"@{handle}" for handle in handles)
        self._ask(f"shortlist add {typed}", channel, voters)
        messages = self.slack.wait_for(lambda: self._posted(channel, handles), "cards", 120)
        self.cards += [(message, voters) for message in messages]

    def _store(self, handles: Sequence[str], *, with_brief: bool) -> None:
        with self.database.writing(self.number) as tx:
            if with_brief:
                store_brief(tx)
            store_creators(tx, *handles)

    def _ask(self, text: str, channel: Channel, voters: Sequence[str]) -> None:
        self.slack.command("olivia", text, channel)
        form = self.slack.view("olivia")
        assert form is not None, "the form was not opened"
        names = [one["block_id"] for one in form.blocks]
        block = next(one for one in names if one.startswith("approvers"))
        ids = [self.slack.user(name).id for name in voters]
        errors = self.slack.submit("olivia", {block: ids, "quorum": str(len(voters))})
        assert not errors, errors

    def _posted(self, channel: Channel, handles: Sequence[str]) -> list[Message]:
        found = self.slack.store.messages_in(channel.id)
        cards = {handle: one for one in found for handle in handles if f"(@{handle})" in one.text}
        return list(cards.values()) if len(cards) == len(handles) else []

    def vote(self, going_on: Callable[[], bool], pause: float) -> None:
        """Have everybody react to each card of today, some of them wavering, until all have."""
        turns = [(card, who) for card, voters in self.cards for who in voters]
        self.random.shuffle(turns)
        for card, who in turns:
            wavers = self.random.random() < 0.2
            self._react(who, card, on=True)
            if wavers:
                self._react(who, card, on=False)
                self._react(who, card, on=True)
            if going_on():
                time.sleep(pause)

    def _react(self, who: str, card: Message, *, on: bool) -> None:
        act = self.slack.react if on else self.slack.unreact
        with contextlib.suppress(Refusal, TimeoutError):  # what came of it is seen at the end
            act(who, CHECK, card)

    def write_numbered(
        self, channels: Sequence[Channel], going_on: Callable[[], bool], pause: float
    ) -> None:
        """Decide on post after post, each after the one before was committed."""
        for channel in itertools.cycle(channels):
            if not going_on():
                return
            number = self.numbered.get(channel.id, 0) + 1
            until_done(lambda c=channel.id, n=number: self._write(c, n))  # type: ignore[misc]
            self.numbered[channel.id] = number
            time.sleep(pause)

    def _write(self, channel_id: str, number: int) -> None:
        with self.database.writing(self.number) as tx:
            text = {"text": f"{number}"}
            outbox.post(tx, f"numbered:{channel_id}:{number}", channel_id, text)


def in_background(target: Callable[[], None]) -> threading.Thread:
    """A thread that is started."""
    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    return thread
