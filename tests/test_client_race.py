"""The client's last vote and the team's second thoughts in the same instant, on both databases."""

import time
from collections.abc import Callable

import pytest

from domain import shortlist as rules
from domain.partnership import Stage
from domain.shortlist import CardState
from domain.votes import Vote
from handlers import client_steps, drawing, voting
from handlers.voting import Act
from storage import approvals, cards, people, shortlists
from storage.database import Database
from storage.models import Card, Partnership, Shortlist
from tests.test_vote_race import (
    everything,
    post_card,
    two_at_once,
    vote,
    workspace_id,
)

__all__ = ["workspace_id"]
CLIENT = ("U_SAM", "U_KIM")


@pytest.fixture
def asked(database: Database, workspace_id: int) -> tuple[int, int]:
    """The team's card, approved, and the client's, open; two of the client's people decide."""
    (team,) = post_card(database, workspace_id, quorum=1)
    with database.writing(workspace_id) as tx:
        first = tx.session.get(Shortlist, 1)
        assert first is not None
        first.asks_client = True
        tx.session.add(first)
        for slack_id in CLIENT:
            person = people.get(tx, slack_id)
            person.is_stranger, person.refreshed_at = True, tx.now
            tx.session.add(person)
    vote(database, workspace_id, team, "U_ANA", Vote.APPROVE)
    with database.writing(workspace_id) as tx:
        first, row = tx.session.get(Shortlist, 1), cards.get(tx, team)
        assert first is not None
        assert row is not None
        theirs = shortlists.create(
            tx,
            Shortlist(
                workspace_id=workspace_id, brief_id=first.brief_id, name="Spring (client)",
                channel_id="C2", quorum=2, asker_id=first.asker_id, created_at=tx.now,
                kind=shortlists.CLIENT, first_id=first.id, sees=[],
            ),
            [people.get(tx, one).id or 0 for one in CLIENT],
        )  # fmt: skip
        card = Card(
            workspace_id=workspace_id, shortlist_id=theirs.id or 0, creator_id=row.creator_id,
            profile_id=row.profile_id, fit=row.fit, profile=row.profile, first_id=row.id,
            created_at=tx.now,
        )  # fmt: skip
        tx.session.add(card)
        tx.session.flush()
        drawing.post_summary(tx, theirs)
        drawing.post_card(tx, card, theirs)
        return team, card.id or 0


def reopen_team(
    database: Database, workspace_id: int, team: int, hold: Callable[[], None] = lambda: None
) -> None:
    with database.writing(workspace_id, "U_OLIVIA") as tx:
        locked = cards.lock(tx, team)
        assert locked is not None
        card = cards.record(tx, locked, rules.reopen(locked.rules, "U_OLIVIA", (), "Too dear"))
        client_steps.call_back(tx, card)
        approvals.take_back(tx, card)
        voting.redraw(tx, card, locked.shortlist)
        hold()


def test_two_last_votes_of_the_client_begin_one_partnership(
    database: Database, workspace_id: int, asked: tuple[int, int]
) -> None:
    _, theirs = asked

    two_at_once(
        database,
        lambda hold: vote(database, workspace_id, theirs, "U_SAM", Vote.APPROVE, hold),
        lambda: vote(database, workspace_id, theirs, "U_KIM", Vote.APPROVE),
    )

    (begun,) = everything(database, workspace_id, Partnership)
    assert (begun.card_id, begun.stage) == (asked[0], Stage.APPROVED)


def test_a_vote_that_comes_while_the_team_reopens_decides_nothing(
    database: Database, workspace_id: int, asked: tuple[int, int]
) -> None:
    team, theirs = asked
    vote(database, workspace_id, theirs, "U_SAM", Vote.APPROVE)

    two_at_once(
        database,
        lambda hold: reopen_team(database, workspace_id, team, hold),
        lambda: vote(database, workspace_id, theirs, "U_KIM", Vote.APPROVE),
    )

    states = [card.state for card in everything(database, workspace_id, Card)]
    assert states == [CardState.OPEN, CardState.WITHDRAWN]
    assert everything(database, workspace_id, Partnership) == []


def test_reopening_while_the_client_decides_takes_the_partnership_back(
    database: Database, workspace_id: int, asked: tuple[int, int]
) -> None:
    team, theirs = asked
    vote(database, workspace_id, theirs, "U_SAM", Vote.APPROVE)

    two_at_once(
        database,
        lambda hold: vote(database, workspace_id, theirs, "U_KIM", Vote.APPROVE, hold),
        lambda: reopen_team(database, workspace_id, team),
    )

    states = [card.state for card in everything(database, workspace_id, Card)]
    assert states == [CardState.OPEN, CardState.WITHDRAWN]
    assert everything(database, workspace_id, Partnership) == []


def test_votes_on_both_cards_at_once_wait_for_each_other_and_never_block_each_other(
    database: Database, workspace_id: int, asked: tuple[int, int]
) -> None:
    """The team's list is locked before the client's, whoever comes first."""
    team, theirs = asked

    def redraw_team(hold: Callable[[], None]) -> None:
        with database.writing(workspace_id, "U_BEN") as tx:
            act = Act(kind="react", what="x", at=int(time.time() * 1_000_000))
            voting.cast(tx, team, people.get(tx, "U_BEN"), act)
            hold()

    two_at_once(
        database,
        redraw_team,
        lambda: vote(database, workspace_id, theirs, "U_SAM", Vote.APPROVE),
    )

    assert [card.state for card in everything(database, workspace_id, Card)] == [
        CardState.APPROVED, CardState.OPEN,
    ]  # fmt: skip
