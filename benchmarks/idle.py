"""What many workspaces at rest cost a server: `python -m benchmarks.idle`.

Each workspace has people, creators, a weekly digest and an open shortlist as a small team has them;
nothing is due. Counted are the statements of one tick a minute, of one an hour, and of a second of
looking for work, with the processor's time of this process, which is what the server itself takes
(PostgreSQL's own comes on top). Ticks are repeated, and the median is shown.
"""

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import event, text

from bot.app import Bot, build
from bot.settings import Settings
from bot.workers import JOB_WORKERS, SENDERS, Workers
from storage import digests, people, workspaces
from storage.models import DigestSchedule
from storage.transaction import Transaction
from tests.fleet.own_postgres import OwnPostgres
from tests.shortlisting import store_brief, store_creators

TIMES = 3


class Counted:
    """Statements that an engine has sent."""

    def __init__(self, bot: Bot) -> None:
        """Count from now on."""
        self.statements = 0
        event.listen(bot.services.database.engine, "before_cursor_execute", self._count)

    def _count(self, *_: object) -> None:
        self.statements += 1


def fill(bot: Bot, count: int) -> None:
    """Store so many workspaces, each with what a small team has."""
    database = bot.services.database
    for number in range(count):
        place = workspaces.ensure(
            database, "", f"T{number:08}", name=f"Team {number}", welcomed_at=database.now(),
            bot_user_id="U0BOT", bot_id="B0BOT",
        )  # fmt: skip
        with database.writing(place.id or 0) as tx:
            _team(tx)


def _team(tx: Transaction) -> None:
    team = [
        people.learn(tx, {"id": f"U{n:08}", "name": f"p{n}", "tz": "Europe/London"})
        for n in range(5)
    ]
    store_brief(tx)
    store_creators(tx, *(f"creator{n}" for n in range(20)))
    tx.session.add(
        DigestSchedule(
            workspace_id=tx.workspace_id, owner_id=team[0].id or 0, channel_id="C0WEEKLY",
            timezone="Europe/London", state=digests.ACTIVE, since=tx.now, created_at=tx.now,
        )
    )  # fmt: skip


def _measured(step: Callable[[], object], counted: Counted) -> tuple[float, float, int]:
    """Seconds of the processor, seconds on the clock, statements: the median of a few times."""
    found = []
    for _ in range(TIMES):
        before, began, worked = counted.statements, time.perf_counter(), time.process_time()
        step()
        found.append(
            (time.process_time() - worked, time.perf_counter() - began, counted.statements - before)
        )
    return statistics.median_low(found)


def run(url: str, count: int, folder: Path) -> None:
    """Measure with so many workspaces in one database."""
    settings = Settings(
        _env_file=None, database_url=url, data_dir=folder, live_sources=True,
        slack_bot_token=SecretStr("xoxb-0"), slack_api_base_url="http://127.0.0.1:9/api/",
    )  # fmt: skip
    bot = build(settings)
    try:
        began = time.perf_counter()
        fill(bot, count)
        kind = "SQLite" if bot.services.database.is_sqlite else "PostgreSQL"
        print(f"{kind}, {count} workspaces at rest (stored in {time.perf_counter() - began:.0f} s)")
        workers, counted = Workers(bot), Counted(bot)
        for name in (workers.tick_minute, workers.tick_hour):
            name()  # what comes up once: learning, packs
        _finish(bot)
        for label, step in (
            ("tick each minute", workers.tick_minute),
            ("tick each hour", workers.tick_hour),
            ("a look for work", lambda: (workers._sender.send_due(), workers.work_once())),
        ):
            worked, lasted, statements = _measured(step, counted)
            print(f"  {label:18} {worked:7.3f} s CPU {lasted:7.3f} s {statements:7} statements")
        print(f"  threads looking for work: {SENDERS + JOB_WORKERS}, each once a second")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"  memory {_resident():.0f} MiB now, {peak:.0f} MiB at most")
    finally:
        bot.services.database.close()


def _finish(bot: Bot) -> None:
    """Set aside whatever the first ticks asked for: Slack is not here."""
    with bot.services.database.everywhere() as session:
        session.connection().execute(text("UPDATE jobs SET state = 'done'"))


def _resident() -> float:
    for line in Path(f"/proc/{os.getpid()}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> None:
    """Both databases, with as many workspaces as asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.idle", description=__doc__)
    parser.add_argument("--workspaces", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    for count in given.workspaces:
        with tempfile.TemporaryDirectory() as name:
            if given.only != "postgresql":
                run(f"sqlite:///{name}/idle.db", count, Path(name))
            if given.only != "sqlite":
                postgres = OwnPostgres()
                try:
                    run(postgres.url, count, Path(name))
                finally:
                    postgres.stop()


if __name__ == "__main__":
    main()
