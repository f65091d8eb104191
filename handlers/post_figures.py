"""Figures that no platform tells: asked for once a week, filled in together, or by a sheet."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from domain.creator import Platform
from domain.exporting import Row
from domain.figures_wanted import metrics_asked
from domain.result_form import AS_OF, ResultDraft, oddities, read_results
from domain.wording import PLATFORM_NAMES
from handlers import access
from handlers.answer import Answer, FieldErrors, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.file_sending import send
from handlers.partnership_lines import today_of
from handlers.payloads import Action, Command, Submission
from handlers.post_words import before_it_was_live, recorded_words
from handlers.posts import say_disclosed, visible
from sources.writing import write
from storage import (
    figures_wanted,
    jobs,
    outbox,
    partnership_posts,
    people,
    post_results,
    relationships,
    results,
)
from storage.figures_wanted import Wanted
from storage.models import Person, Post
from storage.transaction import Transaction
from views import post_figures as view
from views.message import Message
from views.partners import brought

SHEET = "posts.sheet"
AT_ONCE = 5
NOTHING = "Please give at least one figure, or close this form."


def told_by_platforms(context: Context, tx: Transaction) -> tuple[Platform, ...]:
    """Platforms that tell figures of posts themselves, and of which they may be added up."""
    live = None if context.services.demo else context.services.live
    shown = live.shows_posts() if live is not None else ()
    return tuple(one for one in shown if one.value not in tx.underived)


def wanted_of(tx: Transaction, context: Context, person: Person) -> list[Wanted]:
    """Posts whose figures a person is asked for now."""
    hidden, told = access.hidden_brands(tx, person), told_by_platforms(context, tx)
    return figures_wanted.of_owner(tx, person.id or 0, hidden, told, today_of(tx, person))


def list_missing(command: Command, context: Context) -> Answer:
    """`/influencer figures`: the same question, for who wants to answer it now."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        wanted = wanted_of(tx, context, person)
        if not wanted:
            return Answer(message=Message(text=view.NOTHING_MISSING))
        return Answer(message=view.missing([(one.who, one.post.url) for one in wanted]))


