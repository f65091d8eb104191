"""What must hold however often the server was killed: told from Slack and from the database."""

from collections import Counter
from typing import NamedTuple

from sqlmodel import col, select

from bot.sender import REPLACED
from playground.people import BOT_USER_ID
from playground.records import Message
from storage import outbox, people
from storage.models import AuditEntry, CardVote, CreatorList, DigestPeriod, OutboxMessage
from storage.outbox import POST, SHARE
from storage.transaction import Transaction
from tests.crash.people import Acknowledged
from tests.fleet.scene import Scene
from tests.shortlisting import CHECK

AT_MOST_ONCE = ("chat.postEphemeral", "response_url")


class Found(NamedTuple):
    """Counts of what is there, and a sentence for each thing that is wrong."""

    posts: int
    digests: int
    files: int
    decided_by_people: int
    wrong: list[str]


def look(scene: Scene, told: Acknowledged, weeks: int, schedules: int) -> Found:
    """Compare what Slack holds with what the database says, and both with what people were told."""
    with scene.slack.store.reading():
        held = [one for found in scene.slack.store.messages.values() for one in found]
    by_bot = [one for one in held if one.user == BOT_USER_ID]
    keys = Counter(_key(one) for one in by_bot if one.metadata)
    files = Counter(name for one in by_bot for name in one.files)
    with scene.database.reading(scene.number) as tx:
        rows = list(tx.session.exec(select(OutboxMessage)))
        periods = {f"digest:{one.schedule_id}:{one.period}"
                   for one in tx.session.exec(select(DigestPeriod))}  # fmt: skip
        lists = {one.name for one in tx.session.exec(select(CreatorList))}
        by_people = decided_by_people(tx)
        wrong = _votes(tx, scene)
    wrong += [f"{key} was posted {n} times" for key, n in keys.items() if n > 1]
    wrong += [f"the file {name} was shown {n} times" for name, n in files.items() if n > 1]
    wrong += _unsettled(rows, keys)
    wrong += [f"the list {name} is lost" for name in sorted(told.lists - lists)]
    wrong += _numbered(scene, told)
    wrong += _steps(told, keys)
    if len(periods) != weeks * schedules:
        wrong.append(f"{len(periods)} weeks of {weeks * schedules} were posted")
    wrong += [f"{key} is not in Slack" for key in periods if not keys[key]]
    extra = [
        one
        for one in rows
        if one.message_key.startswith("digest-now:") and not one.message_key.endswith(":thread")
    ]
    shared = [one for one in rows if one.method == SHARE]
    if len(extra) < told.digests:
        wrong.append(f"{told.digests} extra digests were promised, {len(extra)} made")
    if len(shared) < told.files:
        wrong.append(f"{told.files} files were promised, {len(shared)} made")
    return Found(len(keys), len(periods) + len(extra), len(files), len(by_people), wrong)


def _key(message: Message) -> str:
    assert message.metadata is not None
    return str(message.metadata["event_payload"]["key"])


def _unsettled(rows: list[OutboxMessage], keys: Counter[str]) -> list[str]:
    """Messages that are neither there nor known not to be there, and those that got lost."""
    wrong = []
    for row in rows:
        private = row.lane[:1] == "U"
        is_lost = row.state == "failed" and row.method not in AT_MOST_ONCE and row.error != REPLACED
        is_open = row.state not in ("sent", "failed") and not (row.state == "parked" and private)
        if is_lost or is_open:
            wrong.append(f"{row.message_key} ({row.method}) is {row.state}: {row.error}")
        elif row.state == "sent" and row.method == POST and not keys[row.message_key]:
            wrong.append(f"{row.message_key} counts as sent and is not in Slack")
    return wrong


def _steps(told: Acknowledged, keys: Counter[str]) -> list[str]:
    """Each step that Slack could hand over has ended, with the list that it speaks of."""
    wrong = []
    for run in told.steps:
        there = keys[f"step:{run.id}:message"]
        if run.state == "running" or (run.state == "succeeded") != (there == 1):
            wrong.append(f"the step {run.id} is {run.state}, its list is there {there} times")
    return wrong


def _numbered(scene: Scene, told: Acknowledged) -> list[str]:
    """Each promised post is there, and those that nobody had to decide on are in order."""
    wrong = []
    for channel, last in told.numbered.items():
        with scene.slack.store.reading():
            there = [int(one.text) for one in scene.slack.store.messages_in(channel)]
        if not set(range(1, last + 1)) <= set(there) <= set(range(1, last + 2)):
            wrong.append(f"{channel} should show 1 to {last}: {there}")
        with scene.database.reading(scene.number) as tx:
            again = {
                int(key.rpartition(":")[2])
                for key in decided_by_people(tx)
                if key.startswith(f"numbered:{channel}:")
            }
        in_order = [number for number in there if number not in again]
        if in_order != sorted(in_order):
            wrong.append(f"{channel} is out of order: {there}")
    return wrong


def decided_by_people(tx: Transaction) -> list[str]:
    """Keys of what people found there or had sent again."""
    numbers = select(AuditEntry.object_id).where(
        AuditEntry.workspace_id == tx.workspace_id, AuditEntry.object_kind == "message"
    )
    return list(
        tx.session.exec(
            select(OutboxMessage.message_key).where(
                OutboxMessage.workspace_id == tx.workspace_id, col(OutboxMessage.id).in_(numbers)
            )
        )
    )


def _votes(tx: Transaction, scene: Scene) -> list[str]:
    wrong = []
    for message, _ in scene.cards:
        about = outbox.about_at(tx, message.channel, message.ts) or ""
        card_id = int(about.removeprefix("card:"))
        rows = tx.session.exec(
            select(CardVote.person_id, CardVote.vote).where(
                CardVote.workspace_id == tx.workspace_id, CardVote.card_id == card_id
            )
        ).all()
        with scene.slack.store.reading():
            held = sorted(set(message.reactions.get(CHECK, [])) - {BOT_USER_ID})
        counted = sorted(people.by_id(tx, person).slack_user_id for person, vote in rows if vote)
        if counted != held:
            wrong.append(f"card {card_id} counts the votes of {counted}, Slack shows {held}")
    return wrong
