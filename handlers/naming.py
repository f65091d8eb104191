"""Which creator a person means by what they typed: a handle, a link, a mention, a name."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from domain.creator import Platform
from domain.handle import read_person
from domain.text import words
from storage import people, profiles, search
from storage.models import Profile
from storage.search import Criteria, Term
from storage.transaction import Transaction
from views import naming as view
from views.message import Message

MOST_NEAR = 5
MOST_WORDS = 12
"""A name has no more; each further word would only make the search for it slower."""


class Candidate(NamedTuple):
    """A profile that may be meant. creator_id: whose it is."""

    id: int
    creator_id: int
    handle: str
    platform: Platform


@dataclass(frozen=True)
class Meant:
    """Who may be meant. typed: as it was typed, without Slack's marks.

    found: profiles of that handle. near: profiles that come close, where there is none. colleague:
    name of the person of the team whom Slack put in the creator's place, None = no such person.
    """

    typed: str
    found: tuple[Candidate, ...] = ()
    near: tuple[Candidate, ...] = ()
    colleague: str | None = None

    @property
    def is_clear(self) -> bool:
        """Whether one creator alone is meant, and nobody of the team."""
        return self.colleague is None and len({one.creator_id for one in self.found}) == 1


def question(meant: Meant, action: str = view.SHOW) -> Message | None:
    """What to ask back where it is not clear who is meant; None where it is.

    action: what the buttons of those who may be meant do, "show" or "log_profile".
    """
    if meant.is_clear:
        return None
    choices = [(one.id, one.handle, one.platform) for one in meant.found or meant.near]
    if meant.colleague is not None:
        return view.is_colleague(meant.colleague, choices, action)
    if meant.found:
        return view.which_profile(meant.typed, choices, action)
    return view.not_known(meant.typed, choices, action)


def meant(tx: Transaction, typed: str) -> Meant:
    """Read a person's name as `domain.handle.read_person` does, and look who that is."""
    reference = read_person(typed)
    handles = [reference.handle] if reference.handle else []
    colleague = None
    if reference.slack_user_id:
        known = people.find(tx, reference.slack_user_id)
        names = [known.name, known.real_name] if known else []
        handles += [name.replace(" ", "") for name in names if name]
        colleague = next((name for name in [*names, reference.handle] if name), "somebody")
    found: list[Profile] = []
    for handle in dict.fromkeys(handles):
        found = profiles.by_handle(tx, handle, reference.platform)
        if found:
            break
    typed = reference.handle or colleague or typed
    near = () if found else tuple(_near(tx, typed))
    return Meant(typed, tuple(_candidate(one) for one in found), near, colleague)


def _near(tx: Transaction, typed: str) -> list[Candidate]:
    """Profiles that have what was typed in their name, handle or bio, the best fit first."""
    asked = tuple(words(typed))[:MOST_WORDS]
    if not asked:
        return []
    criteria = Criteria(groups=((Term(words=asked),),))
    best = search.top(tx, criteria, tx.now.date(), MOST_NEAR)
    known = profiles.current(tx, [one.profile_id for one in best])
    return [_candidate(known[one.profile_id].profile) for one in best if one.profile_id in known]


def _candidate(profile: Any) -> Candidate:
    """A profile as it is stored, or as it is known."""
    return Candidate(profile.id, profile.creator_id, profile.handle, Platform(profile.platform))
