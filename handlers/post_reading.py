"""Posts are looked at while they are young and then more seldom; what they say is kept and told."""

import datetime as dt
import logging
import time
from collections.abc import Collection
from typing import Any

from domain.creator import Platform
from domain.look_up import Answers, GapKind
from domain.post_link import read_link
from domain.post_reading import Absence, PostAbsent, PostShown, disclosure_of
from handlers.context import Context
from handlers.features import Feature
from handlers.look_up_asking import note_health
from handlers.look_up_question import closed
from handlers.post_remarks import (
    name_of,
    note_lacks,
    note_stranger,
    owner_of,
    tell_once,
    tell_undisclosed,
    zone_of,
)
from sources.gaps import SourceGap
from storage import (
    comments,
    disclosures,
    jobs,
    partnership_posts,
    partnerships,
    post_results,
    post_states,
    relationships,
)
from storage.models import Partnership, Post
from storage.transaction import Transaction
from views import posts as view

log = logging.getLogger(__name__)

READ, FOLLOW, FILL_IN = "posts.read", "posts.follow", "posts.fill_in"
AT_ONCE = 25
SECONDS = 20.0
TURN_SECONDS = 20.0
BREAK = dt.timedelta(seconds=20)
STEP = 100
FOLLOWED_AT_ONCE = 5
MOST_TRIES = 12
"""After so many tries in vain, over some days, a short link is given up."""
_FOR_GOOD = frozenset({GapKind.NOT_THERE, GapKind.REFUSED})


def plan(context: Context) -> None:
    """Every minute: jobs for the platforms whose posts are due, and alerts that still wait."""
    live = None if context.services.demo else context.services.live
    ready = live.shows_posts() if live is not None else ()
    with context.reading() as tx:
        wanted = [(READ, one.value) for one in _open(tx, context, ready)]
        wanted += [(FOLLOW, "")] if live is not None and post_states.any_short_link(tx) else []
        wanted += [(FILL_IN, "")] if post_states.any_to_fill_in(tx) else []
        alerts = disclosures.to_alert(tx)
    if wanted:
        with context.writing() as tx:
            for kind, platform in wanted:
                key = f"{kind}:{platform}:{tx.now:%Y-%m-%dT%H:%M}"
                jobs.add(tx, kind, key, {"platform": platform})
    for post_id in alerts:
        with context.writing() as tx:
            _alert(tx, post_id)


def read(payload: dict[str, Any], context: Context) -> None:
    """Job: ask a platform for the posts that are due, as many as one turn allows."""
    platform, live = Platform(payload["platform"]), context.services.live
    turn_ends = time.monotonic() + TURN_SECONDS
    while live is not None and platform in live.shows_posts():
        with context.writing() as tx:
            asked = post_states.take_due(tx, platform, AT_ONCE)
        if not asked:
            return
        answers, gap = live.read_posts(platform, asked, SECONDS)
        for answer in answers:
            with context.writing() as tx:
                keep(tx, answer)
        silent = {one.key for one in asked} - {one.key for one in answers}
        with context.writing() as tx:
            post_states.not_answered(tx, silent, gap.until if gap else None)
        if gap is not None:
            note_health(context, Answers(gaps=(gap,)))
            log.info("posts on %s are left alone for now: %s", platform, gap.said)
            return
        if time.monotonic() > turn_ends:
            with context.writing() as tx:
                key = f"{READ}:{payload['job_id']}:rest"
                jobs.add(tx, READ, key, {"platform": platform.value}, after=BREAK)
            return


def follow(payload: dict[str, Any], context: Context) -> None:
    """Job: find out where short links lead."""
    live = context.services.live
    if live is None:
        return
    with context.writing() as tx:
        found = [(post.id or 0, post.url) for post in post_states.short_links(tx, FOLLOWED_AT_ONCE)]
    for post_id, url in found:
        try:
            link = live.follow(read_link(url))
        except SourceGap as error:
            with context.writing() as tx:
                _not_followed(tx, post_id, error)
            continue
        with context.writing() as tx:
            row = _locked(tx, post_id)
            if row is not None and not post_states.followed(tx, row[0], link):
                tell_once(tx, *row, "twice", view.there_already(url, link.url))
                post_states.leads_nowhere(tx, row[0], tx.now.date())


def fill_in(payload: dict[str, Any], context: Context) -> None:
    """Job: work out which posts older rows and files mean."""
    done = STEP
    while done == STEP:
        with context.writing() as tx:
            done = post_states.fill_in(tx, STEP)


def expire(context: Context) -> None:
    """Every hour: figures go whose platform's terms end."""
    done = STEP
    while done == STEP:
        with context.writing() as tx:
            done = post_results.delete_expired(tx, STEP)


def keep(tx: Transaction, answer: PostShown | PostAbsent) -> None:
    """Keep what a platform shows of a post, wherever that post is logged."""
    for post, partnership in post_states.of_key(tx, answer.key):
        owner = owner_of(tx, partnership)
        zone = zone_of(owner)
        today = tx.now.astimezone(zone).date()
        if isinstance(answer, PostAbsent):
            news = post_states.absent(tx, post, answer.why, today)
            if news and answer.why is not Absence.CLOSED:
                who = name_of(tx, partnership)
                line = view.no_longer_there(who, post.url, answer.why)
                tell_once(tx, post, partnership, f"{answer.why}:{today}", line)
            continue
        day = answer.published_at.astimezone(zone).date() if answer.published_at else today
        post_states.seen(tx, post, answer, day)
        comments.begin(tx, post, answer.source)
        post_results.record_shown(tx, partnership, post, answer, today)
        post_states.judge(tx, post, disclosure_of(answer, Platform(post.platform or "other")))
        note_lacks(tx, post, partnership, answer)
        note_stranger(tx, post, partnership)
        relationships.refresh(tx, [partnership.creator_id])
        tell_undisclosed(tx, post, partnership)


def _open(tx: Transaction, context: Context, ready: Collection[Platform]) -> list[Platform]:
    """Platforms that have posts due and did not ask to be left alone."""
    due = post_states.any_due(tx, ready) if ready else []
    shut = closed(tx, context, due) if due else {}
    return [one for one in due if one not in shut]


def _alert(tx: Transaction, post_id: int) -> None:
    row = _locked(tx, post_id)
    if row is not None:
        tell_undisclosed(tx, *row)


def _locked(tx: Transaction, post_id: int) -> tuple[Post, Partnership] | None:
    """A post with its partnership, which nobody else changes until the transaction ends."""
    post = partnership_posts.get(tx, post_id)
    partnership = partnerships.get(tx, post.partnership_id) if post else None
    return (post, partnership) if post and partnership else None


def _not_followed(tx: Transaction, post_id: int, error: SourceGap) -> None:
    row = _locked(tx, post_id)
    if row is None:
        return
    post, partnership = row
    if error.gap.kind not in _FOR_GOOD and post.failures < MOST_TRIES:
        post_states.not_answered(tx, {post.link_key or ""}, error.gap.until)
        return
    post_states.leads_nowhere(tx, post, tx.now.date())
    line = view.leads_nowhere(name_of(tx, partnership), post.url)
    tell_once(tx, post, partnership, "nowhere", line)


FEATURE = Feature(
    jobs={READ: read, FOLLOW: follow, FILL_IN: fill_in}, minutely=(plan,), hourly=(expire,)
)
