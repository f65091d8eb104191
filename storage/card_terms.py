"""What decides a card beside its ballots: who asked, whose votes count, how many are needed."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, false, true, union_all
from sqlmodel import col, select

from domain import roles
from domain import shortlist as rules
from domain.shortlist import CardState
from domain.votes import Ballot
from storage import shortlists
from storage.models import Card, CardVote, Person, Shortlist, ShortlistApprover
from storage.transaction import Transaction

CONTRADICTION = "contradiction"
"""A private notice that is given once a card."""


@dataclass(frozen=True)
class Terms:
    """Who asked, who votes, and how many are needed, by Slack ids.

    people: their row numbers.
    """

    asker: str
    approvers: frozenset[str]
    barred: frozenset[str]
    quorum: int
    asker_left: bool
    people: dict[str, int]

    @classmethod
    def of(cls, tx: Transaction, shortlist: Shortlist) -> "Terms":
        """The terms of one shortlist."""
        asked = {
            "workspace_id": tx.workspace_id,
            "shortlist_id": shortlist.id,
            "asker_id": shortlist.asker_id,
        }
        found = tx.ask(_PARTIES, asked).all()
        asker = next(one for one in found if one.asks)
        named = [one for one in found if not one.asks]
        as_client = shortlist.kind == shortlists.CLIENT
        return cls(
            asker=asker.slack_user_id,
            asker_left=roles.why_barred(asker) is not None,
            approvers=frozenset(one.slack_user_id for one in named),
            barred=frozenset(
                one.slack_user_id
                for one in named
                if roles.why_barred(one, as_client=as_client) is not None
            ),
            quorum=shortlist.quorum,
            people={one.slack_user_id: one.id for one in found},
        )

    def rules(self, card: Card, votes: dict[str, CardVote]) -> rules.Card:
        """A card under these terms, by what is stored of it. votes: its rows by Slack id."""
        return rules.Card(
            asker=self.asker,
            approvers=self.approvers,
            barred=self.barred,
            asker_left=self.asker_left,
            quorum=self.quorum,
            state=CardState(card.state),
            ballots={
                slack_id: Ballot.model_validate(row.ballot)
                for slack_id, row in votes.items()
                if row.ballot
            },
            decided_by=tuple(card.decided_by),
            on_behalf_of=card.on_behalf_of,
            told=frozenset(
                slack_id for slack_id, row in votes.items() if CONTRADICTION in row.told
            ),
        )


_ACCOUNT: list[Any] = [
    Person.id,
    Person.slack_user_id,
    Person.is_bot,
    Person.is_guest,
    Person.is_stranger,
    Person.is_deleted,
]
_PARTIES = union_all(
    select(true().label("asks"), *_ACCOUNT).where(
        col(Person.workspace_id) == bindparam("workspace_id"),
        col(Person.id) == bindparam("asker_id"),
    ),
    select(false(), *_ACCOUNT)
    .join(ShortlistApprover, col(ShortlistApprover.person_id) == col(Person.id))
    .where(
        col(Person.workspace_id) == bindparam("workspace_id"),
        col(ShortlistApprover.shortlist_id) == bindparam("shortlist_id"),
    ),
)
