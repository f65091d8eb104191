"""Imports: who brought which file, how far it is, and when it is seen."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, update
from sqlmodel import col, select

from domain.findable import ALL
from domain.importing import ImportReport
from storage import audit, import_lists, profile_links, windows, workspaces
from storage.database import Database
from storage.models import CreatorList, ImportRun, NicheRow, Person, WordRow
from storage.profile_store import Stored
from storage.transaction import Transaction

LEASE = dt.timedelta(minutes=1)
"""Made longer every quarter of it by whoever works: one that was killed is taken up soon."""
KEPT_FOR_REVIEW = dt.timedelta(hours=24)
DOING = {"storing": "stored", "clearing": "cleared away", "undoing": "undone"}
AT_WORK = tuple(DOING)
_SERVER = "server:"


class NotMine(Exception):
    """Another worker has taken the import over, or it was cancelled: stop."""


def create(tx: Transaction, file_name: str, person_id: int | None, view_id: str = "") -> ImportRun:
    """An import whose file is still to be read."""
    run = ImportRun(
        workspace_id=tx.workspace_id,
        person_id=person_id,
        file_name=file_name,
        view_id=view_id or None,
        created_at=tx.now,
    )
    tx.session.add(run)
    tx.session.flush()
    return run


def get(tx: Transaction, import_id: int) -> ImportRun | None:
    """The import with this number."""
    return tx.session.exec(
        select(ImportRun).where(
            ImportRun.workspace_id == tx.workspace_id, ImportRun.id == import_id
        )
    ).one_or_none()


def lock(tx: Transaction, import_id: int) -> ImportRun | None:
    """The import, which nobody else changes until this transaction ends."""
    return tx.session.exec(
        select(ImportRun)
        .where(ImportRun.workspace_id == tx.workspace_id, ImportRun.id == import_id)
        .with_for_update()
    ).one_or_none()


def recent(tx: Transaction, limit: int = 10) -> list[tuple[ImportRun, str, str]]:
    """The last imports with the name of who brought them and of their list, newest first."""
    rows = tx.session.exec(
        select(ImportRun, Person.name, CreatorList.name)
        .join(Person, col(Person.id) == col(ImportRun.person_id), isouter=True)
        .join(CreatorList, col(CreatorList.id) == col(ImportRun.list_id), isouter=True)
        .where(ImportRun.workspace_id == tx.workspace_id)
        .order_by(col(ImportRun.id).desc())
        .limit(limit)
    )
    return [(run, who or "", named or "") for run, who, named in rows]


def report_of(run: ImportRun) -> ImportReport:
    """What came of an import so far."""
    return ImportReport.model_validate(run.report)


def keep_report(run: ImportRun, report: ImportReport) -> None:
    """Write down what came of an import."""
    run.report = report.model_dump(mode="json", exclude_defaults=True)


def queue(tx: Transaction, run: ImportRun, list_name: str, *, may_add: bool = False) -> None:
    """The columns are confirmed: the import waits for its turn, and its list has its name.

    may_add: whether its creators may go on a list that is there already.

    Raises:
        ListNameTaken: another list is called so, and they may not.
    """
    run.list_id = import_lists.choose(tx, run, list_name, may_add=may_add)
    run.state = "queued"
    run.rows_done = 0
    tx.session.add(run)
    tx.session.flush()


# ---- one at a time ---------------------------------------------------------------------------


def take(tx: Transaction, import_id: int, holder: str) -> ImportRun | None:
    """Take an import to work on it; None while another one, or another worker, is at work.

    A queued one begins; one whose worker died is taken over where it stands.
    """
    workspaces.lock(tx)
    run = lock(tx, import_id)
    if run is None or not _is_open(run) or _held(run, holder):
        return None
    if run.state == "queued":
        if at_work(tx):
            return None
        run.state = "storing"
    run.holder, run.leased_until = holder, _real_now() + LEASE
    tx.session.add(run)
    return run


def at_work(tx: Transaction) -> ImportRun | None:
    """The import that is being stored, cleared or undone now."""
    return tx.session.exec(
        select(ImportRun).where(
            ImportRun.workspace_id == tx.workspace_id, col(ImportRun.state).in_(AT_WORK)
        )
    ).first()


def mine(tx: Transaction, import_id: int, holder: str) -> ImportRun:
    """The import, with the lease made longer.

    Raises:
        NotMine: another worker has it.
    """
    run = lock(tx, import_id)
    if run is None or run.holder != holder:
        raise NotMine(import_id)
    run.leased_until = _real_now() + LEASE
    tx.session.add(run)
    return run


def holder_name(token: str, *, server: bool) -> str:
    """What a worker calls itself. token: of its own, random."""
    return f"{_SERVER if server else ''}{token}"


def end_leases_of_servers(database: Database) -> None:
    """Let go of what servers held; for the only one there may be, when it starts."""
    with database.looking() as session:
        everybody = windows.every_workspace(session)
    for workspace_id in everybody:
        with database.writing(workspace_id) as tx:
            tx.session.execute(
                update(ImportRun)
                .where(
                    col(ImportRun.workspace_id) == workspace_id,
                    col(ImportRun.holder).startswith(_SERVER),
                )
                .values(holder="", leased_until=None)
            )


def let_go(tx: Transaction, import_id: int, holder: str) -> None:
    """Give the lease back, so that another worker need not wait until it lapses."""
    run = lock(tx, import_id)
    if run is not None and run.holder == holder:
        run.holder, run.leased_until = "", None
        tx.session.add(run)


def abandoned(tx: Transaction) -> list[ImportRun]:
    """Imports that nobody works on though something is left to do, oldest first."""
    idle = col(ImportRun.leased_until).is_(None) | (col(ImportRun.leased_until) < _real_now())
    untidy = (col(ImportRun.state) == "published") & col(ImportRun.finished_at).is_(None)
    return list(
        tx.session.exec(
            select(ImportRun)
            .where(
                ImportRun.workspace_id == tx.workspace_id,
                col(ImportRun.state).in_(("queued", *AT_WORK)) | untidy,
                idle,
            )
            .order_by(col(ImportRun.id))
        )
    )


def forgotten(tx: Transaction) -> list[ImportRun]:
    """Imports whose columns nobody confirmed in time."""
    return list(
        tx.session.exec(
            select(ImportRun).where(
                ImportRun.workspace_id == tx.workspace_id,
                col(ImportRun.state).in_(("reading", "review")),
                col(ImportRun.created_at) < tx.now - KEPT_FOR_REVIEW,
            )
        )
    )


def _is_open(run: ImportRun) -> bool:
    untidy = run.state == "published" and run.finished_at is None
    return untidy or run.state in ("queued", *AT_WORK)


def _held(run: ImportRun, holder: str) -> bool:
    lease = run.leased_until
    return run.holder not in ("", holder) and lease is not None and lease > _real_now()


def _real_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)  # leases follow no playground clock


# ---- storing and publishing ------------------------------------------------------------------


def add_batch(tx: Transaction, run: ImportRun, stored: Stored, profiles: int, rows: int) -> None:
    """Count a batch and put its creators on the list. rows: of the file, read so far."""
    import_lists.add_members(tx, run, stored)
    run.rows_done += profiles
    counted = report_of(run).with_batch(
        created=len(stored.created),
        changed=len(stored.changed),
        seen=len(stored.seen),
        older=len(stored.older),
        forgotten=stored.forgotten,
        rows=rows,
    )
    keep_report(run, counted)
    tx.session.add(run)


def publish(tx: Transaction, run: ImportRun, report: ImportReport) -> None:
    """Make everything the import brought seen, all at once."""
    run.state = "published"
    run.published_at = tx.now
    keep_report(run, report)
    tx.session.add(run)
    profile_links.ask_for_import(tx, run.id or 0)
    counts = report.model_dump(include={"created", "changed", "seen", "older", "skipped", "merged"})
    audit.record(tx, "import", "import", run.id or 0, after={"file": run.file_name, **counts})


def tidied(tx: Transaction, run: ImportRun) -> None:
    """Nothing is left to tidy up after a published import."""
    run.finished_at = tx.now
    run.file = ""
    run.holder, run.leased_until = "", None
    tx.session.add(run)


def fail(tx: Transaction, run: ImportRun, sentence: str) -> None:
    """Nothing can come of this import: what it has written is to be cleared, unseen."""
    report = report_of(run).model_copy(update={"failed": sentence})
    keep_report(run, report)
    run.state = "clearing" if run.state == "storing" else "failed"
    if run.state == "failed":
        import_lists.let_go(tx, run)
    tx.session.add(run)


def superseded(tx: Transaction, import_id: int, after: int, limit: int) -> list[int]:
    """Profiles of which a published import has replaced index rows, above the number `after`."""
    found = tx.session.exec(
        select(NicheRow.profile_id)
        .where(
            NicheRow.workspace_id == tx.workspace_id,
            NicheRow.niche == ALL,
            NicheRow.profile_id > after,
            NicheRow.until_import == import_id,
        )
        .order_by(col(NicheRow.profile_id))
        .limit(limit)
    )
    return list(found)


def clear_superseded(tx: Transaction, import_id: int, ids: Sequence[int]) -> None:
    """Delete the index rows of these profiles that a published import has replaced."""
    for table in (NicheRow, WordRow):
        tx.session.execute(
            delete(table).where(
                col(table.workspace_id) == tx.workspace_id,
                col(table.profile_id).in_(ids),
                col(table.until_import) == import_id,
            )
        )


def end(tx: Transaction, run: ImportRun, state: str) -> None:
    """The import's last state: "failed", "cancelled" or "undone"; its list goes, if it made it."""
    run.state = state
    run.finished_at = tx.now
    if state == "undone":
        run.undone_at = tx.now
        report = report_of(run)
        undo = report.undo.model_dump(mode="json") if report.undo else {}
        audit.record(tx, "undo", "import", run.id or 0, after={"file": run.file_name, **undo})
    import_lists.let_go(tx, run)
    tx.session.add(run)


def start_undo(tx: Transaction, run: ImportRun) -> None:
    """From now on the import is being undone."""
    run.state = "undoing"
    run.finished_at = None
    run.holder, run.leased_until = "", None
    tx.session.add(run)
