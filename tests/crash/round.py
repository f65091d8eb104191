"""One round: a workspace whose server is killed again and again while people work with it."""

import datetime as dt
import random
import secrets
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from bot.clock import Clock
from playground.faults import Kind
from playground.options import Options
from playground.records import Channel, Message
from playground.server import RunningPlayground
from playground.server import start as start_playground
from playground.workspace import Workspace
from storage import digests, jobs, outbox, parking, people, sending, workspaces
from storage.database import Database, Unavailable
from storage.models import OutboxMessage
from tests.crash import checks, points
from tests.crash.checks import Found
from tests.crash.lives import Lives
from tests.crash.people import VOTERS, Acknowledged, People
from tests.crash.places import manifest_in
from tests.fleet.processes import free_ports
from tests.fleet.scene import WEEK, Scene, until_done

FAULTS: tuple[Kind, ...] = ("drop", "lost", "garbage", "server_error", "rate_limited", "delay")
CALLS = ("chat.postMessage", "chat.postMessage", "chat.update", "conversations.history",
         "conversations.replies", "files.completeUploadExternal", "files.info",
         "functions.completeSuccess", "*")  # fmt: skip
SCHEDULES = 2
CARDS = 4
LONGEST_LIFE = 2.0
KILLED_BESIDE = 0.6
"""Of the lives, those in which the process that only answers is to be killed first."""
PATIENCE = 240.0
QUIET = 6
"""Looks, each after 0.15 s, at which nothing is left to do; a start looks for work, too."""


@dataclass(frozen=True)
class Told:
    """What a round brought. kills: by point, "at random" included; beside: of the processes that
    only answer.
    """

    kills: Counter[str]
    beside: Counter[str]
    acknowledged: Acknowledged
    found: Found


