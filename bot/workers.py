"""Threads that take work from the database: messages, jobs, and the clock's tick."""

import logging
import threading
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler

from bot.app import Bot, real_now
from bot.sender import Sender
from handlers.features import TickHandler
from storage import jobs, outbox, workspaces
from storage.database import Unavailable

log = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
SENDERS = 3


class Workers:
    """All workers of one process. They may be killed at any moment and lose nothing."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._database = bot.services.database
        self._sender = Sender(bot)
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Start the threads and the minute tick."""
        for number in range(SENDERS):
            self._spawn(f"outbox-{number}", self._send_forever)
        self._spawn("jobs", self._work_forever)
        self._scheduler.add_job(self.tick_minute, "interval", minutes=1)
        self._scheduler.add_job(self.tick_hour, "interval", hours=1)
        self._scheduler.start()
        self._spawn("first-tick", self._first_tick)

    def stop(self, seconds: float = 10) -> None:
        """Finish what is in hand within a limit; the rest is for the next start."""
        self._stopping.set()
        self._database.outbox_added.set()
        self._database.job_added.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        for thread in self._threads:
            thread.join(seconds)
        self._sender.close()

    def run_until_idle(self, rounds: int = 1000) -> None:
        """Do all that is due now, in this thread: for commands and tests without threads."""
        for _ in range(rounds):
            if not (self._sender.send_due() or self.work_once()):
                return

    def work_once(self) -> bool:
        """Do one job that is due; says whether there was one."""
        with self._database.everywhere() as session:
            job = jobs.claim(session, real_now())
        if job is None:
            return False
        handler = self._bot.feature.jobs.get(job.kind)
        try:
            if handler is None:
                raise LookupError(f"no feature handles jobs of kind {job.kind}")
            with self._database.reading(job.workspace_id) as tx:
                workspace = workspaces.get(tx)
            handler({**job.payload, "job_id": job.id}, self._bot.context(workspace))
        except Exception as error:  # a job that fails is tried again, and the log says why
            log.exception("job %s (%s) failed", job.id, job.kind)
            with self._database.everywhere() as session:
                jobs.retry(session, job, repr(error), real_now())
        else:
            with self._database.everywhere() as session:
                jobs.finish(session, job)
        return True

    def tick_minute(self) -> None:
        """What is due by the product's clock is turned into rows."""
        self._tick(self._bot.feature.minutely)

    def tick_hour(self) -> None:
        """What is looked after now and then: votes given while the bot was down, clean-up."""
        self._tick(self._bot.feature.hourly)

    def _tick(self, handlers: tuple[TickHandler, ...]) -> None:
        for workspace in workspaces.all_active(self._database):
            for handler in handlers:
                try:
                    handler(self._bot.context(workspace))
                except Exception:
                    log.exception("%s failed in workspace %s", handler.__name__, workspace.id)

    def _first_tick(self) -> None:
        self.tick_minute()
        self.tick_hour()

    def _spawn(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _send_forever(self) -> None:
        self._loop(lambda: bool(self._sender.send_due()), self._database.outbox_added)

    def _work_forever(self) -> None:
        self._loop(self.work_once, self._database.job_added)

    def _loop(self, step: Callable[[], bool], wake: threading.Event) -> None:
        while not self._stopping.is_set():
            try:
                busy = step()
            except Unavailable:
                log.warning("the database is out of reach; trying again in %s s", IDLE_SECONDS)
                busy = False
            except Exception:
                log.exception("a worker failed and goes on")
                busy = False
            if not busy:
                wake.wait(IDLE_SECONDS)
                wake.clear()

    def idle(self) -> bool:
        """Whether nothing is due and nothing is on its way."""
        with self._database.everywhere() as session:
            return not (outbox.unsent(session) or jobs.pending(session, real_now()))
