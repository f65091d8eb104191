"""What people do while the server is killed, and what they were told was done."""

import contextlib
import itertools
import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from playground.delivery import Delivery
from playground.records import Channel, Message, StepRun
from playground.store import Refusal
from playground.workspace import Workspace
from storage import outbox
from storage.database import Unavailable
from tests.fleet.scene import Scene
from tests.shortlisting import CHECK

PAUSE = 0.05
VOTERS = ("ana", "ben", "carla")


@dataclass
class Acknowledged:
    """What people were told was done.

    lists: their names. numbered: last of each channel. steps: of workflows; they show their end.
    """

    lists: set[str] = field(default_factory=set)
    digests: int = 0
    files: int = 0
    numbered: dict[str, int] = field(default_factory=dict)
    steps: list[StepRun] = field(default_factory=list)
    count: Counter[str] = field(default_factory=Counter)


class People:
    """People at work in threads of their own, until told to stop."""

    def __init__(self, scene: Scene, channels: Sequence[Channel], seed: int) -> None:
        """channels: for numbered posts."""
        self.told = Acknowledged()
        self._scene = scene
        self._slack: Workspace = scene.slack
        self._channels = channels
        self._random = random.Random(seed)
        self._stopping = threading.Event()
        self._open = [message for message, _ in scene.cards]
        self._names = itertools.count(1)
        self._lists = scene.channels("workflows", 1)[0].id
        work = (self._vote, self._keep_list, self._ask_for_digest, self._number, self._export,
                self._run_workflow)  # fmt: skip
        self._threads = [threading.Thread(target=self._go_on, args=(one,)) for one in work]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is being done."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self, act: Callable[[], None]) -> None:
        pause = PAUSE
        while not self._stopping.wait(pause * self._random.uniform(0.5, 1.5)):
            try:
                act()
            except (Refusal, LookupError, TimeoutError):  # the server is not there
                pause = min(0.2, pause * 1.5)
            else:
                pause = PAUSE

    def _vote(self) -> None:
        """React, think better of it, and now and then decide a card."""
        if not self._open:
            return
        card = self._random.choice(self._open)
        if self._random.random() < 0.01 and len(self._open) > 1:
            self._open.remove(card)
            for who in VOTERS:
                self._react(who, card, on=True)
            return
        who = self._random.choice(VOTERS[:2])
        self._react(who, card, on=self._slack.user(who).id not in card.reactions.get(CHECK, []))

    def _react(self, who: str, card: Message, *, on: bool) -> None:
        act = self._slack.react if on else self._slack.unreact
        with contextlib.suppress(Refusal):  # it is there, or gone, already
            done = act(who, CHECK, card)
            self.told.count["votes"] += int(_is_taken(done))

    def _keep_list(self) -> None:
        name = f"Kept {next(self._names)}"
        answer = self._slack.command("ana", f"list add @s1c1 to {name}")
        if answer is not None and "is on" in answer.text and name in answer.text:
            self.told.lists.add(name)
            self.told.count["lists"] += 1

    def _ask_for_digest(self) -> None:
        answer = self._slack.command("olivia", "digest now", "general")
        if answer is not None and "is on its way" in answer.text:
            self.told.digests += 1
            self.told.count["digests"] += 1
        self._stopping.wait(0.3)

    def _export(self) -> None:
        """A file, which is uploaded in a job and shown once."""
        self._stopping.wait(0.5)
        with contextlib.suppress(LookupError):  # none is open
            self._slack.close_view("olivia", everything=True)
        self._slack.command("olivia", "export")
        if self._slack.submit("olivia", {"what": "creators", "kind": "csv"}):
            return
        last = next(one for one in reversed(self._slack.deliveries) if one.kind == "submission")
        if last.ok and b"being written" in last.answer:
            self.told.files += 1
            self.told.count["files"] += 1

    def _number(self) -> None:
        """Decide on posts in their order, as a handler does: the next after this was committed."""
        channel = self._random.choice(self._channels).id
        number = self.told.numbered.get(channel, 0) + 1
        key = f"numbered:{channel}:{number}"
        try:
            with self._scene.database.writing(self._scene.number) as tx:
                outbox.post(tx, key, channel, {"text": str(number)})
        except Unavailable:
            return
        self.told.numbered[channel] = number
        self.told.count["numbered"] += 1
        self._stopping.wait(0.1)

    def _run_workflow(self) -> None:
        """Of one step, which posts a list in a job and says when that is there."""
        self._stopping.wait(0.4)
        given = {"words": "skincare", "channel": self._lists}
        run, delivery = self._slack.workflows.run("find_creators", given, None)
        if delivery is not None and _is_taken(delivery.result()):
            self.told.steps.append(run)
            self.told.count["steps"] += 1


def _is_taken(delivery: Delivery | None) -> bool:
    return delivery is not None and delivery.ok