class Round:
    """A workspace, its server and its database; one after the other it is set up, hit, checked."""

    def __init__(
        self, lives: Lives, database_url: str, folder: Path, *, history: bool, seed: int
    ) -> None:
        """history: whether the app may look into the history of channels."""
        self._lives = lives
        self._random = random.Random(seed)
        self._seed = seed
        self._folder = folder
        (self._port,) = free_ports(1)
        self._slack = self._start_slack(history)
        self._settings = self._settings_for(database_url)
        self._database = Database(database_url, Clock(folder / "clock").now, pool_size=12)
        self.kills: Counter[str] = Counter()

    @property
    def _beside(self) -> Path:
        """Where the processes that only answer note that they are killed."""
        return self._folder / "beside"

    @property
    def log(self) -> Path:
        """Where the servers log to."""
        return self._folder / "server.log"

    def run(self, kills: int) -> Told:
        """Have it killed so often; then see that all is as if it had not been."""
        self._lives.begin_anew()
        try:
            scene, channels = self._set_up()
            at_work = People(scene, channels, self._seed)
            try:
                for number in range(kills):
                    if number == kills // 2:
                        scene.slack.advance_clock(WEEK.total_seconds())
                    self._one_life()
            finally:
                at_work.stop()
            self._come_to_rest()
            found = checks.look(scene, at_work.told, 1, SCHEDULES)
            return Told(self.kills, self._kills_beside(), at_work.told, found)
        finally:
            self._slack.stop()
            self._database.close()

    @contextmanager
    def begun(self) -> Iterator[tuple[Workspace, str]]:
        """A server that has met its workspace, and the id of an empty channel."""
        self._lives.begin_anew()
        try:
            self.start()
            self._wait(lambda: self._is_up() and workspaces.all_active(self._database))
            yield self._slack.workspace, self._slack.workspace.add_channel("numbered").id
        finally:
            self._lives.end()
            self._slack.stop()
            self._database.close()

    def write(self, channel_id: str, last: int) -> None:
        """Decide on posts numbered from 1, in one transaction."""
        with self._database.writing(self._workspace_number()) as tx:
            for number in range(1, last + 1):
                key = f"numbered:{channel_id}:{number}"
                outbox.post(tx, key, channel_id, {"text": str(number)})

    def numbered(self, channel_id: str) -> list[OutboxMessage]:
        """What is known of the posts in a channel."""
        with self._database.reading(self._workspace_number()) as tx:
            lane = select(OutboxMessage).where(OutboxMessage.lane == channel_id)
            return list(tx.session.exec(lane.order_by(col(OutboxMessage.id))))

    def _set_up(self) -> tuple[Scene, list[Any]]:
        """A first life in which nothing happens to it."""
        self.start()
        self._wait(lambda: self._is_up() and workspaces.all_active(self._database))
        self._until_idle()
        scene = until_done(lambda: Scene(self._slack.workspace, self._database, self._seed))
        until_done(lambda: self._learn(scene))
        channels, weekly = scene.channels("numbered", 2), scene.channels("digests", 2)
        until_done(lambda: scene.schedule_digests(SCHEDULES, weekly))
        place = scene.slack.channel("marketing")
        self._wait(lambda: self._post_shortlist(scene, place))
        self._until_idle()
        self._lives.kill()
        return scene, channels

    def _post_shortlist(self, scene: Scene, place: Channel) -> bool:
        try:
            scene.post_shortlist(place, VOTERS, CARDS)
        except (AssertionError, *Unavailable):  # the form was not opened in time
            return bool(scene.cards)
        return True

    def _learn(self, scene: Scene) -> None:
        with self._database.writing(scene.number) as tx:
            for who in VOTERS:
                people.learn(tx, scene.slack.user(who).as_slack(0))

    def _one_life(self) -> None:
        """Start it, spoil what Slack answers, and have it killed."""
        self._spoil()
        beside = self._end_beside() if self._random.random() < KILLED_BESIDE else None
        if self._random.random() < 0.25:
            self.start(beside=beside)
            self._end(points.AT_RANDOM, self._random.uniform(0.02, LONGEST_LIFE * 0.75))
            return
        point = self._random.choice(points.NAMES)
        most = 25 if point in points.COMMITS else 4
        self.start(point, self._random.randint(1, most), beside)
        self._end(point, LONGEST_LIFE)

    def _end_beside(self) -> Mapping[str, Any]:
        point = self._random.choice(points.BESIDE)
        return {
            "point": point, "hits": self._random.randint(1, 6),
            "seconds": self._random.uniform(0.02, LONGEST_LIFE * 0.75), "file": str(self._beside),
        }  # fmt: skip

    def _kills_beside(self) -> Counter[str]:
        lines = self._beside.read_text(encoding="utf-8") if self._beside.exists() else ""
        return Counter(lines.splitlines())

    def _end(self, point: str, seconds: float) -> None:
        status = self._lives.died_within(seconds)
        if status is None:
            point, status = points.AT_RANDOM, self._lives.kill()
        assert status == 9, f"the server ended by itself ({status}): see {self.log}"
        self.kills[point] += 1
        self._let_slack_finish()

    def start(
        self, point: str = "", hits: int = 0, beside: Mapping[str, Any] | None = None
    ) -> None:
        """Start a server. point, beside: as in `Lives.start`."""
        self._lives.start(self._settings, self._port, self.log, point, hits, beside)

    def _spoil(self) -> None:
        faults = self._slack.workspace.faults
        faults.clear()
        for _ in range(self._random.randint(0, 5)):
            faults.add(
                self._random.choice(CALLS), self._random.choice(FAULTS),
                times=self._random.randint(1, 3), retry_after=self._random.randint(1, 5),
                seconds=self._random.uniform(0.02, 0.3),
            )  # fmt: skip

    def _let_slack_finish(self) -> None:
        """What had reached Slack when the server died is done before the next one starts."""
        time.sleep(0.03)
        until = time.monotonic() + 5
        work = self._slack._server.task_dispatcher
        while (work.queue or work.active_count) and time.monotonic() < until:
            time.sleep(0.01)

    def _come_to_rest(self) -> None:
        """Slack behaves, people decide what only they can, and nothing is left to do."""
        self._slack.workspace.faults.clear()
        for _ in range(6):
            self.start()
            self._until_idle()
            self._slack.workspace.settle(PATIENCE)
            asked = self._decide()
            self._until_idle()
            self._lives.kill()
            if not asked:
                return
        raise AssertionError("people are asked again and again")

    def _decide(self) -> bool:
        """Olivia looks for each message that was put aside; says whether there was any."""
        slack = self._slack.workspace
        number = self._workspace_number()
        with self._database.reading(number) as tx:
            asked = {one.id: one for one in parking.undecided(tx) if one.lane[:1] in ("C", "G")}
        for outbox_id, row in asked.items():
            again = f"unconfirmed_again:{outbox_id}"  # she may be asked twice, and decides once
            told = (one for one in slack.direct_messages("olivia") if again in str(one.blocks))
            if (notice := next(told, None)) is not None:
                self._answer(notice, outbox_id or 0, self._where(row.message_key))
        return bool(asked)

    def _answer(self, notice: Message, outbox_id: int, there: tuple[str, str] | None) -> None:
        slack = self._slack.workspace
        if there is None:
            slack.press("olivia", notice, f"unconfirmed_again:{outbox_id}")
            return
        form = f"unconfirmed_there:{outbox_id}"
        self._wait(partial(slack.press, "olivia", notice, form))  # Slack opens it in time
        link = f"https://team.slack.com/archives/{there[0]}/p{there[1].replace('.', '')}"
        assert not slack.submit("olivia", {"link": link})

    def _where(self, key: str) -> tuple[str, str] | None:
        with self._slack.workspace.store.reading():
            for found in self._slack.workspace.store.messages.values():
                for one in found:
                    if one.metadata and one.metadata["event_payload"]["key"] == key:
                        return one.channel, one.ts
        return None

    def _workspace_number(self) -> int:
        return workspaces.only(self._database).id or 0

    def _wait(self, question: Callable[[], Any], quiet: int = 1) -> None:
        """Until something holds at so many looks in turn."""
        until, held = time.monotonic() + PATIENCE, 0
        while held < quiet:
            assert time.monotonic() < until, f"it does not come to rest: see {self.log}"
            time.sleep(0.15)
            held = held + 1 if question() else 0

    def _until_idle(self) -> None:
        self._wait(self._is_idle, QUIET)

    def _is_idle(self) -> bool:
        if not self._is_up():
            return False
        with self._database.looking() as session:
            if sending.unsent(session) or jobs.pending(session, _far()):
                return False
        with self._database.reading(workspaces.only(self._database).id or 0) as tx:
            return not any(digests.due(tx, one) for one in digests.confirmed(tx, (digests.ACTIVE,)))

    def _is_up(self) -> bool:
        with socket.socket() as link:
            return link.connect_ex(("127.0.0.1", self._port)) == 0

    def _start_slack(self, history: bool) -> RunningPlayground:
        clock_file = self._folder / "clock"
        clock_file.write_text("0")
        manifest = manifest_in(self._folder, history=history)
        self._secret, self._token = secrets.token_hex(8), f"xoxb-{secrets.token_hex(8)}"
        return start_playground(
            Options(
                bot_url=f"http://127.0.0.1:{self._port}", signing_secret=self._secret,
                bot_token=self._token, port=0, manifest=manifest,
                clock_file=clock_file, timeout=10.0, trigger_seconds=10.0,
                retry_delays=(0.2, 0.6, 1.5),
            )
        )  # fmt: skip

    def _settings_for(self, database_url: str) -> Mapping[str, Any]:
        return {
            "database_url": database_url,
            "data_dir": str(self._folder / "data"),
            "slack_api_base_url": self._slack.api_url,
            "slack_bot_token": self._token,
            "slack_signing_secret": self._secret,
            "playground_clock_file": str(self._folder / "clock"),
            "server_threads": 4,
            "live_sources": False,
        }


def _far() -> dt.datetime:
    """Jobs that wait to be tried again count, too."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(days=30)
