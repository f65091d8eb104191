"""Take back what an import brought, a few creators a transaction.

Each step does at most `limit` and says how many it did; done again and again until it says 0.
Stopped anywhere, it goes on where it was.
"""

from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col, select

from domain.niche import Vocabulary
from storage import (
    import_lists,
    import_undo_creators,
    import_undo_people,
    profile_store,
    recent_posts,
)
from storage.index import Pools
from storage.models import (
    ImportRun,
    Note,
    Snapshot,
    Tag,
)
from storage.transaction import Transaction

_BROUGHT = (Tag, Note)


def step(tx: Transaction, run: ImportRun, limit: int, vocabulary: Vocabulary, pools: Pools) -> int:
    """One step of undoing a published import, or of clearing one that nobody has seen."""
    return (
        import_undo_people.separate(tx, run, vocabulary)
        or import_undo_creators.take_creators(tx, run, limit, vocabulary, pools)
        or import_undo_people.take_profiles(tx, run, limit)
        or _snapshots(tx, run, limit, vocabulary, pools)
        or _seen(tx, run, limit)
        or _brought(tx, run, limit)
        or recent_posts.take_back(tx, run.id or 0, limit)
        or import_lists.take_members(tx, run, limit)
    )


def _snapshots(
    tx: Transaction, run: ImportRun, limit: int, vocabulary: Vocabulary, pools: Pools
) -> int:
    """What it said of profiles that stay is taken back, where anything else is known of them."""
    found = tx.session.exec(
        select(Snapshot.id, Snapshot.profile_id, Snapshot.seen_import_id)
        .where(Snapshot.workspace_id == tx.workspace_id, Snapshot.import_id == run.id)
        .order_by(col(Snapshot.id))
        .limit(limit)
    ).all()
    here = col(Snapshot.workspace_id) == tx.workspace_id
    repeated = {number for number, _, later in found if later}
    alone = {number for number, profile, _ in found if not _others(tx, run, profile)}
    tx.session.execute(
        update(Snapshot)
        .where(here, col(Snapshot.id).in_(repeated))
        .values(import_id=col(Snapshot.seen_import_id), seen_import_id=None)
        .execution_options(synchronize_session=False)
    )
    tx.session.execute(
        update(Snapshot).where(here, col(Snapshot.id).in_(alone - repeated)).values(import_id=None)
    )
    taken = {number for number, _, _ in found} - repeated - alone
    tx.session.execute(delete(Snapshot).where(here, col(Snapshot.id).in_(taken)))
    restored = sorted({profile for number, profile, _ in found if number in taken})
    if restored:
        profile_store.reindex(tx, restored, vocabulary, pools)
    import_undo_creators.count(tx, run, restored=len(restored))
    return len(found)


def _others(tx: Transaction, run: ImportRun, profile_id: int) -> bool:
    """Whether anything else is known of a profile."""
    return (
        tx.session.exec(
            select(Snapshot.id)
            .where(
                Snapshot.workspace_id == tx.workspace_id,
                Snapshot.profile_id == profile_id,
                col(Snapshot.import_id).is_distinct_from(run.id),
            )
            .limit(1)
        ).first()
        is not None
    )


def _seen(tx: Transaction, run: ImportRun, limit: int) -> int:
    """Sightings are forgotten."""
    mine = tx.session.exec(
        select(Snapshot.id)
        .where(Snapshot.workspace_id == tx.workspace_id, Snapshot.seen_import_id == run.id)
        .limit(limit)
    ).all()
    tx.session.execute(
        update(Snapshot)
        .where(col(Snapshot.workspace_id) == tx.workspace_id, col(Snapshot.id).in_(mine))
        .values(seen_import_id=None)
    )
    return len(mine)


def _brought(tx: Transaction, run: ImportRun, limit: int) -> int:
    """Tags and notes that it put on creators who were there before."""
    done = 0
    for table in _BROUGHT:
        rows: Any = table
        mine = tx.session.exec(
            select(rows.id)
            .where(rows.workspace_id == tx.workspace_id, rows.import_id == run.id)
            .limit(limit)
        ).all()
        here = col(rows.workspace_id) == tx.workspace_id
        tx.session.execute(delete(table).where(here, col(rows.id).in_(mine)))
        done += len(mine)
    return done
