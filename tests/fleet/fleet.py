"""A fleet: real servers on one PostgreSQL, the playground as Slack, and a way between them."""

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from bot.clock import Clock
from bot.manifest import manifest_path
from playground.options import Options
from playground.server import RunningPlayground
from playground.server import start as start_playground
from playground.workspace import Workspace
from storage import jobs, sending
from storage.database import Database, Unavailable
from tests.behind import everything
from tests.fleet.front import Balancer, SocketMode, is_ready
from tests.fleet.processes import Processes, free_ports
from tests.fleet.scene import until_done
from tests.metering import TOKEN, Figures, ask

MODES = ("http", "socket")
PROCESSES = 2
"""Of a server in HTTP mode, as shipped."""


@dataclass
class Fleet:
    """What a test or a long run does with it."""

    slack: Workspace
    database: Database
    processes: Processes
    front: Balancer | SocketMode

    def start(self) -> None:
        """Start all servers at once; does not wait until they answer."""
        for place in self.processes.places:
            self.processes.start(place)

    def wait_until_up(self, count: int, seconds: float = 60.0) -> None:
        """Wait until so many servers take requests, with all of their processes."""
        self.slack.wait_for(lambda: self.front.up() >= count, f"{count} servers", seconds)
        self.slack.wait_for(self._are_whole, "their other processes", seconds)

    def _are_whole(self) -> bool:
        """Whether no process of a server that is up is still starting, and takes the machine."""
        if isinstance(self.front, SocketMode):
            return True
        up = [port for port in self.processes.ports if is_ready(port)]
        said = [ask(port, "/metrics", TOKEN) for port in up]
        return all(Figures(one.text).value("answering_processes") == PROCESSES for one in said)

    def move_clock(self, by: dt.timedelta) -> None:
        """Move the product's clock; all servers see it within a quarter of a second."""
        self.slack.advance_clock(by.total_seconds())

    def is_idle(self) -> bool:
        """Whether nothing is due and nothing is on its way; False while the database is away."""
        try:
            with self.database.looking() as session:
                return not (
                    sending.unsent(session) or jobs.pending(session, dt.datetime.now(dt.UTC))
                )
        except Unavailable:
            return False

    def end_leases(self) -> None:
        """Time passes until all leases have lapsed: only where no server runs any more."""
        for table in ("outbox", "jobs"):
            until_done(lambda name=table: self._end_leases(name))  # type: ignore[misc]

    def _end_leases(self, table: str) -> None:
        with everything(self.database) as session:
            session.connection().execute(
                text(f"UPDATE {table} SET leased_until = now() WHERE leased_until IS NOT NULL")  # noqa: S608
            )


@contextmanager
def fleet(mode: str, database_url: str, folder: Path, count: int = 3) -> Iterator[Fleet]:
    """Prepare a fleet of so many servers, none of which is started yet. mode: one of `MODES`."""
    ports = free_ports(count)
    front = Balancer(ports) if mode == "http" else SocketMode()
    token, secret = f"xoxb-{secrets.token_hex(8)}", secrets.token_hex(8)
    clock_file = folder / "clock"
    clock_file.write_text("0")
    playground = start_playground(
        Options(
            bot_url=front.url, signing_secret=secret, bot_token=token, port=0,
            manifest=manifest_path(), clock_file=clock_file, timeout=10.0, trigger_seconds=10.0,
            retry_delays=(0.1, 1.0, 3.0),
        )
    )  # fmt: skip
    environment = {
        "DATABASE_URL": database_url,
        "DATA_DIR": str(folder / "data"),
        "SLACK_API_BASE_URL": _api_url(front, playground),
        "SLACK_BOT_TOKEN": token,
        "SLACK_APP_TOKEN": "xapp-1",
        "SLACK_SIGNING_SECRET": secret,
        "PLAYGROUND_CLOCK_FILE": str(clock_file),
        "SERVER_THREADS": "4",
        "METRICS_TOKEN": TOKEN,
        "LIVE_SOURCES": "off",
    }
    processes = Processes(mode, ports, environment, folder)
    database = Database(database_url, Clock(clock_file).now, pool_size=12)
    try:
        yield Fleet(playground.workspace, database, processes, front)
    finally:
        processes.kill_all()
        playground.stop()
        front.stop()
        database.close()


def _api_url(front: Balancer | SocketMode, playground: RunningPlayground) -> str:
    if isinstance(front, SocketMode):
        front.playground_port = int(playground.url.rpartition(":")[2])
        return f"{front.url}/api/"
    return playground.api_url
