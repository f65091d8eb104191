"""Reactions on cards are votes, those given while the bot was away included."""

import datetime as dt
import logging
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from domain.roles import why_barred
from domain.votes import Vote, instant
from handlers import card_views, voting
from handlers.context import Context
from handlers.drawing import card_key
from handlers.features import Feature
from handlers.voting import Act
from storage import cards, jobs, outbox, pending_votes, people, shortlists
from storage.transaction import Transaction
from views import summary as summary_view

log = logging.getLogger(__name__)

CARDS_A_JOB = 20
SECONDS_WHEN_BUSY = 30


def reaction_added(event: dict[str, Any], context: Context) -> None:
    """Count a reaction on a card as a vote."""
    _cast(event, context, "react")


def reaction_removed(event: dict[str, Any], context: Context) -> None:
    """Take back the vote that this reaction gave, and no other."""
    _cast(event, context, "unreact")


def look_for_missed_votes(context: Context) -> None:
    """At start and hourly: have the reactions on open cards compared with what is known."""
    with context.writing() as tx:
        cast_waiting_of_known(tx)
        if cards.undecided(tx, limit=1):
            jobs.add(tx, "votes.catch_up", f"votes.catch_up:{tx.now.isoformat()}", {"after": 0})


def cast_waiting_of_known(tx: Transaction) -> None:
    """Votes whose person was learned just while they were put down wait no longer."""
    for person_id in pending_votes.known_but_waiting(tx):
        key = f"votes.cast_waiting:{person_id}:{tx.now.isoformat()}"
        jobs.add(tx, "votes.cast_waiting", key, {"person_id": person_id})


def cast_waiting(payload: dict[str, Any], context: Context) -> None:
    """Cast what a person did before Slack had said who they are (job `votes.cast_waiting`)."""
    person_id = int(payload["person_id"])
    with context.reading() as tx:
        waiting = pending_votes.waiting_for(tx, person_id)
    for card_id in waiting:
        with context.writing() as tx:
            voting.cast_waiting(tx, card_id, people.by_id(tx, person_id))


def approver_left(payload: dict[str, Any], context: Context) -> None:
    """Go on without somebody who can't vote or decide any more: cards are counted anew (a job)."""
    with context.writing() as tx:
        person = people.by_id(tx, int(payload["person_id"]))
        if why_barred(person):
            for shortlist in shortlists.open_with_approver(tx, person.id or 0):
                if shortlists.why_barred(shortlist, person):
                    voting.approver_left(tx, shortlist, person)
            for shortlist in shortlists.open_asked_by(tx, person.id or 0):
                voting.asker_left(tx, shortlist)


def catch_up(payload: dict[str, Any], context: Context) -> None:
    """Ask Slack for the reactions on some open cards, then on the next ones (a job)."""
    client = context.services.slack.client(context.workspace)
    last = int(payload["after"])
    with context.reading() as tx:
        numbers = cards.undecided(tx, after_id=last, limit=CARDS_A_JOB)
    for number in numbers:
        try:
            _catch_up_card(client, number, context)
        except SlackApiError as error:
            if error.response.get("error") != "ratelimited":
                raise
            wait = int(error.response.headers.get("Retry-After", SECONDS_WHEN_BUSY))
            _go_on(context, payload, last, dt.timedelta(seconds=wait))
            return
        last = number
    if len(numbers) == CARDS_A_JOB:
        _go_on(context, payload, last, dt.timedelta())


def _cast(event: dict[str, Any], context: Context, kind: str) -> None:
    item = event.get("item") or {}
    if item.get("type") != "message" or Vote.from_emoji(event["reaction"]) is None:
        return
    channel_id = str(item["channel"])
    with context.reading() as tx:
        about, on_the_way = outbox.at_or_on_the_way(tx, channel_id, str(item["ts"]), "card")
    if about is None and on_the_way:
        _look_once_posted(context, on_the_way, str(event["event_ts"]))
        return
    subject, _, number = (about or "").partition(":")
    if subject == "summary" and kind == "react":
        _point_to_cards(context, int(number), str(event["user"]))
    if subject != "card":
        return
    act = Act.model_validate(
        {"kind": kind, "what": event["reaction"], "at": instant(event["event_ts"])}
    )
    with context.writing() as tx:
        voting.cast(tx, int(number), people.get(tx, str(event["user"])), act)


