"""Searches that a person ran or saved: the ten newest and all saved ones are on App Home."""

import datetime as dt

from sqlalchemy import delete
from sqlmodel import col, select

from storage import deliveries
from storage.models import SavedSearch
from storage.transaction import Transaction

RECENT = 10
LONGEST_TEXT = 500


def remember(tx: Transaction, person_id: int, text: str, at: dt.datetime | None = None) -> None:
    """A person ran this search: it becomes the newest; beyond ten, unsaved ones are forgotten.

    at: when, for searches that are written down later than they were run.
    """
    _touch(tx, person_id, text, at or tx.now)
    old = tx.session.exec(
        select(SavedSearch.id)
        .where(
            SavedSearch.workspace_id == tx.workspace_id,
            SavedSearch.person_id == person_id,
            col(SavedSearch.name).is_(None),
        )
        .order_by(col(SavedSearch.used_at).desc(), col(SavedSearch.id).desc())
        .offset(RECENT)
    ).all()
    if old:
        here = col(SavedSearch.workspace_id) == tx.workspace_id
        tx.session.execute(delete(SavedSearch).where(here, col(SavedSearch.id).in_(old)))


def save(tx: Transaction, person_id: int, text: str, name: str = "") -> SavedSearch:
    """Keep a search under a name (the search itself to begin with) until it is forgotten."""
    search = _touch(tx, person_id, text, tx.now)
    search.name = " ".join(name.split()) or search.text
    tx.session.add(search)
    return search


def forget(tx: Transaction, person_id: int, search_id: int) -> None:
    """Take a search off the person's Home."""
    tx.session.execute(
        delete(SavedSearch).where(
            col(SavedSearch.workspace_id) == tx.workspace_id,
            col(SavedSearch.person_id) == person_id,
            col(SavedSearch.id) == search_id,
        )
    )


def get(tx: Transaction, person_id: int, search_id: int) -> SavedSearch | None:
    """One of a person's searches."""
    return tx.session.exec(
        select(SavedSearch).where(
            SavedSearch.workspace_id == tx.workspace_id,
            SavedSearch.person_id == person_id,
            SavedSearch.id == search_id,
        )
    ).one_or_none()


def recent(tx: Transaction, person_id: int) -> list[SavedSearch]:
    """The ten newest searches, newest first, saved ones among them."""
    return list(
        tx.session.exec(
            select(SavedSearch)
            .where(SavedSearch.workspace_id == tx.workspace_id, SavedSearch.person_id == person_id)
            .order_by(col(SavedSearch.used_at).desc(), col(SavedSearch.id).desc())
            .limit(RECENT)
        )
    )


def saved(tx: Transaction, person_id: int) -> list[SavedSearch]:
    """Saved searches, by name."""
    return list(
        tx.session.exec(
            select(SavedSearch)
            .where(
                SavedSearch.workspace_id == tx.workspace_id,
                SavedSearch.person_id == person_id,
                col(SavedSearch.name).is_not(None),
            )
            .order_by(col(SavedSearch.name), col(SavedSearch.id))
        )
    )


def _touch(tx: Transaction, person_id: int, text: str, at: dt.datetime) -> SavedSearch:
    text = " ".join(text.split())[:LONGEST_TEXT]
    deliveries.insert_ignoring(
        tx,
        SavedSearch,
        {
            "workspace_id": tx.workspace_id,
            "person_id": person_id,
            "text": text,
            "used_at": at,
        },
    )
    search = tx.session.exec(
        select(SavedSearch).where(
            SavedSearch.workspace_id == tx.workspace_id,
            SavedSearch.person_id == person_id,
            SavedSearch.text == text,
        )
    ).one()
    search.used_at = max(search.used_at, at)
    tx.session.add(search)
    tx.session.flush()
    return search
