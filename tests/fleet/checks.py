"""What must hold for a fleet, whatever was killed: told from Slack and from the database."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from sqlmodel import col, select

from playground.people import BOT_USER_ID
from playground.records import Message
from playground.workspace import Workspace
from storage import audit, outbox, people
from storage.models import CardVote, DigestPeriod, OutboxMessage
from storage.transaction import Transaction
from tests.fleet.scene import Scene
from tests.shortlisting import CHECK

REPLACED = "a newer drawing replaces it"
"""Why a redraw that Slack did not answer is given up: what it would show is out of date."""


class Found(NamedTuple):
    """Counts of what is there, and a sentence for each thing that is wrong."""

    periods: int
    posts: int
    votes: int
    numbered: int
    wrong: list[str]


def look(scene: Scene, weeks: int, schedules: int) -> Found:
    """Compare what Slack holds with what the database says."""
    with scene.slack.store.reading():
        posted = list(_posted(scene.slack))
    keys = Counter(key for key, _ in posted)
    with scene.database.reading(scene.number) as tx:
        periods = [(one.schedule_id, one.period) for one in tx.session.exec(select(DigestPeriod))]
        votes, wrong_votes = _votes(tx, scene)
        unsettled = tx.session.exec(
            select(OutboxMessage.message_key, OutboxMessage.state, OutboxMessage.error).where(
                col(OutboxMessage.state) != "sent"
            )
        ).all()
    wrong = [f"{key} was posted {count} times" for key, count in keys.items() if count > 1]
    wrong += [f"{k} is {state}: {error}" for k, state, error in unsettled if error != REPLACED]
    wrong += wrong_votes + _wrong_periods(periods, keys, weeks, schedules) + _wrong_order(scene)
    return Found(len(periods), len(posted), votes, sum(scene.numbered.values()), wrong)


def _posted(slack: Workspace) -> Iterator[tuple[str, Message]]:
    for found in slack.store.messages.values():
        for message in found:
            if message.user == BOT_USER_ID and message.metadata:
                yield message.metadata["event_payload"]["key"], message


def _wrong_periods(
    periods: list[tuple[int, object]], keys: Counter[str], weeks: int, schedules: int
) -> list[str]:
    each = Counter(schedule for schedule, _ in periods)
    wrong = [f"schedule {one} has {n} weeks of {weeks}" for one, n in each.items() if n != weeks]
    if len(each) != schedules and weeks:
        wrong.append(f"{len(each)} schedules of {schedules} posted anything")
    expected = {f"digest:{schedule}:{period}" for schedule, period in periods}
    there = {key for key in keys if key.startswith("digest:") and not key.endswith(":thread")}
    return wrong + [f"{key} was not posted once" for key in sorted(expected ^ there)]


def _wrong_order(scene: Scene) -> list[str]:
    wrong = []
    for channel, last in scene.numbered.items():
        with scene.slack.store.reading():
            texts = [one.text for one in scene.slack.store.messages_in(channel)]
        if texts != [str(number) for number in range(1, last + 1)]:
            wrong.append(f"{channel} should show 1 to {last}: {texts}")
    return wrong


def _votes(tx: Transaction, scene: Scene) -> tuple[int, list[str]]:
    count, wrong = 0, []
    for message, voters in scene.cards:
        card_id = int(str(outbox.about_at(tx, message.channel, message.ts)).removeprefix("card:"))
        rows = tx.session.exec(
            select(CardVote.person_id, CardVote.vote).where(
                CardVote.workspace_id == tx.workspace_id, CardVote.card_id == card_id
            )
        ).all()
        with scene.slack.store.reading():
            held = set(message.reactions.get(CHECK, [])) - {BOT_USER_ID}
        counted = sorted(people.by_id(tx, person).slack_user_id for person, vote in rows if vote)
        count += len(counted)
        if counted != sorted(held):
            wrong.append(f"card {card_id} counts {len(counted)} votes of {len(held)} in Slack")
        decided = [one for one in audit.of(tx, "card", card_id) if one.action == "approve"]
        complete = len(held) == len(voters)
        if len(decided) != int(complete):
            wrong.append(f"card {card_id} was decided {len(decided)} times")
    return count, wrong
