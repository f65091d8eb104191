"""Takes the names of somebody forgotten out of all other texts of a workspace.

Every text of every table is looked through, unless it is in one of the lists below with its reason:
so a table that comes later is looked through as well.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    String,
    Table,
    Text,
    UniqueConstraint,
    cast,
    delete,
    tuple_,
    update,
)
from sqlalchemy import select as select_rows
from sqlmodel import AutoString, SQLModel

from domain.forgetting import Mask, Names
from domain.niche import Vocabulary
from storage import audit, index, personal_rows, profile_store
from storage.models import Snapshot, SourceAnswer
from storage.transaction import Transaction

PAGE, BATCH = 500, 100

LEFT_ALONE: Mapping[str, str] = {
    "workspaces": "the workspace itself and its settings",
    "installations": "sealed tokens",
    "people": "the team and other people of Slack, not creators",
    "brands": "brands and clients of the workspace, even one that a creator has the name of",
    "brand_members": "numbers",
    "shops": "the workspace's shops, with a sealed secret",
    "creators": "other people; the one who stands for somebody removed has no name",
    "profiles": "accounts of other people",
    "live_accounts": "accounts of other people",
    "recent_posts": "links to posts of other people's accounts, which their platform shows",
    "profile_links": "rows that lead to the accounts are deleted",
    "niche_rows": "made from profiles; rows of those whose text changes are made anew",
    "word_rows": "made from profiles; rows of those whose text changes are made anew",
    "learnings": "words that many creators have in common, never one person's",
    "pool_quantiles": "how measures are spread over thousands",
    "packs": "numbers",
    "pack_pieces": "numbers of profiles and their figures, in arrays; a new pack has them no more",
    "pack_changes": "numbers",
    "quota_uses": "of no workspace: what was spent of quotas",
    "source_health": "of no workspace: whether platforms answer",
    "source_answers": "of no workspace: answers that name them are deleted",
    "used_states": "of no workspace: hashes of installations",
    "forget_secrets": "a sealed secret",
    "forgettings": "itself: emptied at the end",
    "forgotten_keys": "hashes",
    "results": "figures; of texts only where they came from",
    "costs": "amounts",
    "stage_changes": "stages",
    "sale_entries": "amounts",
    "order_refunds": "shops' own numbers of orders",
    "link_days": "counts",
    "votes": "names of reactions",
    "relationships": "numbers",
    "quoted_fees": "amounts",
    "digest_periods": "weeks",
    "weight_changes": "shares and counts",
    "shortlist_approvers": "numbers",
    "post_feedback": "counts",
}
"""Tables that are not looked through, and why."""
KEYS: Mapping[tuple[str, str], str] = {
    ("outbox", "message_key"): "made of row numbers and deliveries; other rows refer to it",
    ("outbox", "changes"): "refers to a message_key",
    ("outbox", "reply_to"): "refers to a message_key",
    ("outbox", "about"): "made of a row number",
    ("outbox", "lane"): "a channel or person of Slack",
    ("jobs", "job_key"): "made of row numbers and deliveries",
    ("deliveries", "key"): "given by Slack",
    ("nudges", "dedupe_key"): "made of row numbers",
    ("audit", "delivery"): "given by Slack",
    ("snapshots", "content_hash"): "a hash of what was said",
    ("sale_events", "delivery_key"): "given by a shop",
    ("sale_events", "event_key"): "given by a shop",
}
"""Columns that are not looked through, and why."""
OURS = frozenset(
    {
        "state", "kind", "method", "action", "object_kind", "actor", "channel_id", "ts", "timezone",
        "currency", "goal", "platform", "platforms", "stage", "occasion", "model", "sources",
        "verdict", "category", "outcome", "attributed_by", "response_url", "view_id", "holder",
        "job", "order_key", "decided_by", "sees", "moved", "scope", "absent", "disclosure", "file",
        "seen_key", "source",
    }
)  # fmt: skip
"""Columns of any table that hold words and numbers of the app or of Slack, never of people."""
DELETED_WHOLE = ("saved_searches", "profile_pairs", "merges")
"""Rows that are nothing without the name."""


def searched() -> list[Table]:
    """The tables that are looked through, in order."""
    return [
        table
        for table in SQLModel.metadata.sorted_tables
        if table.name not in LEFT_ALONE and "workspace_id" in table.columns and columns_of(table)
    ]


def columns_of(table: Table) -> list[Column[Any]]:
    """The columns of a table that hold text or JSON and are looked through."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, JSON | String | AutoString)
        and (table.name, column.name) not in KEYS
        and column.name not in OURS
        and not column.foreign_keys
    ]


