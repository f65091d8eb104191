"""Results that a file brought, taken back: its rows, and the posts that it named first."""

from sqlalchemy import delete, update
from sqlmodel import col, select

from domain.importing import UndoReport
from storage import imports, relationships
from storage.models import ImportRun, Partnership, Post, Result
from storage.transaction import Transaction


def step(tx: Transaction, run: ImportRun, limit: int) -> int:
    """One step of taking back what an import brought; 0 when nothing is left."""
    return (
        _take_results(tx, run, limit) or _take_posts(tx, run, limit) or _forget_sightings(tx, run)
    )


def _take_results(tx: Transaction, run: ImportRun, limit: int) -> int:
    found = tx.session.exec(
        select(Result.id, Result.partnership_id, Result.seen_import_id)
        .where(Result.workspace_id == tx.workspace_id, Result.import_id == run.id)
        .order_by(col(Result.id))
        .limit(limit)
    ).all()
    if not found:
        return 0
    partnership_ids = {number for _, number, _ in found}
    rows = tx.session.exec(
        select(Partnership)
        .where(
            Partnership.workspace_id == tx.workspace_id, col(Partnership.id).in_(partnership_ids)
        )
        .order_by(col(Partnership.id))
        .with_for_update()
    ).all()
    here = col(Result.workspace_id) == tx.workspace_id
    again = [number for number, _, later in found if later]
    taken = [number for number, _, later in found if not later]
    tx.session.execute(
        update(Result)
        .where(here, col(Result.id).in_(again))
        .values(import_id=col(Result.seen_import_id), seen_import_id=None)
        .execution_options(synchronize_session=False)
    )
    tx.session.execute(delete(Result).where(here, col(Result.id).in_(taken)))
    for row in rows:
        row.updated_at = tx.now
        tx.session.add(row)
    relationships.refresh(tx, {row.creator_id for row in rows})
    _count(tx, run, results=len(taken))
    return len(found)


def _take_posts(tx: Transaction, run: ImportRun, limit: int) -> int:
    found = list(
        tx.session.exec(
            select(Post)
            .where(Post.workspace_id == tx.workspace_id, Post.import_id == run.id)
            .order_by(col(Post.id))
            .limit(limit)
        )
    )
    taken = 0
    for post in found:
        theirs = tx.session.exec(
            select(Result.import_id)
            .where(Result.workspace_id == tx.workspace_id, Result.post_id == post.id)
            .order_by(col(Result.id))
        ).all()
        if theirs:
            post.import_id = theirs[0] if all(theirs) else None
            tx.session.add(post)
        else:
            tx.session.delete(post)
            taken += 1
    tx.session.flush()
    _count(tx, run, posts=taken)
    return len(found)


def _forget_sightings(tx: Transaction, run: ImportRun) -> int:
    tx.session.execute(
        update(Result)
        .where(col(Result.workspace_id) == tx.workspace_id, col(Result.seen_import_id) == run.id)
        .values(seen_import_id=None)
        .execution_options(synchronize_session=False)
    )
    return 0


def _count(tx: Transaction, run: ImportRun, *, results: int = 0, posts: int = 0) -> None:
    report = imports.report_of(run)
    undo = report.undo or UndoReport()
    counted = {"results": undo.results + results, "posts": undo.posts + posts}
    kept = report.model_copy(update={"undo": undo.model_copy(update=counted)})
    imports.keep_report(run, kept)
    tx.session.add(run)
