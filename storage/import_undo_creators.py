"""Undoing an import, of creators whom it brought: they go, but for those people work with."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, or_, update
from sqlmodel import col, select

from domain.importing import MOST_NAMES, UndoReport
from domain.niche import Vocabulary
from storage import imports, profile_store
from storage.index import Pools
from storage.models import (
    Card,
    Creator,
    CreatorList,
    ImportRun,
    ListMember,
    Merge,
    Note,
    Partnership,
    Profile,
    QuotedFee,
    Reason,
    Restriction,
    Snapshot,
    Tag,
)
from storage.transaction import Transaction


def take_creators(
    tx: Transaction, run: ImportRun, limit: int, vocabulary: Vocabulary, pools: Pools
) -> int:
    """Creators that it brought: they go, but for those that people have worked with since."""
    reasons = _reasons_to_stay(run)
    found = tx.session.execute(
        select(col(Creator.id), col(Creator.name), *reasons.values())
        .where(col(Creator.workspace_id) == tx.workspace_id, col(Creator.import_id) == run.id)
        .order_by(col(Creator.id))
        .limit(limit)
    ).all()
    held: dict[int, str] = {}
    for number, _, *holds in found:
        if any(holds):
            held[number] = ", ".join(why for why, one in zip(reasons, holds, strict=True) if one)
    _delete_creators(tx, [row[0] for row in found if row[0] not in held])
    _keep_creators(tx, run, list(held), vocabulary, pools)
    names = {number: name for number, name, *_ in found if number in held}
    names |= _handles(tx, list(held))
    count(
        tx,
        run,
        removed=len(found) - len(held),
        stayed=[(names[number], why) for number, why in held.items()],
    )
    return len(found)


def _reasons_to_stay(run: ImportRun) -> dict[str, ColumnElement[bool]]:
    """Why a creator stays, and what tells that it does."""
    number = col(Creator.id)

    def any_of(table: Any, *also: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists().where(col(table.creator_id) == number, *also)

    def brought_otherwise(table: Any) -> ColumnElement[bool]:
        return any_of(table, col(table.import_id).is_distinct_from(run.id))

    def on_list(by_import: bool) -> ColumnElement[bool]:
        made_by = col(CreatorList.import_id)
        return any_of(
            ListMember,
            col(ListMember.list_id).is_distinct_from(run.list_id),
            col(CreatorList.id) == col(ListMember.list_id),
            made_by.is_not(None) if by_import else made_by.is_(None),
        )

    said_otherwise = exists().where(
        col(Snapshot.profile_id) == col(Profile.id),
        col(Profile.creator_id) == number,
        or_(
            col(Snapshot.import_id).is_distinct_from(run.id),
            col(Snapshot.seen_import_id).is_not(None),
        ),
    )
    fee_typed = exists().where(
        col(QuotedFee.profile_id) == col(Profile.id), col(Profile.creator_id) == number
    )
    joined_by_somebody = exists().where(
        col(Merge.workspace_id) == col(Creator.workspace_id),
        or_(col(Merge.kept_id) == number, col(Merge.merged_id) == number),
        col(Merge.person_id).is_not(None),
        col(Merge.separated_at).is_(None),
    )
    return {
        "brought together with another creator": joined_by_somebody,
        "on a shortlist": any_of(Card),
        "contacted": any_of(Partnership),
        "given a reason": any_of(Reason),
        "blocked, or not to be contacted": any_of(Restriction),
        "somebody's own": col(Creator.owner_id).is_not(None),
        "tagged": brought_otherwise(Tag),
        "noted": brought_otherwise(Note),
        "a fee was typed in": fee_typed,
        "on another list": on_list(by_import=False),
        "known from another import too": or_(said_otherwise, on_list(by_import=True)),
    }


def _delete_creators(tx: Transaction, ids: Sequence[int]) -> None:
    """Creators with all that hangs on them; rows of the index have no foreign key."""
    theirs = _profile_ids(tx, ids)
    profile_store.forget_rows(tx, theirs)
    tx.session.execute(
        delete(Creator).where(
            col(Creator.workspace_id) == tx.workspace_id, col(Creator.id).in_(ids)
        )
    )


def _keep_creators(
    tx: Transaction, run: ImportRun, ids: Sequence[int], vocabulary: Vocabulary, pools: Pools
) -> None:
    """Creators that stay are nobody's import any more, or that of the file that has them too."""
    theirs = _profile_ids(tx, ids)
    for later in _later_imports(tx, run, theirs):
        again = tx.session.exec(
            select(Profile.id, Profile.creator_id)
            .join(Snapshot, col(Snapshot.profile_id) == col(Profile.id))
            .where(
                Profile.workspace_id == tx.workspace_id,
                col(Profile.id).in_(theirs),
                Snapshot.import_id == run.id,
                Snapshot.seen_import_id == later,
            )
        ).all()
        profile_ids = [number for number, _ in again if number]
        _give_to(tx, run, later, [owner for _, owner in again], profile_ids)
    _give_to(tx, run, None, ids, theirs)
    if run.state == "clearing":
        profile_store.reindex(tx, theirs, vocabulary, pools)


