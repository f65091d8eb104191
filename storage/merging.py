"""Creators who prove to be one person: what one had goes over to the other, and back again.

Rows move, so that every query sees one creator; a record says which, so that all can go back. The
creator who is left without rows stays as a sign-post (`merged_into`) for buttons with its number.
A row that the other has too (a tag, a place on a list, a card on the same shortlist) stays where
it is.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import or_, update
from sqlmodel import col, select

from domain.niche import Vocabulary
from storage import audit, index, moved_rows, profile_pairs, profile_store, relationships
from storage.creators import current_id
from storage.models import (
    Creator,
    Merge,
)
from storage.moved_rows import Moved
from storage.transaction import Transaction


class NotTwo(Exception):
    """The two are one person already, or one of them is not there."""


def merge(
    tx: Transaction,
    kept_id: int,
    merged_id: int,
    vocabulary: Vocabulary,
    *,
    person_id: int | None = None,
    why: str = "",
    name: str | None = None,
    owner_id: int | None = None,
    import_id: int | None = None,
) -> Merge:
    """Make two creators one; the numbers may be those of creators who were merged before.

    Args:
        kept_id, merged_id: all that the second has goes to the first.
        person_id: who said so; None = the links between their profiles did.
        why: the evidence, as people read it.
        name, owner_id: which are to stay; None = the kept creator's, or the other's where the
            kept one has none.
        import_id: the import whose links told it.

    Raises:
        NotTwo: they are one already, or not there.
    """
    moved_rows.take_turn(tx)
    kept_id, merged_id = current_id(tx, kept_id), current_id(tx, merged_id)
    found = moved_rows.lock(tx, (kept_id, merged_id))
    if len(found) < len((kept_id, merged_id)):
        raise NotTwo(kept_id, merged_id)
    kept, merged = found[kept_id], found[merged_id]
    before = {**_stated(kept), "merged_found_on": merged.found_on}
    moved = {
        name: moved_rows.move(tx, rows, merged_id, kept_id)
        for name, rows in moved_rows.TABLES.items()
    }
    kept.name = name or kept.name
    kept.owner_id = owner_id or kept.owner_id or merged.owner_id
    if kept.found_on is None or merged.found_on is None:
        kept.found_on = merged.found_on = None
    _point(tx, [merged_id, *absorbed(tx, merged_id)], kept_id)
    done = Merge(
        workspace_id=tx.workspace_id,
        kept_id=kept_id,
        merged_id=merged_id,
        person_id=person_id,
        why=why,
        import_id=import_id,
        before=before,
        after=_stated(kept),
        moved=moved,
        created_at=tx.now,
    )
    tx.session.add_all([kept, merged, done])
    tx.session.flush()
    _bring_in_line(tx, moved["profiles"], (kept_id, merged_id), vocabulary)
    audit.record(
        tx, "merge", "creator", kept_id,
        before={**before, "creators": [kept_id, merged_id]},
        after={**_stated(kept), "merged": merged_id, "moved": moved, "why": why},
    )  # fmt: skip
    return done


def separate(
    tx: Transaction,
    merge_id: int,
    vocabulary: Vocabulary,
    *,
    person_id: int | None = None,
    for_good: bool = True,
) -> Merge | None:
    """Undo a merge: what each had goes back; cards and partnerships go with their profile.

    Args:
        merge_id: of a merge in the workspace, whatever was merged since.
        person_id: who said so.
        for_good: nothing but a person joins the two again.

    Returns:
        The merge, or None when it was undone before, can't be undone, or is not there.
    """
    moved_rows.take_turn(tx)
    done = get(tx, merge_id)
    if done is None or done.separated_at is not None or done.lasting:
        return None
    path, merged_id = _above(tx, done.kept_id), done.merged_id
    kept_id = path[-1]
    found = moved_rows.lock(tx, [*path, merged_id])
    back: Moved = {name: [] for name in moved_rows.TABLES}
    for giver in path:
        for name, rows in moved_rows.TABLES.items():
            back[name] += moved_rows.move(tx, rows, giver, merged_id, done.moved.get(name, ()))
    for name, numbers in moved_rows.of_profiles(tx, kept_id, back["profiles"]).items():
        back[name] += moved_rows.move(tx, moved_rows.TABLES[name], kept_id, merged_id, numbers)
    done.separated_at, done.separated_by = tx.now, person_id
    tx.session.add(done)
    tx.session.flush()
    _give_back(found[done.kept_id], found[merged_id], done)
    family = _below(tx, merged_id)
    _point(tx, family - {merged_id}, merged_id)
    _point(tx, [merged_id], None)
    _strike(tx, kept_id, done.moved, besides={*family})
    if for_good:
        rest = moved_rows.numbers_of(tx, moved_rows.TABLES["profiles"], kept_id)
        profile_pairs.refuse_all(tx, back["profiles"], rest, person_id)
    _bring_in_line(tx, back["profiles"], (kept_id, merged_id), vocabulary)
    audit.record(
        tx, "separate", "creator", kept_id,
        before={"merge": merge_id, "creators": [kept_id]},
        after={"creators": [kept_id, merged_id], "moved": back},
    )  # fmt: skip
    return done


def lock_one(tx: Transaction, creator_id: int) -> None:
    """Nobody merges or separates this creator until the transaction ends."""
    moved_rows.take_turn(tx)
    moved_rows.lock(tx, [creator_id])


def settle_folded(tx: Transaction, creator_id: int, profile_id: int) -> None:
    """A profile proved to be another of the same creator's: no merge gives it back any more.

    A merge lasts where undoing it would leave one of the two without any profile.
    """
    rest = set(moved_rows.numbers_of(tx, moved_rows.TABLES["profiles"], creator_id)) - {profile_id}
    for done in of_creator(tx, creator_id):
        numbers = done.moved.get("profiles", [])
        left = [number for number in numbers if number != profile_id]
        done.moved = {**done.moved, "profiles": left}
        done.lasting = done.lasting or not left or rest <= set(left)
        tx.session.add(done)


def get(tx: Transaction, merge_id: int) -> Merge | None:
    """The merge with this number."""
    return tx.session.exec(
        select(Merge).where(Merge.workspace_id == tx.workspace_id, Merge.id == merge_id)
    ).one_or_none()


def of_creator(tx: Transaction, creator_id: int) -> list[Merge]:
    """All merges that made this creator what they are, the first one first."""
    family = {creator_id, *absorbed(tx, creator_id)}
    if len(family) == 1:
        return []
    return list(
        tx.session.exec(
            select(Merge)
            .where(
                Merge.workspace_id == tx.workspace_id,
                col(Merge.kept_id).in_(family),
                col(Merge.separated_at).is_(None),
            )
            .order_by(col(Merge.id))
        )
    )


def absorbed(tx: Transaction, creator_id: int) -> list[int]:
    """Creators who are this one now."""
    found = tx.session.exec(
        select(Creator.id).where(
            Creator.workspace_id == tx.workspace_id, Creator.merged_into == creator_id
        )
    )
    return [number for number in found if number is not None]


def by_links_of_import(tx: Transaction, import_id: int, limit: int) -> list[int]:
    """Merges that nobody asked for and that hang on what an import brought."""
    brought = select(Creator.id).where(
        Creator.workspace_id == tx.workspace_id, Creator.import_id == import_id
    )
    found = tx.session.exec(
        select(Merge.id)
        .where(
            Merge.workspace_id == tx.workspace_id,
            col(Merge.separated_at).is_(None),
            col(Merge.person_id).is_(None),
            col(Merge.lasting).is_(False),
            or_(
                col(Merge.import_id) == import_id,
                col(Merge.kept_id).in_(brought),
                col(Merge.merged_id).in_(brought),
            ),
        )
        .order_by(col(Merge.id).desc())
        .limit(limit)
    )
    return [number for number in found if number is not None]


def _stated(creator: Creator) -> dict[str, Any]:
    return {"name": creator.name, "owner": creator.owner_id, "found_on": creator.found_on}


def _give_back(kept: Creator, merged: Creator, done: Merge) -> None:
    """The kept creator's own name, owner and place, where nobody has changed them since."""
    before, after = done.before, done.after
    if kept.name == after.get("name"):
        kept.name = before.get("name", kept.name)
    if kept.owner_id == after.get("owner"):
        kept.owner_id = before.get("owner")
    if kept.found_on == after.get("found_on"):
        kept.found_on = before.get("found_on")
    merged.found_on = before.get("merged_found_on")


