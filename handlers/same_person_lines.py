"""What a profile shows of who came together as this creator, and who else may be the same."""

from storage import merging, people, profile_pairs, profiles
from storage.models import Merge, Person
from storage.transaction import Transaction
from views import creator_facts
from views.elements import cut
from views.same_person import Joined, Proposal


def joined(tx: Transaction, creator_id: int) -> tuple[Joined, ...]:
    """The merges that made a creator."""
    made = [one for one in merging.of_creator(tx, creator_id) if not one.lasting]
    if not made:
        return ()
    by = people.by_ids(tx, {one.person_id for one in made if one.person_id})
    return tuple(
        Joined(
            merge_id=one.id or 0,
            handles=_handles(tx, one),
            why=one.why,
            by=name_of(by.get(one.person_id or 0)),
            at=one.created_at,
        )
        for one in made
    )


def proposals(tx: Transaction, creator_id: int) -> tuple[Proposal, ...]:
    """Profiles of others that may be this creator's, one of each other creator."""
    of_others = profile_pairs.of_creator(tx, creator_id)
    found = {other.creator_id: (pair, other) for pair, other in of_others}
    known = profiles.known(tx, [other.id or 0 for _, other in found.values()])
    return tuple(
        Proposal(pair.id or 0, known[other.id], pair.why)
        for pair, other in found.values()
        if other.id in known
    )


def _handles(tx: Transaction, merge: Merge) -> tuple[str, ...]:
    known = profiles.known(tx, merge.moved.get("profiles", []))
    return tuple(
        f"{creator_facts.plain_handle(one)} on {creator_facts.platform(one)}"
        for one in known.values()
    )


def name_of(person: Person | None) -> str:
    """How a person of the team is named, "" for nobody."""
    return cut(person.name or person.real_name, 60) if person else ""
