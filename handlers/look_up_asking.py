"""The job of a look-up: platforms are asked, what they show is stored, and the asker is told."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from domain.creator import Platform
from domain.engagement import THIN_POOL
from domain.look_up import Account, Answers
from domain.look_up_report import PlatformReport
from domain.wording import PLATFORM_NAMES
from handlers import criteria, opting_out
from handlers.answer import Refused
from handlers.context import Context
from handlers.criteria import Asked
from handlers.look_up_question import query_of, source_names
from storage import (
    index,
    jobs,
    live_accounts,
    look_ups,
    outbox,
    people,
    profiles,
    quotas,
    search,
    workspaces,
)
from storage.models import LookUp, Person
from storage.pools import refresh_pools
from storage.transaction import Transaction
from views import look_up as view
from views.look_up import Finished
from views.message import Message

WAITS = dt.timedelta(seconds=2)
URL_LIVES = dt.timedelta(minutes=25)
"""For so long a response_url can be told something; Slack closes it after 30 minutes."""
TOP = 10
STORED_AT_ONCE = 20
DEADLINE_SECONDS = 20.0
POSTS_SECONDS = 10.0
QUICK_TO_COMPARE = 5_000
COMPARE = "look_up.compare"


def ask(payload: dict[str, Any], context: Context) -> None:
    """Put a question to the platforms and tell who asked what came of it."""
    number = int(payload["look_up_id"])
    try:
        _ask(number, context)
    except Exception:
        if payload.get("last_try"):
            _give_up(number, context)
        raise


def tell(tx: Transaction, question: LookUp, person: Person, message: Message) -> None:
    """One private message, once: where the person asked, or directly if that was long ago."""
    key, payload = f"look_up:{question.id}:told", message.payload()
    if question.response_url and tx.now - question.created_at < URL_LIVES:
        shown = {**payload, "response_type": "ephemeral", "replace_original": False}
        outbox.respond(tx, key, question.response_url, shown)
    else:
        outbox.direct(tx, key, person.slack_user_id, payload)


def note_health(context: Context, answers: Answers) -> None:
    """Remember which platforms answered and which did not, for `doctor` and the next question."""
    now = context.now()
    for name in answers.answered:
        quotas.record_success(context.database, name, now)
    for gap in answers.gaps:
        quotas.record_failure(context.database, gap, now)


def store(context: Context, accounts: Sequence[Account], look_up_id: int | None = None) -> None:
    """Store accounts a few at a time, so that nobody waits for the database."""
    vocabulary = context.services.vocabulary
    with context.reading() as tx:
        pools = index.pools(tx)
    ready = live_accounts.prepare(accounts, vocabulary, pools)
    for start in range(0, len(ready), STORED_AT_ONCE):
        some = ready[start : start + STORED_AT_ONCE]
        with context.writing() as tx:
            live_accounts.store(tx, some, vocabulary, pools, look_up_id)


def _ask(number: int, context: Context) -> None:
    live = context.services.live
    with context.reading() as tx:
        question = look_ups.get(tx, number)
        if question is None or question.state == look_ups.DONE or question.person_id is None:
            return
        person = people.by_id(tx, question.person_id)
        try:
            asked = criteria.read(tx, context.services.vocabulary, person, question.text)
        except (Refused, criteria.WhichBrief):  # its brief or list went meanwhile
            asked = None
        before = _matching(tx, asked, question.platforms) if asked else {}
    if asked is None or live is None:
        _give_up(number, context, view.failed if live else view.switched_off)
        return
    to_ask = _claim(context, number, before)
    if to_ask is None:
        return
    query = query_of(asked, context.services.vocabulary)
    answers = live.fan_out(query, to_ask, DEADLINE_SECONDS) if to_ask else Answers()
    note_health(context, answers)
    opting_out.forget_all(context, answers.opted_out)
    wanted = [one for one in answers.accounts if query.wants(one.snapshot.figures.followers)]
    store(context, wanted, number)
    _store_posts_of_best(context, asked, wanted)
    _compare_anew(context, {one.snapshot.platform for one in wanted})
    _finish(context, number, person, asked, to_ask, answers)


def _matching(tx: Transaction, asked: Asked, platforms: Sequence[str]) -> dict[str, int]:
    """How many creators match the search, by platform."""
    return {
        one: search.count(
            tx, replace(asked.criteria, platforms=frozenset({one})), asked.today
        ).total
        for one in platforms
    }


def _claim(context: Context, number: int, before: Mapping[str, int]) -> list[Platform] | None:
    """Take the question; gives the platforms to ask, None while another asks the same.

    What matched before is kept from the first time, so that after a restart it counts the same.
    """
    with context.writing() as tx:
        workspaces.lock(tx)
        question = look_ups.get(tx, number)
        if question is None or question.state == look_ups.DONE:
            return None
        busy = look_ups.being_asked(tx, question.asked_key, besides=number)
        if busy & set(question.platforms):
            look_ups.ask_later(tx, question, WAITS)
            return None
        lately = look_ups.answered_lately(tx, question.asked_key, question.platforms)
        known = look_ups.reports(question)
        said = {
            one: lately.get(one) or known.get(one) or PlatformReport(matched_before=before[one])
            for one in question.platforms
        }
        look_ups.record(tx, question, said, state=look_ups.ASKING, asking_since=tx.now)
        return [Platform(one) for one in question.platforms if one not in lately]


def _store_posts_of_best(context: Context, asked: Asked, accounts: Sequence[Account]) -> None:
    """Posts of those who will be shown, where a platform gives them for a price of their own."""
    without = {profiles.key_of(one.snapshot): one for one in accounts if not one.posts}
    live = context.services.live
    if live is None or not without:
        return
    with context.reading() as tx:
        best = search.top(tx, asked.criteria, asked.today, TOP)
        ids = profiles.find_keys(tx, list(without))
    shown = {one.profile_id for one in best}
    chosen = [one for key, one in without.items() if ids.get(key) in shown]
    if chosen:
        answers = live.with_posts(chosen, POSTS_SECONDS)
        note_health(context, Answers(gaps=answers.gaps))
        store(context, [one for one in answers.accounts if one.posts])


def _compare_anew(context: Context, platforms: Collection[Platform]) -> None:
    """Where too few accounts of a platform were known to compare with, there may be enough now.

    In a large workspace that takes long: there it is done after the answer.
    """
    with context.reading() as tx:
        known = index.pools(tx).engagement
        large = profiles.more_than(tx, QUICK_TO_COMPARE)
    enough = {platform for (platform, _), pool in known.items() if pool.size >= THIN_POOL}
    if set(platforms) <= enough:
        return
    if not large:
        refresh_pools(context.database, context.workspace_id)
        return
    with context.writing() as tx:
        jobs.add(tx, COMPARE, f"{COMPARE}:{tx.now:%Y-%m-%dT%H}")


def compare(_payload: dict[str, Any], context: Context) -> None:
    """Job: compare all accounts anew with what is known of each platform now."""
    refresh_pools(context.database, context.workspace_id)


def _finish(
    context: Context,
    number: int,
    person: Person,
    asked: Asked,
    to_ask: Sequence[Platform],
    answers: Answers,
) -> None:
    """Write down what each platform said, and tell who asked."""
    with context.reading() as tx:
        after = _matching(tx, asked, to_ask)
        best = search.top(tx, asked.criteria, asked.today, TOP)
        top = live_accounts.brought_by(tx, number, [one.profile_id for one in best])
    with context.writing() as tx:
        question = look_ups.get(tx, number)
        if question is None or question.state == look_ups.DONE:
            return
        known = look_ups.reports(question)
        said = {
            one.value: _report(context, one, known[one.value], after[one], answers, tx.now)
            for one in to_ask
        }
        look_ups.record(tx, question, said, state=look_ups.DONE, finished_at=tx.now)
        finished = Finished(
            text=question.text,
            said=asked.query.describe(context.services.vocabulary),
            reports=tuple(
                (PLATFORM_NAMES[Platform(one)], report)
                for one, report in look_ups.reports(question).items()
            ),
            in_top_ten=len(top),
        )
        tell(tx, question, person, view.finished(finished))


def _report(
    context: Context,
    platform: Platform,
    known: PlatformReport,
    after: int,
    answers: Answers,
    now: dt.datetime,
) -> PlatformReport:
    found = sum(one.snapshot.platform == platform for one in answers.accounts)
    brought = max(0, after - known.matched_before)
    report = known.model_copy(update={"at": now, "found": found, "brought": brought})
    names = source_names(context, platform) | {PLATFORM_NAMES[platform]}
    gap = next((one for one in answers.gaps if one.source in names), None)
    return report.with_gap(gap) if gap else report


def _give_up(number: int, context: Context, said: Callable[[str], Message] = view.failed) -> None:
    with context.writing() as tx:
        question = look_ups.get(tx, number)
        if question is None or question.state == look_ups.DONE or question.person_id is None:
            return
        look_ups.record(tx, question, {}, state=look_ups.DONE, finished_at=tx.now)
        person = people.by_id(tx, question.person_id)
        tell(tx, question, person, said(question.text))