def _point(tx: Transaction, creator_ids: Collection[int], to: int | None) -> None:
    tx.session.execute(
        update(Creator)
        .where(col(Creator.workspace_id) == tx.workspace_id, col(Creator.id).in_(creator_ids))
        .values(merged_into=to)
        .execution_options(synchronize_session="fetch")
    )


def _below(tx: Transaction, creator_id: int) -> set[int]:
    """A creator with those who were merged into them, and into those."""
    found, new = {creator_id}, {creator_id}
    while new:
        merged = tx.session.exec(
            select(Merge.merged_id).where(
                Merge.workspace_id == tx.workspace_id,
                col(Merge.kept_id).in_(new),
                col(Merge.separated_at).is_(None),
            )
        )
        new = set(merged) - found
        found |= new
    return found


def _above(tx: Transaction, creator_id: int) -> list[int]:
    """A creator with the one they were merged into, and so on."""
    path = [creator_id]
    while True:
        into = tx.session.exec(
            select(Merge.kept_id).where(
                Merge.workspace_id == tx.workspace_id,
                Merge.merged_id == path[-1],
                col(Merge.separated_at).is_(None),
            )
        ).first()
        if into is None:
            return path
        path.append(into)


def _strike(tx: Transaction, creator_id: int, moved: Moved, besides: Collection[int]) -> None:
    """What went back is no longer among what later merges have to give back."""
    for later in of_creator(tx, creator_id):
        if later.merged_id not in besides:
            later.moved = {
                name: [one for one in numbers if one not in moved.get(name, ())]
                for name, numbers in later.moved.items()
            }
            tx.session.add(later)


def _bring_in_line(
    tx: Transaction, profile_ids: Sequence[int], creator_ids: Sequence[int], vocabulary: Vocabulary
) -> None:
    """The index and the relationships follow the rows."""
    tx.session.flush()
    profile_store.reindex(tx, profile_ids, vocabulary, index.pools(tx))
    relationships.refresh(tx, creator_ids)
