"""Files that may name somebody forgotten and that people have to clear by hand: nobody else can."""

import datetime as dt

from sqlmodel import col, select

from storage import outbox, people
from storage.models import AuditEntry, Draft
from storage.transaction import Transaction


def exports_since(tx: Transaction, instant: dt.datetime) -> dict[str, int]:
    """Files that people took away since: "creators|2026-11-03|U01" with how many."""
    rows = tx.session.exec(
        select(AuditEntry.object_kind, AuditEntry.at, AuditEntry.actor)
        .where(
            AuditEntry.workspace_id == tx.workspace_id,
            col(AuditEntry.action).in_(("export", "write for client")),
            col(AuditEntry.at) >= instant,
        )
        .order_by(col(AuditEntry.id))
    )
    found: dict[str, int] = {}
    for kind, at, actor in rows:
        name = f"{kind}|{at.date().isoformat()}|{actor}"
        found[name] = found.get(name, 0) + 1
    return found


def drafts_in_slack(tx: Transaction, partnership_id: int) -> dict[str, int]:
    """Files of drafts that were handed over: "2026-11-03|U01|C02" with how many.

    Of each there are two in Slack, the one of whoever handed it over and the bot's copy below the
    draft's card; the last part is the channel of that copy, "" where none was made. Names of
    files are not in it, since they often name the creator.
    """
    found: dict[str, int] = {}
    drafts = tx.session.exec(
        select(Draft)
        .where(
            Draft.workspace_id == tx.workspace_id,
            Draft.partnership_id == partnership_id,
            Draft.file_id != "",
        )
        .order_by(col(Draft.id))
    ).all()
    for draft in drafts:
        by = people.by_id(tx, draft.person_id).slack_user_id if draft.person_id else ""
        name = f"{draft.created_at.date().isoformat()}|{by}|{_channel_of_copy(tx, draft)}"
        found[name] = found.get(name, 0) + 1
    return found


def _channel_of_copy(tx: Transaction, draft: Draft) -> str:
    copy = outbox.by_key(tx, f"draft-file:{draft.id}")
    return str(copy.payload.get("channel_id") or "") if copy is not None else ""
