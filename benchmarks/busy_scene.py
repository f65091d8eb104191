"""A workspace at work: creators, fifty people, open shortlists; and the server they talk to."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr
from sqlmodel import col, select

from benchmarks import creators, load, slack_stand_in, start_up
from benchmarks.slack_stand_in import BOT, OWNER, TEAM
from bot.app import Bot, build
from bot.settings import Settings
from domain.brief import BriefContent
from domain.brief_form import BriefDraft
from domain.niche import default_vocabulary
from domain.votes import Vote
from handlers import posting
from handlers.posting import Terms
from storage import briefs, pack_process, packs, people, sending, workspaces
from storage.models import CardVote, OutboxMessage, Person, Profile

VOTERS = [f"U0VOTER{number:04d}" for number in range(50)]
CARDS_A_LIST = 25
APPROVERS = 5
PATIENCE = 600.0


class Place(NamedTuple):
    """Where a card stands in Slack, and who votes on it."""

    card: int
    channel: str
    ts: str
    voters: Sequence[str]


@dataclass(frozen=True)
class Scene:
    """What was set up. handles: of creators, for looking them up."""

    bot: Bot
    workspace: int
    handles: Sequence[str]

    def settle(self) -> None:
        """Wait until everything that was to be sent is in Slack."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with self.bot.services.database.looking() as session:
                if not sending.unsent(session):
                    return
            time.sleep(0.2)
        raise TimeoutError("the outbox did not empty")

    def places(self) -> list[Place]:
        """Every posted card."""
        with self.bot.services.database.reading(self.workspace) as tx:
            posted = tx.session.exec(
                select(OutboxMessage.about, OutboxMessage.channel_id, OutboxMessage.ts).where(
                    OutboxMessage.workspace_id == self.workspace,
                    col(OutboxMessage.about).startswith("card:"),
                    OutboxMessage.method == "chat.postMessage",
                    col(OutboxMessage.ts).is_not(None),
                )
            ).all()
        return [
            Place(int(about[5:]), channel or "", ts or "", voters_of(int((channel or "")[-5:])))
            for about, channel, ts in posted
        ]

    def votes(self) -> set[tuple[int, str]]:
        """Who has a vote in favour of which card."""
        with self.bot.services.database.reading(self.workspace) as tx:
            found = tx.session.exec(
                select(CardVote.card_id, Person.slack_user_id)
                .join(Person, col(Person.id) == col(CardVote.person_id))
                .where(CardVote.workspace_id == self.workspace, CardVote.vote == Vote.APPROVE.value)
            )
            return {(card, who) for card, who in found}


def set_up(folder: Path, slack_port: int, count: int, lists: int, url: str = "") -> Scene:
    """Fill a new database; the shortlists wait in the outbox for a server to post them."""
    bot = build(Settings(_env_file=None, **settings(folder, slack_port, url)))
    database = bot.services.database
    workspace = workspaces.meet(
        database, "", TEAM, name="bench", url="https://bench.example.com/", bot_user_id=BOT,
        bot_id="B0BENCH0001", removed_at=None,
    )  # fmt: skip
    number = workspace.id or 0
    creators.fill(database, number, count, default_vocabulary())
    with database.reading(number) as tx:
        epoch = packs.due(tx)
    if epoch is not None:
        pack_process.build(database, number, epoch)
    with database.writing(number) as tx:
        for who in (OWNER, *VOTERS):
            people.learn(tx, slack_stand_in.user(who))
        owner = people.get(tx, OWNER)
        owner.role = "owner"
        tx.session.add(owner)
        draft = BriefDraft(name="Spring Glow", content=BriefContent(niches=("skincare",)))
        brief = briefs.create(tx, draft, None, owner.id).id or 0
    with database.reading(number) as tx:
        wanted = select(Profile.id, Profile.handle).order_by(col(Profile.id))
        profiles = tx.session.exec(wanted.limit(max(lists * CARDS_A_LIST, 200))).all()
    for place in range(lists):
        some = profiles[place * CARDS_A_LIST : (place + 1) * CARDS_A_LIST]
        terms = Terms(brief, f"C0LIST{place:05d}", APPROVERS, voters_of(place), in_thread=True,
                      has_outsiders=False)  # fmt: skip
        posting.post(bot.context(workspace, OWNER, f"set-up:{place}"), terms,
                     [one for one, _ in some if one is not None])  # fmt: skip
    return Scene(bot, number, [handle for _, handle in profiles])


def voters_of(place: int) -> tuple[str, ...]:
    """Who decides on a shortlist, with a quorum of all: while one never votes, it stays open."""
    return tuple(VOTERS[(place + number) % len(VOTERS)] for number in range(APPROVERS))


def settings(folder: Path, slack_port: int, url: str = "") -> dict[str, object]:
    """Of the server and of whoever sets the scene."""
    return {
        "data_dir": folder / "data",
        "database_url": url or f"sqlite:///{folder / 'busy.db'}",
        "slack_api_base_url": f"http://127.0.0.1:{slack_port}/api/",
        "slack_bot_token": SecretStr("xoxb-0"),
        "slack_signing_secret": SecretStr(load.SECRET),
        "live_sources": False,
    }


def environment(folder: Path, slack_port: int, url: str = "") -> dict[str, str]:
    """The same settings for a process."""
    known = settings(folder, slack_port, url).items()
    plain = {
        name.upper(): each.get_secret_value() if isinstance(each, SecretStr) else str(each)
        for name, each in known
    }
    return plain | {"LOG_LEVEL": "WARNING"}


@contextmanager
def serving(
    command: Sequence[str], given: Mapping[str, str]
) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """A server in its process, ready; "{port}" in the command is a free one."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    words = [each.format(port=port) for each in command]
    process = subprocess.Popen([sys.executable, *words], env=os.environ | given,
                               stdout=subprocess.DEVNULL)  # fmt: skip
    try:
        start_up.wait_until_ready(port)
        yield port, process
    finally:
        process.terminate()
        process.wait(60)
