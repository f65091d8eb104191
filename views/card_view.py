"""What a card shows, before it is drawn."""

import datetime as dt
from dataclasses import dataclass

from domain.client_review import Tick
from domain.creator import ProfileSnapshot
from domain.decision import EarlierDecision
from domain.fit import Fit
from domain.shortlist import CardState
from domain.votes import Vote


@dataclass(frozen=True)
class Votes:
    """Names of people by what they say. earlier: with votes from before it was opened again."""

    approvals: tuple[str, ...] = ()
    maybes: tuple[str, ...] = ()
    rejections: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    earlier: tuple[tuple[str, Vote], ...] = ()


@dataclass(frozen=True)
class GivenReason:
    """Why somebody thinks so: their name, a category and one line.

    is_open: people from outside may read it too, as they said it themselves.
    """

    name: str
    category: str
    text: str
    is_open: bool = False


@dataclass(frozen=True)
class ClientsDecision:
    """What a client says of a creator, as the team's card shows it.

    state: None = not asked yet. shortlist_id: the team's. decided_by: names of people.
    on_behalf_of: whose answer they recorded, "" = their own.
    """

    shortlist_id: int
    state: CardState | None = None
    awaited: tuple[str, ...] = ()
    decided_by: tuple[str, ...] = ()
    decided_at: dt.datetime | None = None
    on_behalf_of: str = ""
    reasons: tuple[GivenReason, ...] = ()


@dataclass(frozen=True)
class ForClient:
    """What a client's card may say beyond what everybody may read; "" and () are left out."""

    sees: frozenset[Tick] = frozenset()
    fee: str = ""
    contact: str = ""
    approved_by: tuple[str, ...] = ()
    team_reasons: tuple[GivenReason, ...] = ()


@dataclass(frozen=True)
class CardView:
    """All that a card shows. Names are plain text as people wrote them.

    profile, fit: as the card was posted. partnership_id: of an approved card. today: for ages.
    outsiders: guests or people of other organisations may read it: then it says nothing of costs,
    of what speaks against, of why people think so, and of what the team knows of other work.
    cautions: what to know before they are asked, plain text; none where outsiders read.
    client: on a team's card whose approval goes on to a client. for_client: it is a client's card.
    on_behalf_of: whose decision `decided_by` recorded. expected: what was forecast when it was
    posted, plain text without any cost; "" = nothing to say.
    """

    card_id: int
    profile: ProfileSnapshot
    fit: Fit
    state: CardState
    brief: str
    asker: str
    quorum: int
    votes: Votes
    today: dt.date
    decided_by: tuple[str, ...] = ()
    decided_at: dt.datetime | None = None
    reasons: tuple[GivenReason, ...] = ()
    earlier: tuple[EarlierDecision, ...] = ()
    brief_changed: bool = False
    partnership_id: int | None = None
    cancelled: bool = False
    outsiders: bool = False
    cautions: tuple[str, ...] = ()
    asker_left: bool = False
    client: ClientsDecision | None = None
    for_client: ForClient | None = None
    on_behalf_of: str = ""
    expected: str = ""

    @property
    def hides_votes(self) -> bool:
        """Whether people from outside may read how the team votes here: then nobody is named."""
        return self.outsiders and self.for_client is None

    def may_say(self, what: Tick) -> bool:
        """Whether the readers of this card may know such a thing."""
        return not self.outsiders or (self.for_client is not None and what in self.for_client.sees)
