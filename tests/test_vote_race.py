"""Two last votes in the same instant, on both databases: exactly one decision."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from domain.fit import Fit
from domain.shortlist import CardState
from domain.votes import Vote
from handlers import drawing, voting
from handlers.voting import Act
from storage import audit, cards, people, profiles, shortlists, workspaces
from storage.database import Database
from storage.models import Card, OutboxMessage, Partnership, Shortlist
from tests.shortlisting import store_brief, store_creators

APPROVERS = ("U_ANA", "U_BEN")
LONG_ENOUGH = 10.0


@pytest.fixture
def workspace_id(database: Database) -> int:
    return workspaces.ensure(database, "", "T1").id or 0


def post_card(database: Database, workspace_id: int, quorum: int, creators: int = 1) -> list[int]:
    """A posted shortlist of two approvers; gives its cards."""
    handles = [f"creator{place}" for place in range(creators)]
    with database.writing(workspace_id) as tx:
        for slack_id in ("U_OLIVIA", *APPROVERS):
            person = people.get(tx, slack_id)
            person.name, person.refreshed_at = slack_id.title(), tx.now
            tx.session.add(person)
        store_creators(tx, *handles)
        brief_id = store_brief(tx)
        shortlist = shortlists.create(
            tx,
            Shortlist(
                workspace_id=workspace_id,
                brief_id=brief_id,
                name="Spring",
                channel_id="C1",
                quorum=quorum,
                asker_id=people.get(tx, "U_OLIVIA").id or 0,
                created_at=tx.now,
            ),
            [people.get(tx, slack_id).id or 0 for slack_id in APPROVERS],
        )
        drawing.post_summary(tx, shortlist)
        found = [profiles.by_handle(tx, handle)[0] for handle in handles]
        known = profiles.current(tx, [one.id or 0 for one in found])
        made = [
            cards.add(
                tx,
                Card(
                    workspace_id=workspace_id,
                    shortlist_id=shortlist.id or 0,
                    creator_id=one.creator_id,
                    profile_id=one.id or 0,
                    fit=Fit(parts=()).model_dump(mode="json"),
                    profile=known[one.id or 0].snapshot.model_dump(mode="json"),
                    created_at=tx.now,
                ),
            )
            for one in found
        ]
        for card in made:
            drawing.post_card(tx, card, shortlist)
        return [card.id or 0 for card in made]


def vote(
    database: Database,
    workspace_id: int,
    card_id: int,
    who: str,
    what: Vote,
    hold: Callable[[], None] = lambda: None,
) -> None:
    """Cast a vote through the one function, and hold the transaction before its commit."""
    with database.writing(workspace_id, who) as tx:
        act = Act(kind="press", what=what, at=int(time.time() * 1_000_000))
        voting.cast(tx, card_id, people.get(tx, who), act)
        hold()


def waits_for_a_lock(database: Database) -> bool:
    """Whether another transaction of this PostgreSQL database waits for a row."""
    with database.engine.connect() as connection:
        return bool(
            connection.execute(
                text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND wait_event_type = 'Lock'"
                )
            ).scalar()
        )


def until(question: Callable[[], bool]) -> None:
    """Wait for something that is about to happen."""
    end = time.monotonic() + LONG_ENOUGH
    while not question():
        assert time.monotonic() < end, "it did not happen"


def two_at_once(
    database: Database, first: Callable[[Callable[[], None]], None], second: Callable[[], None]
) -> None:
    """The first is held just before its commit until the second stands at its lock."""
    held, go = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def hold() -> None:
        held.set()
        assert go.wait(LONG_ENOUGH)

    def run(what: Callable[[], None]) -> None:
        try:
            what()
        except BaseException as error:
            failures.append(error)

    one = threading.Thread(target=run, args=(lambda: first(hold),))
    one.start()
    assert held.wait(LONG_ENOUGH)
    other = threading.Thread(target=run, args=(second,))
    other.start()
    if database.is_sqlite:
        other.join(0.05)  # SQLite can't be asked who waits: its one writer's lock is the proof
        assert other.is_alive()
    else:
        until(lambda: waits_for_a_lock(database))
    go.set()
    one.join(LONG_ENOUGH)
    other.join(LONG_ENOUGH)
    assert failures == []


def everything(database: Database, workspace_id: int, model: Any) -> list[Any]:
    with database.reading(workspace_id) as tx:
        return list(tx.session.exec(select(model).order_by(model.id)))


def test_two_last_approvals_make_exactly_one_decision(
    database: Database, workspace_id: int
) -> None:
    (card_id,) = post_card(database, workspace_id, quorum=2)

    two_at_once(
        database,
        lambda hold: vote(database, workspace_id, card_id, "U_ANA", Vote.APPROVE, hold),
        lambda: vote(database, workspace_id, card_id, "U_BEN", Vote.APPROVE),
    )

    (card,) = everything(database, workspace_id, Card)
    assert card.state == CardState.APPROVED
    assert card.decided_by == ["U_ANA", "U_BEN"]
    assert len(everything(database, workspace_id, Partnership)) == 1
    with database.reading(workspace_id) as tx:
        assert [one.action for one in audit.of(tx, "card", card_id)].count("approve") == 1


def test_an_approval_and_a_rejection_at_once_are_decided_by_the_first(
    database: Database, workspace_id: int
) -> None:
    (card_id,) = post_card(database, workspace_id, quorum=1)

    two_at_once(
        database,
        lambda hold: vote(database, workspace_id, card_id, "U_ANA", Vote.APPROVE, hold),
        lambda: vote(database, workspace_id, card_id, "U_BEN", Vote.REJECT),
    )

    (card,) = everything(database, workspace_id, Card)
    assert (card.state, card.decided_by) == (CardState.APPROVED, ["U_ANA"])
    assert len(everything(database, workspace_id, Partnership)) == 1


def test_the_last_two_cards_decided_at_once_close_the_shortlist_once(
    database: Database, workspace_id: int
) -> None:
    one, two = post_card(database, workspace_id, quorum=1, creators=2)

    two_at_once(
        database,
        lambda hold: vote(database, workspace_id, one, "U_ANA", Vote.APPROVE, hold),
        lambda: vote(database, workspace_id, two, "U_BEN", Vote.REJECT),
    )

    (shortlist,) = everything(database, workspace_id, Shortlist)
    assert shortlist.state == shortlists.DECIDED
    messages = everything(database, workspace_id, OutboxMessage)
    assert sum(one.message_key.startswith("decided:") for one in messages) == 1
    assert any(m.method == "chat.update" and m.changes == "summary:1" for m in messages)
    with database.reading(workspace_id) as tx:
        assert "2 of 2 decided" in str(drawing.summary_now(tx, shortlists.number_of(shortlist)))


def test_many_voters_at_once_leave_one_decision_and_every_ballot(
    database: Database, workspace_id: int
) -> None:
    card_ids = post_card(database, workspace_id, quorum=2, creators=3)
    start = threading.Barrier(6)
    failures: list[BaseException] = []

    def cast(card_id: int, who: str) -> None:
        start.wait()
        try:
            vote(database, workspace_id, card_id, who, Vote.APPROVE)
        except BaseException as error:
            failures.append(error)

    threads = [
        threading.Thread(target=cast, args=(card_id, who))
        for card_id in card_ids
        for who in APPROVERS
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG_ENOUGH)

    assert failures == []
    assert [one.state for one in everything(database, workspace_id, Card)] == ["approved"] * 3
    assert len(everything(database, workspace_id, Partnership)) == 3
    (shortlist,) = everything(database, workspace_id, Shortlist)
    assert shortlist.state == shortlists.DECIDED