def _give_to(
    tx: Transaction,
    run: ImportRun,
    import_id: int | None,
    creator_ids: Sequence[int],
    profile_ids: Sequence[int],
) -> None:
    """What this import brought of these creators counts as brought by another one, or by none."""
    for table, mine in (
        (Creator, col(Creator.id).in_(creator_ids)),
        (Profile, col(Profile.id).in_(profile_ids)),
        (Tag, col(Tag.creator_id).in_(creator_ids)),
        (Note, col(Note.creator_id).in_(creator_ids)),
    ):
        rows: Any = table
        tx.session.execute(
            update(table)
            .where(col(rows.workspace_id) == tx.workspace_id, mine, col(rows.import_id) == run.id)
            .values(import_id=import_id)
            .execution_options(synchronize_session=False)
        )


def _later_imports(tx: Transaction, run: ImportRun, profile_ids: Sequence[int]) -> list[int]:
    found = tx.session.exec(
        select(Snapshot.seen_import_id)
        .where(
            Snapshot.workspace_id == tx.workspace_id,
            Snapshot.import_id == run.id,
            col(Snapshot.seen_import_id).is_not(None),
            col(Snapshot.profile_id).in_(profile_ids),
        )
        .distinct()
    )
    return [number for number in found if number]


def count(
    tx: Transaction,
    run: ImportRun,
    *,
    removed: int = 0,
    restored: int = 0,
    stayed: Sequence[tuple[str, str]] = (),
) -> None:
    """Add to what undoing has done so far. stayed: names and reasons."""
    report = imports.report_of(run)
    undo = report.undo or UndoReport()
    counted = UndoReport(
        removed=undo.removed + removed,
        restored=undo.restored + restored,
        stayed=undo.stayed + len(stayed),
        names=(*undo.names, *(name for name, _ in stayed))[:MOST_NAMES],
        reasons=(*undo.reasons, *(why for _, why in stayed))[:MOST_NAMES],
    )
    imports.keep_report(run, report.model_copy(update={"undo": counted}))
    tx.session.add(run)


def _profile_ids(tx: Transaction, creator_ids: Sequence[int]) -> list[int]:
    found = tx.session.exec(
        select(Profile.id).where(
            Profile.workspace_id == tx.workspace_id, col(Profile.creator_id).in_(creator_ids)
        )
    )
    return [number for number in found if number]


def _handles(tx: Transaction, creator_ids: Sequence[int]) -> dict[int, str]:
    """How creators are named to people: "@anna"."""
    found = tx.session.exec(
        select(Profile.creator_id, Profile.handle).where(
            Profile.workspace_id == tx.workspace_id, col(Profile.creator_id).in_(creator_ids)
        )
    )
    return {number: handle if " " in handle else f"@{handle}" for number, handle in found}
