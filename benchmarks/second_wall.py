"""What row-level security costs: the same finds and votes' transactions with it and without.

    python -m benchmarks.second_wall --creators 20000 --rounds 400

One PostgreSQL, one database; each question is asked in turn as the role that is held back and as
the owner, who is not, in this process and in both orders, so that whatever else the machine does
falls to both alike.
"""

import argparse
import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.creators import fill
from benchmarks.find import MIX
from bot.app import Bot, build
from bot.settings import Settings
from domain.niche import default_vocabulary
from handlers.payloads import Command
from storage import pack_process, packs, people, workspaces
from storage.database import Database
from storage.migrate import migrate
from tests import postgres

WHO, WHERE = "U0BENCH0001", "C0BENCH0001"
OWNER, APP = "owner, no wall", "held back"


def main() -> None:
    """Measure, and print the middle of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--creators", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=400)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        owner = postgres.postgres_url(Path(folder))
        number = _prepared(owner, asked.creators)
        bots = {
            name: build(Settings(_env_file=None, database_url=url, data_dir=Path(folder)))
            for name, url in ((OWNER, owner), (APP, postgres.as_app(owner)))
        }
        print(f"PostgreSQL, {asked.creators:,} creators, {asked.rounds} rounds")
        _compare("find", bots, asked.rounds, lambda bot, turn: _find(bot, number, turn))
        _compare("a writing transaction", bots, asked.rounds, lambda bot, _: _write(bot, number))
        for bot in bots.values():
            bot.services.database.close()


def _prepared(owner: str, creators: int) -> int:
    now = lambda: dt.datetime.now(dt.UTC)  # noqa: E731
    database = Database(postgres.as_app(owner), now, owner_url=owner)
    migrate(database)
    number = workspaces.ensure(database, "", "T0BENCH0001", name="bench").id or 0
    with database.writing(number) as tx:
        people.learn(tx, {"id": WHO, "name": "ana", "tz": "Europe/London"})
    fill(database, number, creators, default_vocabulary())
    with database.reading(number) as tx:
        epoch = packs.due(tx)
    if epoch is not None:
        pack_process.build(database, number, epoch)
    database.close()
    return number


def _compare(what: str, bots: dict[str, Bot], rounds: int, act: Callable[[Bot, int], None]) -> None:
    took: dict[str, list[float]] = {name: [] for name in bots}
    for turn in range(-20, rounds):
        names = list(bots) if turn % 2 else list(reversed(bots))
        for name in names:
            began = time.perf_counter()
            act(bots[name], turn)
            if turn >= 0:  # before, connections are opened and statements prepared
                took[name].append((time.perf_counter() - began) * 1000)
    middle = {name: statistics.median(each) for name, each in took.items()}
    said = ", ".join(f"{name} {value:.2f} ms" for name, value in middle.items())
    print(f"  {what}: p50 {said}; {middle[APP] / middle[OWNER] - 1:+.1%}")


def _find(bot: Bot, number: int, turn: int) -> None:
    text = MIX[turn % len(MIX)]
    with bot.services.database.reading(number) as tx:
        workspace = workspaces.get(tx)
    command = Command(text.partition(" ")[2], WHERE, "1.1", "", text.split()[0])
    bot.feature.commands["find"](command, bot.context(workspace, WHO))


def _write(bot: Bot, number: int) -> None:
    delivery = f"bench:{time.monotonic_ns()}"
    with bot.services.database.writing(number, WHO, delivery, quick=True) as tx:
        person = people.get(tx, WHO)
        person.refreshed_at = tx.now
        tx.session.add(person)


if __name__ == "__main__":
    main()