def _point_to_cards(context: Context, shortlist_id: int, slack_user_id: str) -> None:
    """An approver reacted to the summary: say, this once, that votes are given on the cards."""
    with context.reading() as tx:
        known = shortlists.get(tx, shortlist_id)
        named = [one.slack_user_id for one in shortlists.approvers(tx, shortlist_id)]
        if known is None or known.state != shortlists.OPEN or slack_user_id not in named:
            return
        message = summary_view.votes_go_to_cards(card_views.summary_of(tx, known))
    with context.writing() as tx:
        key = f"told:summary:{shortlist_id}:{slack_user_id}"
        outbox.tell(tx, key, slack_user_id, known.channel_id, message.payload())


def catch_up_card(payload: dict[str, Any], context: Context) -> None:
    """Ask Slack for the reactions on one card, as soon as its place is known (a job)."""
    number, wait = int(payload["card_id"]), dt.timedelta(seconds=SECONDS_WHEN_BUSY)
    with context.reading() as tx:
        shows = card_key(number)
        posting = any(one.state in outbox.PENDING for one in outbox.posted_about(tx, shows))
    if not posting:
        try:
            _catch_up_card(context.services.slack.client(context.workspace), number, context)
        except SlackApiError as error:
            if error.response.get("error") != "ratelimited":
                raise
        else:
            return
    with context.writing() as tx:
        key = f"votes.catch_up_card:{number}:{payload.get('job_id')}"
        jobs.add(tx, "votes.catch_up_card", key, {"card_id": number}, after=wait)


def _look_once_posted(context: Context, shown: list[str], stamp: str) -> None:
    """Somebody was quicker than Slack's answer to our post: whose card it is shows later."""
    with context.writing() as tx:
        for about in shown:
            number = int(about.partition(":")[2])
            key = f"votes.catch_up_card:{number}:{stamp}"
            jobs.add(tx, "votes.catch_up_card", key, {"card_id": number})


def _catch_up_card(client: WebClient, card_id: int, context: Context) -> None:
    with context.reading() as tx:
        posted = [one for one in outbox.posted_about(tx, card_key(card_id)) if one.ts]
    if not posted:
        return
    asked_at = int(context.now().timestamp() * 1_000_000)
    try:
        answer = client.reactions_get(
            channel=posted[-1].channel_id, timestamp=posted[-1].ts, full=True
        )
    except SlackApiError as error:
        if error.response.get("error") == "ratelimited":
            raise
        log.info("reactions on card %s: %s", card_id, error.response.get("error"))
        return
    held = _held(dict(answer.get("message") or {}), context.workspace.bot_user_id)
    with context.writing() as tx:
        voting.catch_up(tx, card_id, held, asked_at)


def _held(message: dict[str, Any], bot_user_id: str | None) -> dict[str, set[str]]:
    """Vote reactions by the Slack id of who holds them; the bot's own seeds are none."""
    held: dict[str, set[str]] = {}
    for reaction in message.get("reactions") or []:
        if Vote.from_emoji(reaction["name"]) is None:
            continue
        for slack_id in reaction.get("users") or []:
            if slack_id != bot_user_id:
                held.setdefault(slack_id, set()).add(reaction["name"])
    return held


def _go_on(context: Context, payload: dict[str, Any], after_id: int, wait: dt.timedelta) -> None:
    with context.writing() as tx:
        key = f"votes.catch_up:{payload.get('job_id')}:{after_id}"
        jobs.add(tx, "votes.catch_up", key, {"after": after_id}, after=wait)


FEATURE = Feature(
    events={
        "reaction_added": (reaction_added,),
        "reaction_removed": (reaction_removed,),
    },
    jobs={
        "votes.cast_waiting": cast_waiting,
        "votes.catch_up": catch_up,
        "votes.catch_up_card": catch_up_card,
        "votes.approver_left": approver_left,
    },
    hourly=(look_for_missed_votes,),
)
