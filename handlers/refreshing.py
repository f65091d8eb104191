"""Figures are asked for again in the background, and deleted when their terms end."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from domain.creator import Platform
from domain.look_up import Gap, GapKind
from handlers.context import Context
from handlers.features import Feature
from handlers.look_at import Wanted, fetch_now
from handlers.look_up_question import closed
from storage import (
    expiry,
    index,
    jobs,
    live_accounts,
    look_ups,
    profiles,
    quotas,
    refreshing,
)
from storage.refreshing import Due
from storage.transaction import Transaction

log = logging.getLogger(__name__)

JOB = "look_up.refresh"
A_ROUND = 30
"""Accounts asked for a platform, workspace and hour."""
SECONDS_EACH = 10.0
STEP = 25
_SETTLED = frozenset({GapKind.NOT_THERE, GapKind.OPTED_OUT})
_ITS_OWN = frozenset({GapKind.REFUSED, GapKind.GARBLED})
"""What may be wrong with one account alone; after other gaps the platform is left alone."""
PUT_OFF = dt.timedelta(days=1)


def plan(context: Context) -> None:
    """Every hour: a job for each platform that can be asked and has something due."""
    live = context.services.live
    if live is None or context.services.demo:  # nobody is behind the playground's invented names
        return
    ready = list(dict.fromkeys(one.platform for one in live.states() if one.ready))
    with context.reading() as tx:
        shut = closed(tx, context, ready)
        due = [one for one in ready if one not in shut and refreshing.due(tx, one.value, limit=1)]
    if not due:
        return
    with context.writing() as tx:
        for one in due:
            key = f"{JOB}:{one}:{tx.now:%Y-%m-%dT%H}"
            jobs.add(tx, JOB, key, {"platform": one.value})


def refresh(payload: dict[str, Any], context: Context) -> None:
    """Job: ask a platform for the accounts that are due, one after the other.

    What a source's own pace and Retry-After allow is its own affair (`sources.wire`); a platform
    that does not answer is left alone until the next hour or until it said.
    """
    platform = Platform(str(payload["platform"]))
    with context.reading() as tx:
        due = refreshing.due(tx, platform.value, A_ROUND)
    for one in due:
        found = fetch_now(context, Wanted(one.platform, one.handle), SECONDS_EACH)
        if not isinstance(found, Gap):
            continue
        if found.kind in _ITS_OWN:
            _put_off(context, one)
        elif found.kind not in _SETTLED:
            log.info("%s is left alone for now: %s", found.source, found.said)
            return


def _put_off(context: Context, one: Due) -> None:
    with context.writing() as tx:
        for profile in profiles.by_handle(tx, one.handle, one.platform):
            live_accounts.put_off(tx, profile, PUT_OFF)


def expire(context: Context) -> None:
    """Every hour: figures whose terms end go, and so do accounts that nobody kept in time."""
    vocabulary = context.services.vocabulary
    with context.reading() as tx:
        pools = index.pools(tx)
    _repeat(context, lambda tx: expiry.delete_expired(tx, STEP, vocabulary, pools))
    with context.writing() as tx:
        expiry.keep_touched(tx)
        look_ups.forget_old(tx)
    _repeat(context, lambda tx: expiry.delete_unkept(tx, STEP))
    with context.database.everywhere() as session:
        quotas.forget_old(session, context.now())


def _repeat(context: Context, step: Callable[[Transaction], int]) -> None:
    """A few at a time, in short transactions, until nothing is left."""
    done = STEP
    while done == STEP:
        with context.writing() as tx:
            done = step(tx)


FEATURE = Feature(jobs={JOB: refresh}, hourly=(expire, plan))
