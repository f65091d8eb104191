"""All that is known of one creator, as they may be given it: found from the tables themselves.

What is other people's is left out: who of the team voted, commented or wrote it, and customers.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Column, LargeBinary, Table
from sqlmodel import SQLModel

from domain.exporting import Row
from storage import personal_rows
from storage.transaction import Transaction

OTHERS: Mapping[str, str] = {
    "comments": "what other people wrote under posts; how many said what is there",
    "votes": "how members of the team voted; what was decided is there",
    "shop_orders": "orders of customers; what they add up to is there",
    "niche_rows": "made from what is there",
    "word_rows": "made from what is there",
    "relationships": "made from what is there",
    "merges": "how profiles were brought together; the profiles are there",
}
"""Tables that are left out, and why."""
TITLES: Mapping[str, str] = {
    "creators": "Person", "profiles": "Accounts", "snapshots": "What sources said",
    "recent_posts": "Recent posts", "live_accounts": "Accounts on platforms",
    "profile_links": "Links in profiles", "profile_pairs": "Accounts that may be theirs",
    "notes": "Notes", "tags": "Tags", "list_members": "Lists", "quoted_fees": "Fees",
    "restrictions": "Restrictions", "reasons": "Reasons", "cards": "Shortlists",
    "partnerships": "Partnerships", "stage_changes": "Stages", "deliverables": "Deliverables",
    "costs": "Costs", "posts": "Published posts", "post_feedback": "Comments counted",
    "results": "Results", "feedback": "Audience feedback", "drafts": "Drafts",
    "forecasts": "Forecasts", "promo_codes": "Promo codes", "tracking_links": "Tracking links",
    "link_days": "Clicks", "sale_entries": "Counted sales",
}  # fmt: skip
"""What the tables are called in the file; one that is not here has its own name."""
_INTERNAL = frozenset(
    {"workspace_id", "import_id", "seen_import_id", "content_hash", "handle_key", "tag_key",
     "code_key", "looks", "link_key", "look_up_id", "view_id", "failures", "decided_by"}
)  # fmt: skip


def of(
    tx: Transaction, creator_id: int, hidden_brands: Collection[int] = ()
) -> dict[str, list[dict[str, Any]]]:
    """Rows by the title of their table. hidden_brands: what belongs to them is left out."""
    numbers = personal_rows.leading(tx, personal_rows.family(tx, creator_id))
    hidden = _of_brands(tx, numbers, hidden_brands)
    found: dict[str, list[dict[str, Any]]] = {}
    for table in personal_rows.tables():
        if table.name in OTHERS:
            continue
        said = [
            _said(table, row)
            for row in personal_rows.rows(tx, table, numbers)
            if not _is_hidden(table, row, hidden, hidden_brands)
        ]
        if said:
            found[TITLES.get(table.name, table.name)] = said
    order = [*TITLES.values(), *found]
    return {name: found[name] for name in dict.fromkeys(order) if name in found}


def as_table(found: Mapping[str, list[dict[str, Any]]]) -> list[Row]:
    """The same to read in a spreadsheet: one row for each thing that is known."""
    return [
        {"What": title, "No.": number, "Field": name, "Value": value}
        for title, rows in found.items()
        for number, row in enumerate(rows, start=1)
        for name, value in _flat(row)
    ]


def _of_brands(
    tx: Transaction, numbers: personal_rows.Numbers, brands: Collection[int]
) -> dict[str, set[int]]:
    """Partnerships and cards of these brands, with the posts of the former."""
    found: dict[str, set[int]] = {name: set() for name in personal_rows.LEADING}
    if not brands:
        return found
    tables = SQLModel.metadata.tables
    shortlists = tables["shortlists"]
    rows = personal_rows.rows(tx, tables["partnerships"], numbers)
    found["partnerships"] = {row.id for row in rows if row.brand_id in brands}
    theirs = {
        row.id
        for row in tx.session.execute(
            shortlists.select().where(
                shortlists.c.workspace_id == tx.workspace_id, shortlists.c.brand_id.in_(brands)
            )
        )
    }
    cards = personal_rows.rows(tx, tables["cards"], numbers)
    found["cards"] = {row.id for row in cards if row.shortlist_id in theirs}
    posts = personal_rows.rows(tx, tables["posts"], numbers)
    found["posts"] = {row.id for row in posts if row.partnership_id in found["partnerships"]}
    return found


def _is_hidden(
    table: Table, row: Any, hidden: Mapping[str, set[int]], brands: Collection[int]
) -> bool:
    values = row._mapping
    if values.get("brand_id") in brands or values.get("id") in hidden.get(table.name, ()):
        return True
    return any(
        values.get(column.name) in hidden[name] for column, name in personal_rows.references(table)
    )


def _said(table: Table, row: Any) -> dict[str, Any]:
    values = {column.name: row._mapping[column.name] for column in _open_columns(table)}
    return {name: _plain(one) for name, one in values.items() if one not in (None, "", [], {})}


def _open_columns(table: Table) -> list[Column[Any]]:
    """Columns that say something of the creator, and nothing of who of the team did it."""
    return [
        column
        for column in table.columns
        if column.name not in _INTERNAL
        and not isinstance(column.type, LargeBinary)
        and not any(key.column.table.name == "people" for key in column.foreign_keys)
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else value


def _flat(value: Any, name: str = "") -> list[tuple[str, Any]]:
    """ "content.figures.followers" with its value, for every value inside."""
    if isinstance(value, dict):
        return [
            pair
            for key, one in value.items()
            for pair in _flat(one, f"{name}.{key}" if name else str(key))
        ]
    if isinstance(value, list):
        if all(not isinstance(one, dict | list) for one in value):
            return [(name, ", ".join(map(str, value)))]
        return [
            pair
            for number, one in enumerate(value, start=1)
            for pair in _flat(one, f"{name}.{number}")
        ]
    return [(name, value)]