def open_form(action: Action, context: Context) -> None:
    """*Fill in*: one form for several posts."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        wanted = wanted_of(tx, context, person)
        if not wanted:
            raise Refused(view.NOTHING_MISSING)
        form = _form(tx, person, wanted, ())
    context.open_modal(action.trigger_id, form)


def submit(submission: Submission, context: Context) -> Answer:
    """Store what was filled in, then offer what is left."""
    numbers = [str(number) for number in json.loads(submission.metadata or "[]")]
    with context.writing() as tx:
        person = access.require_member(tx, context)
        today = today_of(tx, person)
        posts = sorted(
            (visible(tx, person, number)[0] for number in numbers),
            key=lambda post: post.partnership_id,
        )
        drafts, said = _read(submission, posts, today)
        notes = [_keep(tx, person, post, drafts.get(post.id or 0), said) for post in posts]
        relationships.refresh(tx, {visible(tx, person, n)[1].creator_id for n in numbers})
        done = {int(number) for number in numbers}
        left = [one for one in wanted_of(tx, context, person) if one.post.id not in done]
        kept = [note for note in notes if note]
        if left:
            return context.settle(tx, Answer(view=_form(tx, person, left, kept)))
        return context.settle(tx, Answer(view=view.saved(kept)))


def ask_for_sheet(action: Action, context: Context) -> Answer | None:
    """*Get a sheet*: the same posts as a file to complete and upload."""
    with context.writing() as tx:
        person = access.require_member(tx, context)
        if not wanted_of(tx, context, person):
            raise Refused(view.NOTHING_MISSING)
        jobs.add(tx, SHEET, f"{SHEET}:{tx.delivery}", {"person_id": person.id})
    return None


def send_sheet(payload: dict[str, Any], context: Context) -> None:
    """Job: write the sheet and send it privately."""
    with context.reading() as tx:
        person = people.by_id(tx, int(payload["person_id"]))
        wanted = wanted_of(tx, context, person)
        today = today_of(tx, person)
    if not wanted:
        return
    content = write([_row(one, today) for one in wanted], "xlsx")
    name = f"figures-{today}.xlsx"
    key, words = f"{SHEET}:{payload['job_id']}", view.sheet_words(len(wanted))
    unsent = send(
        context, key, person.slack_user_id, name, content, words, last_try=payload["last_try"]
    )
    if unsent is not None:
        with context.writing() as tx:
            key = f"{SHEET}:{payload['job_id']}:unsent"
            message = view.sheet_not_sent(unsent.code, unsent.scope)
            outbox.direct(tx, key, person.slack_user_id, message.payload())


def _row(one: Wanted, today: dt.date) -> Row:
    """A line of the sheet, under headers that reading a file of results knows."""
    platform = Platform(one.post.platform) if one.post.platform else None
    filled: dict[str, Any] = {
        "Creator": one.who.removeprefix("@"),
        "Platform": PLATFORM_NAMES[platform] if platform else None,
        "Post link": one.post.url,
        "Campaign": one.brief or None,
        "Published": one.post.posted_on.isoformat() if one.post.posted_on else None,
        "Date": today.isoformat(),
    }
    empty = {metric.value.capitalize(): None for metric in view.SHEET_METRICS}
    return {**filled, **empty}


def _form(
    tx: Transaction, person: Person, wanted: Sequence[Wanted], notes: Sequence[str]
) -> dict[str, Any]:
    some = wanted[:AT_ONCE]
    known = post_results.of_posts(tx, [one.post.id or 0 for one in some])
    fields = [
        view.FiguresField(
            post_id=one.post.id or 0,
            who=one.who,
            brief=one.brief,
            url=one.post.url,
            posted_on=one.post.posted_on,
            so_far=brought(view.newest(known.get(one.post.id or 0, []))),
            as_of=one.newest,
            metrics=metrics_asked(one.goal),
            asks_disclosure=one.post.disclosure in (None, "unknown"),
        )
        for one in some
    ]
    return view.form(fields, notes, today_of(tx, person), more=len(wanted) - len(some))


def _read(
    submission: Submission, posts: Sequence[Post], today: dt.date
) -> tuple[dict[int, ResultDraft], dict[int, str]]:
    """What was typed, by post: figures, and whether it is disclosed.

    Raises:
        FieldErrors: something is wrong, or nothing was typed.
    """
    drafts: dict[int, ResultDraft] = {}
    said: dict[int, str] = {}
    wrong: dict[str, str] = {}
    as_of = submission.text(AS_OF)
    for post in posts:
        number = post.id or 0
        typed = {m.value: submission.text(f"{m.value}:{number}") for m in view.ALL_METRICS}
        if answer := submission.text(f"said:{number}"):
            said[number] = answer
        if not any(text.strip() for text in typed.values()):
            continue
        draft = read_results({**typed, AS_OF: as_of}, today, None)
        if isinstance(draft, ResultDraft):
            drafts[number] = draft
            if reason := before_it_was_live(post, draft.as_of):
                wrong[AS_OF] = reason
            continue
        wrong |= {(f"{name}:{number}" if name != AS_OF else AS_OF): w for name, w in draft.items()}
    if not drafts and not said and not wrong and posts:
        first = view.first_field(submission.view, posts[0].id or 0)
        wrong[first] = NOTHING
    if wrong:
        raise FieldErrors(wrong)
    return drafts, said


def _keep(
    tx: Transaction,
    person: Person,
    post: Post,
    draft: ResultDraft | None,
    said: dict[int, str],
) -> str:
    """Store what was filled in of one post; gives what is said of it, in mrkdwn."""
    _, partnership = visible(tx, person, str(post.id))
    answer = said.get(post.id or 0)
    fresh = partnership_posts.get(tx, post.id or 0) or post
    if answer:
        say_disclosed(tx, fresh, person, yes=answer == view.YES)
    if draft is None:
        return ""
    recorded = results.record(tx, partnership, post.id, draft, person.id)
    words = recorded_words(tx, partnership, post.id, draft, recorded)
    return view.kept(post.url, words, oddities(draft.totals))


FEATURE = Feature(
    commands={"figures": list_missing},
    actions={"figures_fill": open_form, "figures_sheet": ask_for_sheet},
    submissions={"figures": submit},
    jobs={SHEET: send_sheet},
)
