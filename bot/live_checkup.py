"""What `doctor` says of the platforms that can be asked: set up, spent, and when they answered."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sqlmodel import Session

from bot.clock import Clock
from bot.live import live_sources
from bot.settings import Settings
from domain.look_up_report import ago
from domain.quota import BUDGETS
from sources.live import SourceState
from storage import quotas
from storage.database import Database, Unavailable
from storage.models import SourceHealth


class Checked(NamedTuple):
    """One thing that was looked at. wrong: it needs somebody; cure: what to do, "" = nothing."""

    what: str
    cure: str = ""
    wrong: bool = False


def check(settings: Settings, database: Database) -> Iterator[Checked]:
    """Look at every live source; contacts none of them."""
    clock = Clock(settings.playground_clock_file)
    now = clock.now
    live = live_sources(settings, database, clock)
    if live is None:
        yield Checked("Live sources are off: no platform is contacted (LIVE_SOURCES).")
        return
    try:
        with Session(database.engine) as session:
            health = quotas.health(session)
    except Unavailable:  # said already when the database was looked at
        health = {}
    for state in live.states():
        if state.ready:
            yield _of_ready(state, health.get(state.name), now())
        else:
            yield Checked(f"{state.name}: not asked. {state.why_not}".rstrip())
        yield from _spent(state, database, now)
    for problem in live.problems():
        yield Checked(problem, "Mend or remove that package; the others work.", wrong=True)


def _of_ready(state: SourceState, health: SourceHealth | None, now: dt.datetime) -> Checked:
    does = "finds and looks at accounts" if state.finds else "looks at accounts that are known"
    lead = f"{state.name}: on, {does}"
    if health is None:
        return Checked(f"{lead}; not asked yet.")
    answered = f"last answered {ago(health.succeeded_at, now)}" if health.succeeded_at else ""
    failing = health.failed_at is not None and (
        health.succeeded_at is None or health.failed_at > health.succeeded_at
    )
    if not failing or health.failed_at is None:
        return Checked(f"{lead}; {answered}.")
    since = answered or "has not answered yet"
    shut = health.closed_until
    again = f" It is asked again after {shut:%d %B %H:%M} UTC." if shut and shut > now else ""
    return Checked(
        f"{lead}; {since}; failed {ago(health.failed_at, now)}: {health.failure}",
        f"Finds go on without it.{again}",
        wrong=True,
    )


def _spent(
    state: SourceState, database: Database, now: Callable[[], dt.datetime]
) -> Iterator[Checked]:
    """What is left of the daily budgets of a source that is asked."""
    if not state.ready:
        return
    ledger = quotas.QuotaLedger(database, now)
    for budget in BUDGETS.values():
        source, _, what = budget.bucket.partition(".")
        if source != state.name.lower():
            continue
        try:
            used = ledger.used(budget)
        except Unavailable:
            return
        left = budget.units - used
        renewed = budget.renewed_at(now())
        said = (
            f"{state.name}, {what} today: {used:,} used, {left:,} left of {budget.units:,}; "
            f"renewed on {renewed:%d %B at %H:%M} UTC."
        )
        cure = "" if left > 0 else "Nothing to do: until then the database answers alone."
        yield Checked(said, cure, wrong=left <= 0)
