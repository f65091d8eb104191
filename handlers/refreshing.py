"""Figures are asked for again in the background, and deleted when their terms end."""

import datetime as dt
import logging
import time
from collections.abc import Callable
from typing import Any

from domain.creator import Platform
from domain.look_up import Gap, GapKind
from domain.quota import YOUTUBE_UNITS, DailyBudget
from handlers import drawing
from handlers.context import Context
from handlers.features import Feature
from handlers.look_at import fetch_now
from handlers.look_at_whom import Wanted
from handlers.look_up_asking import COMPARE
from handlers.look_up_question import closed
from storage import (
    expiry,
    forecasts,
    index,
    jobs,
    live_accounts,
    look_ups,
    preferences,
    profiles,
    quotas,
    recent_posts,
    refreshing,
)
from storage.expiry import Ended
from storage.refreshing import Due
from storage.transaction import Transaction

log = logging.getLogger(__name__)

JOB = "look_up.refresh"
A_ROUND = 30
"""Accounts asked for a platform, workspace and hour."""
AT_ONCE = 5
SECONDS_EACH = 10.0
TURN_SECONDS = 20.0
BREAK = dt.timedelta(seconds=20)
STEP = 25
_ITS_OWN = frozenset({GapKind.NOT_THERE, GapKind.OPTED_OUT, GapKind.REFUSED, GapKind.GARBLED})
"""What may be so of one account alone; after other gaps the platform is left alone."""
PUT_OFF = dt.timedelta(days=1)
RATIONED: dict[str, DailyBudget] = {Platform.YOUTUBE: YOUTUBE_UNITS}
FOR_REFRESHING = 0.7
"""Of a day's units; the rest is for people who ask."""


def plan(context: Context) -> None:
    """Every hour: a job for the platforms that can be asked and have something due."""
    live = context.services.live
    if live is None or context.services.demo:  # nobody is behind the playground's invented names
        return
    ready = list(dict.fromkeys(one.platform for one in live.states() if one.ready))
    with context.reading() as tx:
        shut = closed(tx, context, ready)
        due = [one for one in ready if one not in shut and refreshing.due(tx, one.value, limit=1)]
    due = [one for one in due if _has_room(context, one.value)]
    if due:
        with context.writing() as tx:
            left = {one.value: A_ROUND for one in due}
            jobs.add(tx, JOB, f"{JOB}:{tx.now:%Y-%m-%dT%H}", {"left": left})


def refresh(payload: dict[str, Any], context: Context) -> None:
    """Job: ask platforms for the accounts that are due, one after the other.

    What a source's own pace and Retry-After allow is its own affair (`sources.wire`); a platform
    that does not answer is left alone until the next hour or until it said. After a while the
    rest is another job's, so that look-ups never wait long for this.
    """
    left = {str(name): int(count) for name, count in payload["left"].items()}
    turn_ends = time.monotonic() + TURN_SECONDS
    while left:
        platform = next(iter(left))
        with context.reading() as tx:
            due = refreshing.due(tx, platform, min(left[platform], AT_ONCE))
        due = due if _has_room(context, platform) else []
        if not due or not all(_ask_again(context, one) for one in due):
            del left[platform]
            continue
        left[platform] -= len(due)
        if left[platform] <= 0:
            del left[platform]
        if left and time.monotonic() > turn_ends:
            with context.writing() as tx:
                key = f"{JOB}:{payload['job_id']}:rest"
                jobs.add(tx, JOB, key, {"left": left}, after=BREAK)
            return


def _has_room(context: Context, platform: str) -> bool:
    """Whether what a platform rations is left in plenty today: people's questions come first."""
    budget = RATIONED.get(platform)
    if budget is None:
        return True
    used = quotas.QuotaLedger(context.database, context.now).used(budget)
    return used < FOR_REFRESHING * budget.units


def _ask_again(context: Context, one: Due) -> bool:
    """Fetch one account; says whether its platform is worth asking on.

    Whatever came of it, this one is not asked for again at once: others wait for their turn.
    """
    wanted = Wanted(one.platform, one.handle)
    found = fetch_now(context, wanted, SECONDS_EACH, with_posts=one.with_posts)
    if isinstance(found, Gap) and found.kind not in _ITS_OWN:
        log.info("%s is left alone for now: %s", found.source, found.said)
        return False
    with context.writing() as tx:
        if profiles.is_there(tx, one.profile_id):
            live_accounts.put_off(tx, one.profile_id, one.platform, PUT_OFF)
    return True


def expire(context: Context) -> None:
    """Every hour: figures whose terms end go, and so do accounts that nobody kept in time."""
    vocabulary = context.services.vocabulary
    with context.reading() as tx:
        pools = index.pools(tx)
    withheld = _repeat(
        context, lambda tx: _redrawn(tx, expiry.withhold(tx, STEP, vocabulary, pools))
    )
    if withheld:  # accounts of files are compared with each other alone from now on
        with context.writing() as tx:
            jobs.add(tx, COMPARE, f"{COMPARE}:{tx.now:%Y-%m-%dT%H}")
    _repeat(context, lambda tx: _redrawn(tx, expiry.delete_expired(tx, STEP, vocabulary, pools)))
    _repeat(context, lambda tx: recent_posts.delete_expired(tx, STEP))
    _repeat(context, lambda tx: _redrawn(tx, forecasts.delete_ended(tx, STEP)))
    with context.writing() as tx:
        expiry.keep_touched(tx)
        look_ups.forget_old(tx)
        unkept = dt.timedelta(days=preferences.current(tx).retention.found)
    _repeat(context, lambda tx: expiry.delete_unkept(tx, STEP, unkept))
    with context.database.everywhere() as session:
        quotas.forget_old(session, context.now())


def _redrawn(tx: Transaction, ended: Ended) -> int:
    for card in ended.cards:
        drawing.redraw_card(tx, card)
    return ended.snapshots


def _repeat(context: Context, step: Callable[[Transaction], int]) -> int:
    """A few at a time, in short transactions, until nothing is left; gives how many there were."""
    done, total = STEP, 0
    while done == STEP:
        with context.writing() as tx:
            done = step(tx)
        total += done
    return total


FEATURE = Feature(jobs={JOB: refresh}, hourly=(expire, plan))
