"""Which creator a person means by what they typed: a handle, a link, a mention, a name."""

from dataclasses import dataclass

from domain.handle import read_person
from domain.text import words
from storage import people, profiles, search
from storage.models import Profile
from storage.search import Criteria, Term
from storage.transaction import Transaction

MOST_NEAR = 5


@dataclass(frozen=True)
class Meant:
    """Who may be meant. typed: as it was typed, without Slack's marks.

    found: profiles of that handle. near: profiles that come close, where there is none. colleague:
    name of the person of the team whom Slack put in the creator's place, None = no such person.
    """

    typed: str
    found: tuple[Profile, ...] = ()
    near: tuple[Profile, ...] = ()
    colleague: str | None = None

    @property
    def is_clear(self) -> bool:
        """Whether one creator alone is meant, and nobody of the team."""
        return self.colleague is None and len({one.creator_id for one in self.found}) == 1


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
    return Meant(typed, tuple(found), near, colleague)


def _near(tx: Transaction, typed: str) -> list[Profile]:
    """Profiles that have what was typed in their name, handle or bio, the best fit first."""
    asked = tuple(words(typed))
    if not asked:
        return []
    criteria = Criteria(groups=((Term(words=asked),),))
    best = search.top(tx, criteria, tx.now.date(), MOST_NEAR)
    known = profiles.current(tx, [one.profile_id for one in best])
    return [known[one.profile_id].profile for one in best if one.profile_id in known]
