"""Comments under posts are read while a post is young, judged, and forgotten after a month."""

import logging
import time
from typing import Any

from handlers.context import Context
from handlers.features import Feature
from handlers.look_up_question import closed
from storage import comments, jobs

log = logging.getLogger(__name__)

READ = "comments.read"
SECONDS = 10.0
TURN_SECONDS = 20.0
STEP = 500


def plan(context: Context) -> None:
    """Every minute: a job, where comments are due."""
    live = None if context.services.demo else context.services.live
    platforms = live.shows_comments() if live is not None else ()
    if not platforms:
        return
    with context.reading() as tx:
        due = comments.any_due(tx, platforms)
    if due:
        with context.writing() as tx:
            jobs.add(tx, READ, f"{READ}:{tx.now:%Y-%m-%dT%H:%M}", {})


def read(payload: dict[str, Any], context: Context) -> None:
    """Job: read comments under one post after the other, for as long as a turn lasts."""
    live = context.services.live
    turn_ends = time.monotonic() + TURN_SECONDS
    silent = set()
    while live is not None and time.monotonic() < turn_ends:
        with context.writing() as tx:
            ready = [one for one in live.shows_comments() if one not in silent]
            shut = closed(tx, context, ready)
            asked = comments.take_due(tx, [one for one in ready if one not in shut])
        if asked is None:
            return
        seen, gap = live.read_comments(asked, SECONDS)
        with context.writing() as tx:
            if gap is None:
                comments.keep(tx, asked.key, seen)
            else:
                comments.not_answered(tx, asked.key, gap.until)
        if gap is not None:
            silent.add(asked.platform)
            log.info("comments on %s are left alone for now: %s", asked.platform, gap.said)


def expire(context: Context) -> None:
    """Every hour: texts go after thirty days, and all of them where none are read any more."""
    live = context.services.live
    off = live is None or not live.reads_comments
    done = STEP
    while done == STEP:
        with context.writing() as tx:
            done = comments.delete_expired(tx, STEP, all_of_them=off)


FEATURE = Feature(jobs={READ: read}, minutely=(plan,), hourly=(expire,))