def hits(tx: Transaction, table: Table, names: Names) -> list[tuple[Any, ...]]:
    """The keys of rows of a table that name somebody; only looks."""
    mask = Mask(_names_for(table, names))
    key, columns = _key(table), columns_of(table)
    found: list[tuple[Any, ...]] = []
    after: tuple[Any, ...] | None = None
    while True:
        query = (
            select_rows(*key, *(cast(column, Text) for column in columns))
            .where(table.c.workspace_id == tx.workspace_id)
            .order_by(*key)
            .limit(PAGE)
        )
        page = tx.session.execute(query if after is None else query.where(_above(key, after))).all()
        found += [tuple(row)[: len(key)] for row in page if _has(mask, columns, row[len(key) :])]
        if len(page) < PAGE:
            return found
        after = tuple(page[-1])[: len(key)]


def rewrite(
    tx: Transaction, table: Table, keys: Iterable[tuple[Any, ...]], names: Names
) -> list[int]:
    """Take the names out of these rows; gives the profiles whose own text changed."""
    mask, key, columns = Mask(_names_for(table, names)), _key(table), columns_of(table)
    profiles = []
    for number in keys:
        this = (
            table.c.workspace_id == tx.workspace_id,
            *(one == value for one, value in zip(key, number, strict=True)),
        )
        if table.name in DELETED_WHOLE:
            tx.session.execute(delete(table).where(*this))
            continue
        row = tx.session.execute(select_rows(table).where(*this).with_for_update()).first()
        if row is None:
            continue
        values = {
            column.name: _masked(mask, table, column, row._mapping[column.name], number)
            for column in columns
        }
        changed = {name: one for name, one in values.items() if one != row._mapping[name]}
        if changed and table.name == "audit":
            audit.rewrite(tx, number[0], changed)
        elif changed:
            tx.session.execute(update(table).where(*this).values(**changed))
        if table.name == "snapshots":
            profiles.append(int(row._mapping["profile_id"]))
    return sorted(set(profiles))


def reindex(tx: Transaction, profile_ids: list[int], vocabulary: Vocabulary) -> None:
    """Make the index rows of others anew whose text named somebody."""
    profile_store.reindex(tx, profile_ids, vocabulary, index.pools(tx))


def delete_links_to(tx: Transaction, names: Names) -> None:
    """What others' profiles link to, and cached answers of platforms, are about themselves only."""
    targets = [f"{platform}:{key}" for platform, key in names.accounts]
    links = SQLModel.metadata.tables["profile_links"]
    tx.session.execute(
        delete(links).where(links.c.workspace_id == tx.workspace_id, links.c.target.in_(targets))
    )
    mask = Mask(names)
    answers = tx.session.execute(select_rows(SourceAnswer.key, SourceAnswer.value)).all()  # type: ignore[call-overload]
    theirs = [key for key, value in answers if mask.finds(key) or mask.json_finds(value)]
    cached = SQLModel.metadata.tables["source_answers"]
    for start in range(0, len(theirs), personal_rows.CHUNK):
        some = theirs[start : start + personal_rows.CHUNK]
        tx.session.execute(delete(cached).where(cached.c.key.in_(some)))


def _names_for(table: Table, names: Names) -> Names:
    """What other profiles say of themselves is theirs, where both have the same handle."""
    if table.name != Snapshot.__tablename__:
        return names
    common = set(names.common)
    mine = tuple(one for one in names.handles if one.casefold() not in common)
    return names.model_copy(update={"handles": mine})


def _key(table: Table) -> list[Column[Any]]:
    return [one for one in table.primary_key.columns if one.name != "workspace_id"]


def _above(key: list[Column[Any]], after: tuple[Any, ...]) -> Any:
    return key[0] > after[0] if len(key) == 1 else tuple_(*key) > tuple_(*after)


def _has(mask: Mask, columns: list[Column[Any]], values: Iterable[Any]) -> bool:
    return any(
        mask.json_finds(value) if isinstance(column.type, JSON) else mask.finds(value)
        for column, value in zip(columns, values, strict=True)
        if value
    )


def _masked(
    mask: Mask, table: Table, column: Column[Any], value: Any, number: tuple[Any, ...]
) -> Any:
    new = mask.value(value)
    if new != value and column.name in _unique(table):
        return f"{new} {'-'.join(map(str, number))}"
    return new


def _unique(table: Table) -> set[str]:
    constraints = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return {column.name for one in constraints for column in one.columns}
