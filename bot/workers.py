"""Threads that take work from the database: messages, jobs, and the clock's tick."""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from apscheduler.schedulers.background import BackgroundScheduler

from bot import metrics, tracing
from bot.app import Bot, real_now
from bot.clock import Clock
from bot.purge import purge_removed
from bot.sender import Sender
from handlers.features import TickHandler
from storage import deliveries, jobs, sending, windows, workspaces
from storage.bell import Bell
from storage.database import Unavailable, is_out_of_reach
from storage.models import Job
from storage.turns import HOUR, MINUTE, Turns

log = logging.getLogger(__name__)

T = TypeVar("T")

IDLE_SECONDS = 1.0
SENDERS = 3
JOB_WORKERS = 3  # an import takes minutes, and others wait for short jobs
STOP_SECONDS = 10.0
CLOCK_SECONDS = 0.25


class Workers:
    """All workers of one process. They may be killed at any moment and lose nothing.

    now: real time, by which leases and waits go.
    """

    def __init__(self, bot: Bot, now: Callable[[], dt.datetime] = real_now) -> None:
        self._bot = bot
        self._now = now
        self._database = bot.services.database
        self._sender = Sender(bot, now)
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._times_put_off: dict[int | None, int] = {}  # by job, of those not done since
        self._turns = Turns(self._database)
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Start the threads and the clock, which ticks at once for what fell due meanwhile."""
        for number in range(SENDERS):
            self._spawn(f"outbox-{number}", self._send_forever)
        for number in range(JOB_WORKERS):
            self._spawn(f"jobs-{number}", self._work_forever)
        clock_file = self._bot.settings.playground_clock_file
        if clock_file is not None:
            self._spawn("clock", lambda: self._follow(Clock(clock_file)))
        at_once = real_now()  # as the scheduler reckons, which knows no other clock
        self._spawn("first tick", lambda: self._guarded(self.tick_hour))
        self._scheduler.add_job(
            lambda: self._guarded(self._minute_in_turn), "cron", second=0, next_run_time=at_once
        )
        self._scheduler.add_job(
            lambda: self._guarded(self._hour_in_turn), "cron", minute=0, second=30
        )
        if self._bot.tokens is not None:  # by itself: while Slack is slow, digests are not
            self._scheduler.add_job(self.renew_tokens, "interval", minutes=1, next_run_time=at_once)
        self._scheduler.start()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Finish what is in hand within a limit; the rest is for the next start."""
        self._stopping.set()
        for _ in self._threads:
            self._database.outbox_added.ring()
            self._database.job_added.ring()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._sender.close()
        self._turns.close()

    def run_until_idle(self, rounds: int = 1000) -> None:
        """Do all that is due now, in this thread: for commands and tests without threads."""
        for _ in range(rounds):
            if not (self._sender.send_due() or self.work_once()):
                return

    def work_once(self) -> bool:
        """Do one job that is due; says whether there was one."""
        job = self._claim()
        if job is None:
            return False
        with tracing.at(job=job.id or 0, work=job.kind, workspace=job.workspace_id):
            self._work_on(job)
        return True

    def _work_on(self, job: Job) -> None:
        try:
            with self._keeping(job), metrics.working(job.kind):
                self._do(job)
        except Exception as error:  # a job that fails is tried again, and the log says why
            if is_out_of_reach(error):
                self._put_off(job, error)
                return
            log.exception("job %s (%s) failed", job.id, job.kind)
            with self._database.writing(job.workspace_id) as tx:
                jobs.retry(tx.session, job, repr(error), self._now())
        else:
            with self._database.writing(job.workspace_id) as tx:
                jobs.finish(tx.session, job)
        self._times_put_off.pop(job.id, None)

    def _put_off(self, job: Job, error: Exception) -> None:
        """The database was busy or away: the job is as good as before and loses no try."""
        log.warning("job %s (%s) waits: the database is out of reach", job.id, job.kind)
        times = self._times_put_off.get(job.id, 0)
        self._times_put_off[job.id] = times + 1
        with self._database.writing(job.workspace_id) as tx:
            jobs.put_off(tx.session, job, repr(error), times, self._now())

    def _claim(self) -> Job | None:
        """Look where work is due, then take it there."""
        with self._database.looking() as session:
            places = jobs.due_in(session, self._now())
        for workspace_id in places:
            with self._database.writing(workspace_id) as tx:
                job = jobs.claim(tx, self._now())
            if job is not None:
                self._database.job_added.ring()  # where one is, there may be more
                return job
        return None

    def _do(self, job: Job) -> None:
        handler = self._bot.feature.jobs.get(job.kind)
        if handler is None and jobs.is_of_today(job, self._now()):
            self._leave(job)
            return
        if handler is None:
            raise LookupError(f"no feature handles jobs of kind {job.kind}")
        with self._database.reading(job.workspace_id) as tx:
            workspace = workspaces.get(tx)
        about = {"job_id": job.id, "last_try": jobs.tries_of(job) >= jobs.ATTEMPTS}
        context = replace(self._bot.context(workspace), asked_at=job.asked_at)
        handler({**job.payload, **about}, context)

    def _leave(self, job: Job) -> None:
        """A newer release asked for it, whose servers are just being started beside this one."""
        log.info("job %s (%s) is left to a newer server", job.id, job.kind)
        with self._database.writing(job.workspace_id) as tx:
            jobs.leave(tx.session, job, self._now())

    @contextmanager
    def _keeping(self, job: Job) -> Iterator[None]:
        """Extend the job's lease for as long as it is worked on."""
        done = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(job, done), daemon=True)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()

    def _keep(self, job: Job, done: threading.Event) -> None:
        while not done.wait(jobs.LEASE.total_seconds() / 4):
            try:
                with self._database.writing(job.workspace_id) as tx:
                    jobs.extend(tx.session, job, self._now())
            except Unavailable:
                log.warning("the lease of job %s could not be extended; trying again", job.id)

    @metrics.ticking("minute")
    def tick_minute(self) -> None:
        """What is due by the product's clock is turned into rows."""
        self._tick(self._bot.feature.minutely)
        self._database.ease()

    def _minute_in_turn(self) -> None:
        """One of several servers looks what is due."""
        if self._turns.take(MINUTE, int(self._now().timestamp()) // 60):
            self.tick_minute()

    def _hour_in_turn(self) -> None:
        if self._turns.take(HOUR, int(self._now().timestamp()) // 3600):
            self.tick_hour()

    def renew_tokens(self) -> None:
        """Tokens that end within hours are exchanged, though nobody needs them now."""
        if self._bot.tokens is not None:
            self._guarded(self._bot.tokens.renew_expiring)

    @metrics.ticking("hour")
    def tick_hour(self) -> None:
        """What is looked after now and then: votes given while the bot was down, clean-up."""
        self._tick(self._bot.feature.hourly)
        with self._database.looking() as session:
            everybody = windows.every_workspace(session)
        for workspace_id in everybody:
            with self._database.writing(workspace_id) as tx:
                deliveries.forget_old(tx, self._now())
                sending.forget_old(tx, self._now())
                jobs.forget_old(tx, self._now())
        purge_removed(self._bot)

    def _tick(self, handlers: tuple[TickHandler, ...]) -> None:
        for workspace in workspaces.all_active(self._database):
            for handler in handlers:
                if self._stopping.is_set():
                    return
                try:
                    handler(self._bot.context(workspace))
                except Exception:
                    log.exception("%s failed in workspace %s", handler.__name__, workspace.id)

    def _spawn(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _send_forever(self) -> None:
        self._loop(self._sender.send_due, self._database.outbox_added)

    def _work_forever(self) -> None:
        self._loop(self.work_once, self._database.job_added)

    def _follow(self, clock: Clock) -> None:
        """In the playground: tick as soon as somebody has moved its clock."""
        seen = clock.offset()
        while not self._stopping.wait(CLOCK_SECONDS):
            now = clock.offset()
            if now != seen:
                seen = now
                self._guarded(self.tick_minute)
                self._guarded(self.tick_hour)

    def _loop(self, step: Callable[[], bool], wake: Bell) -> None:
        while not self._stopping.is_set():
            if not self._guarded(step):
                wake.wait(IDLE_SECONDS)

    def _guarded(self, step: Callable[[], T]) -> T | None:
        """A worker outlives whatever happens in one step."""
        try:
            return step()
        except Unavailable as error:
            log.warning("the database is out of reach (%s); trying again", type(error).__name__)
        except Exception:
            log.exception("a worker failed and goes on")
        return None

    def idle(self) -> bool:
        """Whether nothing is due and nothing is on its way."""
        with self._database.looking() as session:
            return not (sending.unsent(session) or jobs.pending(session, self._now()))
